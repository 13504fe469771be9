"""What follows from the reports of one machine, derived again?

By the very code that intake uses, into a scratch database. Where older reports were erased it
begins at the machine's horizon; a payload that alone is gone (old facts) counts by what its row
still says: when it was seen, and on whom.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from controller.findings import horizon
from controller.findings.derive import Derivation
from controller.findings.fold import Standing
from controller.findings.rows import Subject
from controller.ledger import raw
from controller.ledger.sql import PercentCursor, instant, moment
from controller.policy.rulebook import Rulebook
from evidence.bodies import Delta, Facts, Full
from evidence.report import Report

_EVER = "9999-12-31"
_NO_FULL: dict[str, Any] = {"full_seq": 0, "full_sha": "", "reported_at": None}


@dataclass(frozen=True, slots=True)
class Row:
    """A row of `report`, as far as it says what follows."""

    epoch: int
    seq: int
    sha: str
    received: str
    kind: str
    packed: bytes | None
    claimed: str | None
    host: str | None


@dataclass(frozen=True, slots=True)
class Played:
    """What followed: the derivation as it stands, and the head of the chain as its columns say."""

    derivation: Derivation
    chain: dict[str, Any]


def play(
    live: PercentCursor,
    derived: PercentCursor,
    of: Subject,
    rulebook: Rulebook,
    until: str | None = None,
) -> Played:
    """Derive a machine's rows in `derived`, from what was received before `until`, or from all."""
    derived.execute("SELECT anchor, visitor_id, agent_id FROM machine WHERE id = %s", (of.machine,))
    anchor, visitor, agent = derived.fetchone()
    host = str(UUID(agent)) if visitor else None
    chain = {"epoch": 1, "head_seq": 0, "head_sha": anchor, **_NO_FULL}
    derivation = Derivation(derived, of, rulebook, Standing(), host)
    begun = horizon.begin(live, derived, of, visitor or of.machine)
    if begun.standing is not None:
        derivation.standing = begun.standing
        chain |= begun.chain
    live.execute(
        "SELECT epoch, seq, sha, received_at, kind, raw, claimed_at, host FROM report"
        " WHERE org_id = %s AND machine_id = %s AND standing <> 'fork'"
        " AND (epoch, seq) > (%s, %s) AND received_at < %s ORDER BY epoch, seq",
        (of.org, visitor or of.machine, *begun.after, until or _EVER),
    )
    for row in live.fetchall():
        _take(Row(*row), derivation, chain, host)
    seen = derivation.standing.observed_at
    chain["observed_at"] = moment(seen) if seen else None
    return Played(derivation, chain)


def _take(row: Row, derivation: Derivation, chain: dict[str, Any], host: str | None) -> None:
    report = Report.from_bytes(raw.unpack(row.packed).payload) if row.packed is not None else None
    whose = host_of(report) if report else row.host and str(UUID(row.host))
    if host is not None and whose != host:
        return
    if row.epoch != chain["epoch"]:
        chain |= {"full_seq": 0, "full_sha": ""}
    chain |= {"epoch": row.epoch, "head_seq": row.seq, "head_sha": row.sha}
    chain["reported_at"] = row.received
    known = instant(row.received)
    if report is not None:
        derivation.take(report, known)
    elif row.claimed is not None:
        derivation.take_erased(instant(row.claimed), known)
    else:
        derivation.pass_over(known)
        return
    if row.kind == "full" and whose == host:
        chain |= {"full_seq": row.seq, "full_sha": row.sha}


def host_of(report: Report) -> str | None:
    """The host that a report speaks of, if it is on one."""
    body = report.body
    return body.subject.id if isinstance(body, Full | Delta | Facts) else None
