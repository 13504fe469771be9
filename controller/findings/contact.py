"""When was a machine due and not heard?

Written by intake in the transaction in which it is heard again: from when it was due until then,
without the time in which nobody listened. Any cursor, no Django.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from controller.findings.rows import Subject
from controller.ledger import watch
from controller.ledger.sql import Cursor, instant, moment

RESTARTED = "restarted"
"""It was started anew since: it had been off, or its agent."""

UNHEARD = "unheard"
"""It ran all along, and could not or did not speak."""

STOPPED = "stopped"
"""Its agent was stopped in order, as at a shutdown."""

CRASHED = "crashed"
"""Its agent ended without being stopped, while the machine ran on."""

_TOLD = {"agent_stopped": STOPPED, "agent_crashed": CRASHED}


@dataclass(frozen=True, slots=True)
class Silence:
    """What ended: it was due by then (null: never yet), and is heard now."""

    due_by: str | None
    heard_at: datetime
    reason: str

    @property
    def was_late(self) -> bool:
        """Did the contact come later than it was due?"""
        return self.due_by is not None and instant(self.due_by) < self.heard_at


def reason(events: Iterable[str], *, restarted: bool) -> str:
    """What the first contact proves: its word on how the agent ended, else whether it restarted."""
    told = next((_TOLD[event] for event in events if event in _TOLD), None)
    return told or (RESTARTED if restarted else UNHEARD)


def note(cursor: Cursor, of: Subject, presence: str, silence: Silence) -> None:
    """Write the gap that this contact ends, if it came too late: in pieces around our outages."""
    if silence.due_by is None or not silence.was_late:
        return
    cursor.executemany(
        "INSERT INTO contact_gap (org_id, machine_id, from_at, to_at, presence, reason)"
        " VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT (org_id, machine_id, from_at) DO NOTHING",
        [
            (*of.key, moment(since), moment(until), presence, silence.reason)
            for since, until in _pieces(cursor, of.org, instant(silence.due_by), silence.heard_at)
        ],
    )


def _pieces(
    cursor: Cursor, org: str, since: datetime, until: datetime
) -> Iterator[tuple[datetime, datetime]]:
    for away in watch.away(cursor, org, since, until):
        if away.since > since:
            yield since, away.since
        since = max(since, away.until)
    if since < until:
        yield since, until
