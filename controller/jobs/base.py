"""What does a job promise, and who runs it?

A `Job` is a function of the home and the time, done again whenever its interval has passed; it
finds out by itself what is to be done, so that one that fell out is made good by the next. The
jobs of one lane share a thread: what waits for the world must not hold up what does not.

- A job that fails is told in the log with its name, and tried again when it is next due.
- A stop is obeyed between two jobs, never within one.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from django.db import connection

from controller.identity.home import ControllerHome
from controller.meters import JOBS

_log = logging.getLogger("dentinel.jobs")
_TICK_SECONDS = 0.5
_GRACE_SECONDS = 15


class Lane(StrEnum):
    """Which thread: `inside` only asks the database, `outside` calls others, `long` takes long."""

    INSIDE = "inside"
    OUTSIDE = "outside"
    LONG = "long"


@dataclass(frozen=True, slots=True)
class Job:
    """Something that is done every so often."""

    name: str
    every: timedelta
    lane: Lane
    run: Callable[[ControllerHome, datetime], object]


class Worker:
    """One lane: its jobs, each when it is due, the first time at once."""

    def __init__(self, home: ControllerHome, jobs: Sequence[Job]) -> None:
        self._home = home
        self._due: dict[str, datetime] = {}
        self._jobs = jobs

    def step(self, now: datetime) -> None:
        """Do what is due. What a clock that was set back would hold up is due too."""
        for job in self._jobs:
            due = self._due.get(job.name)
            if due is None or due <= now or due - now > job.every:
                self._due[job.name] = now + job.every
                self._do(job, now)

    def _do(self, job: Job, now: datetime) -> None:
        begun, result = time.perf_counter(), "done"
        try:
            job.run(self._home, now)
        except Exception:  # noqa: BLE001 - the loop that must not die: it is tried again
            _log.exception("a job failed and is tried again job=%s after=%s", job.name, job.every)
            connection.close()
            result = "failed"
        JOBS.add(job.name, result, much=time.perf_counter() - begun)

    def keep_on(self, stop: threading.Event) -> None:
        """Do what is due, for as long as nobody says stop."""
        while not stop.is_set():
            self.step(datetime.now(tz=UTC))
            stop.wait(_TICK_SECONDS)
        connection.close()


@contextmanager
def working(home: ControllerHome, jobs: Sequence[Job]) -> Iterator[None]:
    """Have these jobs done, each lane in its thread, for as long as the block runs."""
    stop = threading.Event()
    threads = [
        threading.Thread(
            target=Worker(home, [job for job in jobs if job.lane is lane]).keep_on,
            args=(stop,),
            name=f"jobs-{lane}",
            daemon=True,
        )
        for lane in Lane
    ]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join(_GRACE_SECONDS)
