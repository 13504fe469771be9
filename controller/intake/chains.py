"""What is held at a place of a machine's chain, and where in the log does it stand?

A place is epoch and seq. One report is held at each, whatever else was sent for it.
"""

from controller.ledger.sql import Cursor


def stored(cursor: Cursor, org: str, name: str, place: tuple[int, int]) -> tuple[str, int] | None:
    """Hash and leaf of what is held at a place of the chain, if anything is."""
    cursor.execute(
        "SELECT env, idx FROM log_entry WHERE org_id = %s AND machine_id = %s"
        " AND epoch = %s AND seq = %s AND kind IN ('report', 'rejected')",
        (org, name, *place),
    )
    row: tuple[str, int] | None = cursor.fetchone()
    return row


def leaf_in(cursor: Cursor, org: str, log: str, name: str, place: tuple[int, int]) -> int | None:
    """The line in this very log that holds a place of a machine's chain, if it is there."""
    cursor.execute(
        "SELECT idx FROM log_entry WHERE org_id = %s AND machine_id = %s AND epoch = %s"
        " AND seq = %s AND log_id = %s AND kind IN ('report', 'rejected')",
        (org, name, *place, log),
    )
    row = cursor.fetchone()
    return int(row[0]) if row else None


def is_known_fork(cursor: Cursor, org: str, name: str, place: tuple[int, int], env: str) -> bool:
    """Is this second envelope for a place in the log already?"""
    cursor.execute(
        "SELECT 1 FROM log_entry WHERE org_id = %s AND machine_id = %s"
        " AND epoch = %s AND seq = %s AND kind = 'fork_evidence' AND env = %s",
        (org, name, *place, env),
    )
    return cursor.fetchone() is not None
