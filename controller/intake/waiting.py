"""What waits for the writer, and how much may wait?

Many threads put, one takes. Whoever puts more than fits hears so at once: a queue that grows
without bound only makes everybody late.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from threading import Condition

from controller.intake.batch import Job, Reply
from controller.intake.problems import Problem

MOST_RECORDS = 4096
MOST_BYTES = 64 * 1024 * 1024
BATCH_RECORDS = 256


class Full(Exception):
    """So much waits already that nothing more is taken in."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A job, and whom to tell what became of it."""

    job: Job
    done: Callable[[Reply | Problem], None]


class Queue:
    """Jobs in the order in which they came."""

    def __init__(self, most_records: int = MOST_RECORDS, most_bytes: int = MOST_BYTES) -> None:
        self._most_records = most_records
        self._most_bytes = most_bytes
        self._jobs: deque[Waiting] = deque()
        self._records = 0
        self._bytes = 0
        self._is_closed = False
        self._changed = Condition()

    def put(self, waiting: Waiting) -> None:
        """Let one more wait; Full if it cannot."""
        job = waiting.job
        with self._changed:
            records = self._records + _weight(job)
            size_bytes = self._bytes + job.size_bytes
            if self._is_closed or records > self._most_records or size_bytes > self._most_bytes:
                raise Full
            self._records, self._bytes = records, size_bytes
            self._jobs.append(waiting)
            self._changed.notify()

    def take(self) -> list[Waiting]:
        """What waits, up to a batch; waits until there is something. Empty: closed and done."""
        with self._changed:
            self._changed.wait_for(lambda: self._jobs or self._is_closed)
            taken: list[Waiting] = []
            records = 0
            while self._jobs and (not taken or records < BATCH_RECORDS):
                waiting = self._jobs.popleft()
                records += _weight(waiting.job)
                self._bytes -= waiting.job.size_bytes
                taken.append(waiting)
            self._records -= records
            return taken

    def close(self) -> None:
        """Take nothing more in; what waits is still done."""
        with self._changed:
            self._is_closed = True
            self._changed.notify_all()


def _weight(job: Job) -> int:
    """A heartbeat counts as one too."""
    return max(job.records, 1)
