"""Which generations has a log, and does the newest hold what was signed?

A log is never rewritten. One that lost its end, because the database was restored from a backup,
is closed as it stands, and a new generation of it begins: same log, next number, a name and a key
of its own. A signed notice says to every agent which log goes on for which.

Plain SQL, for the agents' door and for Django alike; controller.fleet.restart begins one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from controller.identity.secrets import Keys
from controller.ledger import log_keys
from controller.ledger.append import LogRow, agrees, edge
from controller.ledger.lock import CheckpointLock, Held, LockAhead
from controller.ledger.sql import Cursor, hex_id
from evidence import merkle, messages
from evidence.envelope import Envelope
from evidence.keys import SigningKey
from evidence.messages import Notice

_COLUMNS = "org_id, id, uuid, generation, origin, size"


@dataclass(frozen=True, slots=True)
class Outdated:
    """A log that holds less, or something else, than what was signed; `known` is the last of that.

    What the lock remembers if it is ahead of the tables, else what the tables hold.
    """

    log: LogRow
    clinic: str | None
    known: Held


def restarted(cursor: Cursor, keys: Keys, old: LogRow, new: LogRow) -> Notice:
    """What says to agents that one log goes on for another: each by the key that it has here."""
    before, after = (log_keys.newest_vkey(cursor, keys, log) for log in (old, new))
    return Notice(kind="log_restart", old=before, new=after, from_leaf=0, why="restore")


def opened_by(cursor: Cursor, keys: Keys, log: LogRow) -> SigningKey:
    """The receipt key that opened a log: the one whose notice its first `keys` line holds."""
    cursor.execute(
        "SELECT env FROM log_entry WHERE org_id = %s AND log_id = %s AND kind = 'keys'"
        " ORDER BY idx LIMIT 1",
        (log.org, log.id),
    )
    row = cursor.fetchone()
    for generation in range(keys.generation, 0, -1):
        receipt = keys.receipt(generation)
        if row and opening(keys, receipt, log)[0].sha == row[0]:
            return receipt
    return keys.receipt()


def opening(keys: Keys, receipt: SigningKey, log: LogRow) -> tuple[Envelope, Envelope]:
    """The notices that open a log, by a receipt key: they name its first key."""
    return messages.opening(receipt, str(log_keys.verifier(keys, log)))


def outdated(cursor: Cursor, lock: CheckpointLock) -> tuple[Outdated, ...]:
    """The logs that must not go on as they are."""
    cursor.execute(f"SELECT {_COLUMNS}, clinic_id FROM log WHERE state = 'open'", ())  # noqa: S608
    found = ((_row(row[:-1]), row[-1]) for row in cursor.fetchall())
    return tuple(
        Outdated(log, hex_id(clinic) if clinic else None, _known(cursor, log, lock))
        for log, clinic in found
        if not agrees(cursor, log, lock.held(log.origin))
    )


def require_signable(cursor: Cursor, lock: CheckpointLock) -> None:
    """LockAhead if any log is an old or altered copy: before anybody is served from it."""
    old = outdated(cursor, lock)
    if old:
        raise LockAhead(
            f"{len(old)} log(s) of this database hold less than was signed, or something else:"
            f" it is an old or altered copy ({_first(old)})",
            help="run `dentinel-controller restore --in-place`, which opens a new generation",
        )


def _first(old: Sequence[Outdated]) -> str:
    one = old[0]
    return f"{one.log.origin}: {one.log.size} entries here, {one.known.size} signed"


def _known(cursor: Cursor, log: LogRow, lock: CheckpointLock) -> Held:
    held = lock.held(log.origin)
    if held is not None and held.size > log.size:
        return held
    return Held(log.size, merkle.root_from(edge(cursor, log, log.size)))


def _row(row: Sequence[Any]) -> LogRow:
    org, name, uuid, generation, origin, size = row
    return LogRow(hex_id(org), hex_id(name), UUID(hex_id(uuid)), generation, origin, size)
