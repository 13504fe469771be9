"""How is something put on the list, and taken from it?

Plain SQL on any cursor, so that intake, actions of people and jobs share it: whoever calls owns the
transaction. Ids and times stand as in columns (controller.ledger.sql). The one who looks into a
matter and the one who stirs it write the same row, so nothing that is stirred meanwhile is missed.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from controller.ledger.sql import Cursor

LOOK = "alerts"
"""Look whether something is to be told, in a clinic or an org."""
NOBODY = "0" * 32
"""The subject of what concerns an org itself, and none of its clinics."""

_PUT = (
    "INSERT INTO job (org_id, kind, subject, due_at) VALUES (%s, %s, %s, %s)"
    " ON CONFLICT (org_id, kind, subject) DO UPDATE SET due_at = excluded.due_at"
)


def stir(cursor: "Cursor", kind: str, matters: Iterable[tuple[str, str]], at: str) -> None:
    """Have these (org, subject) done at `at`, or sooner where that was due already."""
    cursor.executemany(
        f"{_PUT} WHERE job.due_at > excluded.due_at",
        [(org, kind, subject, at) for org, subject in sorted(matters)],
    )


def put_off(cursor: "Cursor", kind: str, matter: tuple[str, str], at: str) -> None:
    """Have this one done at `at`, and not before: it has just been looked into."""
    org, subject = matter
    cursor.execute(_PUT, (org, kind, subject, at))


def due(cursor: "Cursor", kind: str, at: str, most: int = 100) -> list[tuple[str, str]]:
    """(org, subject) of what is due, the longest waiting first."""
    cursor.execute(
        "SELECT org_id, subject FROM job WHERE kind = %s AND due_at <= %s ORDER BY due_at LIMIT %s",
        (kind, at, most),
    )
    return [(org, subject) for org, subject in cursor.fetchall()]
