"""Was this database rolled back since a checkpoint was last signed?

The last signed size and root of each log, in a file of its own that no backup holds. A log may be
behind in here (a crash between COMMIT and this file), never ahead.

- Every move is a compare-and-swap: the larger size counts, and nothing ever goes back.
- Ahead of the database, or absent while the log is not empty: nothing is signed (`LockAhead`).
"""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from typing import Self

from controller.errors import ControllerError
from controller.identity.home import ControllerHome
from controller.ledger.sql import connect

_SCHEMA = "CREATE TABLE IF NOT EXISTS held (origin TEXT PRIMARY KEY, size INTEGER, root BLOB)"


class LockAhead(ControllerError):
    """The log has signed more than this database holds: it is an old copy. Nothing is signed."""


@dataclass(frozen=True, slots=True)
class Held:
    """What was signed last for a log."""

    size: int
    root: bytes


class CheckpointLock:
    """The open lock file of one process; use it from one thread at a time."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    @classmethod
    def make(cls, home: ControllerHome) -> None:
        """Create the file, once, at `init`: later its absence means something."""
        with closing(connect(home.checkpoint_lock)) as connection:
            connection.execute(_SCHEMA)
        home.checkpoint_lock.chmod(0o600)

    @classmethod
    def open(cls, home: ControllerHome) -> Self:
        """Open the file; LockAhead if it is not there.

        `synchronous=NORMAL`: after a power cut the file may be some checkpoints behind, which is
        allowed, and a commit costs one fsync and not two.
        """
        if not home.checkpoint_lock.exists():
            raise LockAhead(
                f"{home.checkpoint_lock} is missing: was a backup copied here?",
                help="run `dentinel-controller restore --in-place`, which opens a new generation",
            )
        return cls(connect(home.checkpoint_lock, synchronous="NORMAL"))

    @classmethod
    def nowhere(cls) -> Self:
        """A lock that remembers nothing: what is to be thought of a home that has none."""
        connection = sqlite3.connect(":memory:", isolation_level=None)
        connection.execute(_SCHEMA)
        return cls(connection)

    def held(self, origin: str) -> Held | None:
        """What was signed last for this log, if anything was."""
        row = self._connection.execute(
            "SELECT size, root FROM held WHERE origin = ?", (origin,)
        ).fetchone()
        return Held(*row) if row else None

    def begin(self, origin: str, root: bytes) -> None:
        """A new, empty log: must stand before its first leaf is committed."""
        self._connection.execute("INSERT OR IGNORE INTO held VALUES (?, 0, ?)", (origin, root))

    def move(self, origin: str, size: int, root: bytes) -> None:
        """After COMMIT: this was signed. A smaller size than the one held changes nothing."""
        self._connection.execute(
            "UPDATE held SET size = ?, root = ? WHERE origin = ? AND size < ?",
            (size, root, origin, size),
        )

    def close(self) -> None:
        """Close the file."""
        self._connection.close()
