"""What had been derived of a machine when its reports were erased?

One document a machine that has an agent, with the hosts that it visits: verdicts with since when,
spans and findings that were open, the facts as last told, the heads. Its SHA-256 stands in the
`erased` line of the log, so that nobody can alter what can no longer be derived again.

- Spans, findings and gaps that had ended before it are deleted with their reports: of that time
  nothing is told any more.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import zstandard

from controller.findings import rows, tables
from controller.findings.fold import Standing
from controller.findings.rows import Subject
from controller.ledger.sql import Cursor, PercentCursor, marks
from evidence import leaf, strict_json
from evidence.leaf import ErasedLeaf

if TYPE_CHECKING:
    from controller.findings.replay import Played

_LARGEST = 256 * 1024 * 1024
_HELD = ("rule_state", "rule_span", "finding", "facts_now")
_CHAIN = ("epoch", "head_seq", "head_sha", "full_seq", "full_sha", "reported_at", "observed_at")


@dataclass(frozen=True, slots=True)
class Begun:
    """Where a derivation begins: after which place of the chain, with what standing and head."""

    after: tuple[int, int] = (0, 0)
    standing: Standing | None = None
    chain: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Altered:
    """A horizon that is not the one that was logged; `logged` is null if no line speaks of it."""

    key: tuple[str, str]
    found: str
    logged: str | None


def place(cursor: Cursor, org: str, machine: str) -> tuple[int, int]:
    """Epoch and number of the last report before a machine's horizon; (0, 0) if it has none."""
    document = _read(cursor, org, machine)
    return _after(document) if document else (0, 0)


def begin(live: Cursor, derived: PercentCursor, of: Subject, agent: str) -> Begun:
    """Put what was derived of a machine, or of a host of it, into `derived`."""
    document = _read(live, of.org, agent)
    if document is None:
        return Begun()
    after = _after(document)
    held = document["machines"].get(of.machine)
    if held is None:
        return Begun(after)
    for name in _HELD:
        table = tables.named(name)
        columns = (*table.key, *table.derived)
        derived.executemany(
            f"INSERT INTO {name} ({', '.join(columns)}) VALUES ({marks(columns)})",  # noqa: S608
            held[name],
        )
    listed = [row[2] for row in held["finding"]]
    times = held["chain"]["observed_at"], held["chain"]["reported_at"]
    return Begun(after, rows.standing(derived, of, listed, times), held["chain"])


def written(after: tuple[int, int], machines: dict[str, Any]) -> bytes:
    """The document as it is hashed."""
    return strict_json.write({"v": 1, "after": list(after), "machines": machines})


def held(
    derived: PercentCursor, of: Subject, played: "Played", again: Iterable[str]
) -> dict[str, Any]:
    """What is held of one machine: its rows in `derived`, of ended findings those in `again`."""
    kept = set(again)
    found: dict[str, Any] = {"chain": {name: played.chain[name] for name in _CHAIN}}
    for name in _HELD:
        table = tables.named(name)
        columns = (*table.key, *table.derived)
        ended = columns.index("known_to") if "known_to" in columns else None
        derived.execute(
            f"SELECT {', '.join(columns)} FROM {name}"  # noqa: S608
            f" WHERE org_id = %s AND machine_id = %s ORDER BY {', '.join(table.key)}",
            of.key,
        )
        found[name] = [
            row
            for row in map(list, derived.fetchall())
            if ended is None or row[ended] is None or (name == "finding" and row[2] in kept)
        ]
    return found


def sha_of(document: bytes) -> str:
    """The hash that stands in the log."""
    return hashlib.sha256(document).hexdigest()


def keep(cursor: Cursor, of: Subject, document: bytes, at: str, where: tuple[str, int]) -> None:
    """Store it in place of the one before; `where` are log and leaf of its line."""
    cursor.execute(
        "INSERT INTO horizon (org_id, machine_id, at, document, sha, log_id, leaf)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s) ON CONFLICT (org_id, machine_id) DO UPDATE SET"
        " at = excluded.at, document = excluded.document, sha = excluded.sha,"
        " log_id = excluded.log_id, leaf = excluded.leaf",
        (*of.key, at, zstandard.compress(document), sha_of(document), *where),
    )


def altered(cursor: Cursor, org: str) -> Iterator[Altered]:
    """Every horizon whose bytes are not those of the line that speaks of it."""
    cursor.execute(
        "SELECT h.machine_id, h.document, h.sha, h.log_id, h.leaf, e.line FROM horizon h"
        " LEFT JOIN log_entry e ON e.org_id = h.org_id AND e.log_id = h.log_id AND e.idx = h.leaf"
        " WHERE h.org_id = %s",
        (org,),
    )
    for machine, document, sha, _log, _leaf, line in cursor.fetchall():
        found = sha_of(_unpacked(document))
        said = leaf.read(bytes(line)) if line is not None else None
        logged = said.kept if isinstance(said, ErasedLeaf) else None
        if not found == sha == logged:
            yield Altered((org, machine), found, logged)


def _after(document: dict[str, Any]) -> tuple[int, int]:
    epoch, seq = document["after"]
    return epoch, seq


def _read(cursor: Cursor, org: str, machine: str) -> dict[str, Any] | None:
    cursor.execute(
        "SELECT document FROM horizon WHERE org_id = %s AND machine_id = %s", (org, machine)
    )
    row = cursor.fetchone()
    document: dict[str, Any] | None = json.loads(_unpacked(row[0])) if row else None
    return document


def _unpacked(document: bytes) -> bytes:
    return zstandard.ZstdDecompressor().decompress(bytes(document), max_output_size=_LARGEST)
