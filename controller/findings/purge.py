"""Who goes round, and lets go what is past its time?

Org by org and machine by machine, each plan in a transaction of its own, for as long as whoever
calls has time: a round goes on where it stopped, and begins anew when it is through.

- What is erased is overwritten (`secure_delete`), not only marked as free. Backups hold it until
  they are thrown away themselves.
"""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from uuid import UUID

from controller.findings.erase import erase
from controller.findings.expired import AT_ONCE, Look, Plan, Steps
from controller.findings.rows import Subject
from controller.identity.home import ControllerHome
from controller.identity.secrets import Keys
from controller.ledger.append import Appender
from controller.ledger.lock import CheckpointLock
from controller.ledger.sql import PercentCursor, connect, cursor


class Round:
    """One round through the machines of an org."""

    def __init__(self, home: ControllerHome, org: UUID, steps: Steps) -> None:
        self._home = home
        self._org = org.hex
        self._steps = steps
        self._left: list[Subject] | None = None
        self._until = datetime.min.replace(tzinfo=UTC)
        self.machines = 0

    @property
    def is_through(self) -> bool:
        """Has every machine been looked at?"""
        return self._left == []

    @property
    def done(self) -> int:
        """How many of its `machines` it has looked at."""
        return self.machines - len(self._left or ())

    def step(
        self, now: datetime, has_time: Callable[[], bool], until: datetime | None = None
    ) -> int:
        """Look at machines while there is time, one at the least; how many payloads went.

        What is past its time `until` then goes: at most now, which is what the log says.
        """
        gone, self._until = 0, min(now, until or now)
        with _opened(self._home) as (live, lock):
            look = Look(live, self._org, self._steps)
            if self._left is None:
                self._left = list(reversed(look.machines()))
                self.machines = len(self._left)
            while self._left:
                gone += self._machine(look, live, lock, now)
                if not has_time():
                    break
        return gone

    def _machine(self, look: Look, live: PercentCursor, lock: CheckpointLock, now: datetime) -> int:
        """One machine; it is left when nothing of it goes any more."""
        of, gone = (self._left or [])[-1], 0
        for plan in look.planned(of, self._until):
            gone += _erased(self._home, live, lock, plan, now)
        if not gone and self._left:
            self._left.pop()
        return gone


def counted(home: ControllerHome, org: UUID, now: datetime) -> Iterator[tuple[UUID, int]]:
    """For each machine with something past its time its clinic, and how many payloads that is.

    A look of one step a machine: of a machine with more than `expired.MOST` the next come after.
    """
    with _opened(home) as (live, _):
        look = Look(live, org.hex, AT_ONCE)
        for of in look.machines():
            going = sum(len(plan.payloads) for plan in look.planned(of, now))
            if going:
                yield UUID(of.clinic), going


def _erased(
    home: ControllerHome, live: PercentCursor, lock: CheckpointLock, plan: Plan, now: datetime
) -> int:
    appender = Appender(live, Keys.load(home), lock, now)
    live.execute("BEGIN IMMEDIATE")
    try:
        gone = erase(live, plan, appender, now)
        live.execute("COMMIT")
    except BaseException:
        live.execute("ROLLBACK")
        raise
    appender.settle(lock)
    return gone


@contextmanager
def _opened(home: ControllerHome) -> Iterator[tuple[PercentCursor, CheckpointLock]]:
    with closing(connect(home.database)) as connection, closing(CheckpointLock.open(home)) as lock:
        connection.execute("PRAGMA secure_delete = ON")
        yield cursor(connection), lock
