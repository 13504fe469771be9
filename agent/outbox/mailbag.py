"""What has the courier been told, and when does it go again?

`courier/courier.sqlite`: answers as received, each beside the request that it answers, for the
patrol to verify again (agent.outbox.review); and one row of memory: nonce, back-off, read token.

- The courier believes its answers only enough to send the right reports. Whatever has weight
  waits here until the patrol has verified it from the same bytes.
- The memory belongs to one enrolment: another anchor begins it anew.
- The patrol reads it as root, and who has taken the courier over can write anything into it: a row
  that no courier of ours writes is as none, and a file that cannot be read through is damaged.
"""

import dataclasses
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self, TypeAlias, get_args

from agent.errors import OutboxDamaged
from agent.outbox import database
from agent.outbox.store import Place, is_count
from evidence import envelope
from evidence.envelope import Envelope
from evidence.errors import EvidenceError

Plain: TypeAlias = Literal["log", "bare"]
Oddity: TypeAlias = Literal["answer_untrusted", "pack_rejected", "tls_pin_mismatch"]
"""What who has the network noticed and only the patrol can say, as a local event."""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS memory (
  one INTEGER PRIMARY KEY CHECK (one = 1), anchor TEXT NOT NULL, document TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS exchange (
  id INTEGER PRIMARY KEY, sync BLOB NOT NULL, reports TEXT NOT NULL, answer BLOB NOT NULL,
  plain TEXT);
CREATE TABLE IF NOT EXISTS doubt (event TEXT PRIMARY KEY, n INTEGER NOT NULL);
"""

_NUMBERS = ("sync_s", "failures", "offset_ms")
_LARGEST = 10**12
"""As milliseconds 31 years: a clock that is off by more breaks the reckoning with times."""
_MOST_BYTES = 64 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """What the courier carries from one run to the next; times are aware, in UTC.

    `nonce` is for the next request (None: the one of the enrolment), `offset_ms` this clock
    minus the controller's, `said` the last failure in a sentence, `failures` how many in a row,
    `alarm` what only a person can mend.
    """

    nonce: str | None = None
    boot: str | None = None
    sync_s: int | None = None
    state: str | None = None
    failures: int = 0
    said: str | None = None
    alarm: str | None = None
    offset_ms: int | None = None
    read_token: str | None = None
    next_at: datetime | None = None
    seen_at: datetime | None = None
    proof_at: datetime | None = None
    read_until_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and its answer; `reports` are the places of the reports that it carried.

    Of `plain` answers to heartbeats, which order nothing, only the newest of each kind is kept:
    one that shows the log, one that does not.
    """

    sync: Envelope
    reports: tuple[Place, ...]
    answer: Envelope
    plain: Plain | None = None
    number: int = 0


class Mailbag:
    """The file `courier/courier.sqlite`; errors are OutboxError."""

    def __init__(self, path: Path, anchor: str, *, read_only: bool = False) -> None:
        self.path = path
        self._anchor = anchor
        self._link = database.connect(path, _SCHEMA, read_only=read_only, most=_MOST_BYTES)

    def is_whole(self) -> bool:
        """Does SQLite find no damage in the file, and can all of it be read?"""
        try:
            for read in (self.memory, self.exchanges, self.doubts):
                read()
            return self._do("PRAGMA quick_check(1)") == [("ok",)]
        except OutboxDamaged:
            return False

    def memory(self) -> Memory:
        """What was remembered last; empty at the first time, or of another enrolment."""
        rows = self._do("SELECT document FROM memory WHERE anchor = ?", (self._anchor,))
        return _loaded(rows[0][0]) if rows else Memory()

    def remember(self, memory: Memory, exchange: Exchange | None = None) -> None:
        """Keep this memory, and an exchange that led to it, in one transaction."""
        with database.translated(self.path), database.transaction(self._link):
            if not self._do("SELECT 1 FROM memory WHERE anchor = ?", (self._anchor,)):
                self._do("DELETE FROM exchange")
            document = json.dumps(dataclasses.asdict(memory), default=_text)
            self._do("INSERT OR REPLACE INTO memory VALUES (1, ?, ?)", (self._anchor, document))
            if exchange is not None:
                self._keep(exchange)

    def exchanges(self) -> tuple[Exchange, ...]:
        """What the patrol has not verified yet, oldest first."""
        if not self._do("SELECT 1 FROM memory WHERE anchor = ?", (self._anchor,)):
            return ()
        rows = self._do("SELECT id, sync, reports, answer, plain FROM exchange ORDER BY id")
        return tuple(exchange for row in rows if (exchange := _exchange(row)))

    def doubt(self, event: Oddity) -> None:
        """Count something odd for the patrol to report: an alien answer, a strange certificate."""
        self._do("INSERT INTO doubt VALUES (?, 1) ON CONFLICT DO UPDATE SET n = n + 1", (event,))

    def doubts(self) -> dict[Oddity, int]:
        """What was odd, and how often, since the patrol last looked; closed words and counts."""
        counted = dict(self._do("SELECT event, n FROM doubt"))
        known = {oddity: counted.get(oddity) for oddity in get_args(Oddity)}
        return {oddity: n for oddity, n in known.items() if n and is_count(n)}

    def reviewed(self, up_to: int, doubts: Mapping[Oddity, int]) -> None:
        """Forget what the patrol has verified and reported."""
        with database.translated(self.path), database.transaction(self._link):
            self._do("DELETE FROM exchange WHERE id <= ?", (up_to,))
            for event, n in doubts.items():
                self._do("UPDATE doubt SET n = n - ? WHERE event = ?", (n, event))

    def close(self) -> None:
        """Let go of the file."""
        self._link.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _keep(self, exchange: Exchange) -> None:
        self._do("DELETE FROM exchange WHERE plain = ?", (exchange.plain,))
        sync, answer = envelope.to_json(exchange.sync), envelope.to_json(exchange.answer)
        self._do(
            "INSERT INTO exchange (sync, reports, answer, plain) VALUES (?, ?, ?, ?)",
            (sync, json.dumps(exchange.reports), answer, exchange.plain),
        )

    def _do(self, query: str, values: Iterable[object] = ()) -> list[tuple[Any, ...]]:
        with database.translated(self.path):
            return self._link.execute(query, tuple(values)).fetchall()


def _exchange(row: tuple[Any, ...]) -> Exchange | None:
    """One row, or None for a row that no courier of ours wrote."""
    number, sync, reports, answer, plain = row
    try:
        places = tuple((epoch, seq) for epoch, seq in json.loads(reports))
        asked, heard = envelope.from_json(sync), envelope.from_json(answer)
    except (EvidenceError, TypeError, ValueError, AttributeError, RecursionError):
        return None
    if not all(map(is_count, (number, *chain.from_iterable(places)))):
        return None
    return Exchange(asked, places, heard, plain, number)


def _loaded(document: object) -> Memory:
    """The memory of a document; empty if it cannot be read: all of it can be learnt again."""
    try:
        kept = json.loads(str(document))
        known = {
            field.name: _value(field.name, kept[field.name])
            for field in dataclasses.fields(Memory)
            if kept.get(field.name) is not None
        }
    except (TypeError, ValueError, AttributeError, OverflowError, RecursionError):
        return Memory()
    return Memory(**known)


def _value(name: str, said: object) -> Any:  # noqa: ANN401 - of the field's type
    """One that a courier of ours could have kept; ValueError, TypeError, OverflowError else."""
    if name.endswith("_at"):
        return datetime.fromisoformat(str(said)).astimezone(UTC)
    wanted = int if name in _NUMBERS else str
    if type(said) is not wanted or (isinstance(said, int) and abs(said) > _LARGEST):
        raise TypeError(name)
    return said


def _text(at: datetime) -> str:
    return at.astimezone(UTC).isoformat()
