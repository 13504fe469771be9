"""When was a machine due and not heard?

Written by intake in the transaction in which it is heard again: from when it was due until then.
Any cursor, no Django.
"""

from dataclasses import dataclass
from datetime import datetime

from controller.findings.rows import Subject
from controller.ledger.sql import Cursor, instant, moment

RESTARTED = "restarted"
"""It was started anew since: it had been off, or its agent."""

UNHEARD = "unheard"
"""It ran all along, and could not or did not speak."""


@dataclass(frozen=True, slots=True)
class Silence:
    """What ended: it was due by then (null: never yet), and is heard now."""

    due_by: str | None
    heard_at: datetime
    reason: str


def note(cursor: Cursor, of: Subject, presence: str, silence: Silence) -> None:
    """Write the gap that this contact ends, if it came too late."""
    if silence.due_by is None or instant(silence.due_by) >= silence.heard_at:
        return
    cursor.execute(
        "INSERT INTO contact_gap (org_id, machine_id, from_at, to_at, presence, reason)"
        " VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT (org_id, machine_id, from_at) DO NOTHING",
        (*of.key, silence.due_by, moment(silence.heard_at), presence, silence.reason),
    )
