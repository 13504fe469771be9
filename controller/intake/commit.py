"""How does what was received become permanent, before anybody is told?

One writer thread takes what queued while the last commit ran: one transaction, one fsync and one
checkpoint a log for all of it. No timer, so an idle server adds no delay.

- Acknowledged means committed: COMMIT, then the checkpoint lock, and only then the answers.
- A batch that fails is rolled back and its jobs are done again one by one: a bad one fails alone.
  It is kept in quarantine for an operator, and never acknowledged, so it is never lost.
- A database that is away is nobody's fault: 503, and the agents keep what they have.
"""

import logging
import sqlite3
import time
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import datetime
from threading import Thread
from uuid import UUID

from controller.errors import HomeProblem
from controller.identity.home import ControllerHome
from controller.identity.secrets import Keys
from controller.intake import statements
from controller.intake.batch import Batch, Job, Reply
from controller.intake.problems import Problem, busy
from controller.intake.waiting import Queue, Waiting
from controller.ledger import generations
from controller.ledger.bus import BUS
from controller.ledger.lock import CheckpointLock, LockAhead
from controller.ledger.sql import connect, cursor, moment
from controller.meters import BATCHES, COMMITS
from controller.policy.rulebook import Carried, Rulebook

_log = logging.getLogger("dentinel.intake")
_RETRY_AFTER_OUR_ERROR_S = 3600
_RETRY_AFTER_BUSY_S = 30

Said = Reply | Problem


@dataclass(frozen=True, slots=True)
class Around:
    """What the writer takes from the world: the time, randomness, packs that are at hand."""

    now: Callable[[], datetime]
    random: Callable[[int], bytes]
    packs: Callable[[], Sequence[Carried]]


class Writer:
    """The one thread that writes what agents send."""

    def __init__(self, home: ControllerHome, keys: Keys, around: Around, queue: Queue) -> None:
        if not home.database.exists():
            raise HomeProblem(
                f"there is no database in {home.root}",
                help=f"run `dentinel-controller init --home {home.root}` first",
            )
        self._keys = keys
        self._around = around
        self._queue = queue
        self._rulebook = Rulebook(around.packs())
        self._lock = CheckpointLock.open(home)
        self._connection = connect(home.database)
        self._cursor = cursor(self._connection)
        generations.require_signable(self._cursor, self._lock)
        self._thread = Thread(target=self._run, name="intake-writer", daemon=True)

    def start(self) -> None:
        """Begin to write."""
        self._thread.start()

    def stop(self) -> None:
        """Write what still waits, and end."""
        self._queue.close()
        self._thread.join()

    def _run(self) -> None:
        with closing(self._connection), closing(self._lock):
            while taken := self._queue.take():
                self._serve(taken)

    def _serve(self, taken: list[Waiting]) -> None:
        for waiting, said in zip(taken, self._all(taken), strict=True):
            # Whoever asked may be gone, and its event loop with it.
            with suppress(RuntimeError):
                waiting.done(said)

    def _all(self, taken: list[Waiting]) -> list[Said]:
        jobs = [waiting.job for waiting in taken]
        try:
            return self._transaction(jobs)
        except (sqlite3.OperationalError, LockAhead) as error:
            return [self._away(error)] * len(jobs)
        except Exception:  # noqa: BLE001 - the loop that must not die: each is done again alone
            _log.exception("commit: a batch failed and is done again one by one jobs=%d", len(jobs))
        return [self._alone(job) for job in jobs]

    def _alone(self, job: Job) -> Said:
        try:
            return self._transaction([job])[0]
        except (sqlite3.OperationalError, LockAhead) as error:
            return self._away(error)
        except Exception as error:  # noqa: BLE001 - the loop that must not die: one job fails
            _log.exception("commit: a job failed alone machine=%s", job.rows[1])
            self._quarantine(job, type(error).__name__)
        return Problem(
            500,
            "our_error",
            "we failed on this ourselves; it was not stored",
            _RETRY_AFTER_OUR_ERROR_S,
        )

    def _transaction(self, jobs: list[Job]) -> list[Said]:
        """All of these in one transaction, answered in the order given."""
        begun = time.perf_counter()
        self._cursor.execute("BEGIN IMMEDIATE")
        try:
            batch = Batch(
                self._cursor,
                self._keys,
                self._lock,
                self._rulebook,
                self._around.random,
                self._around.now(),
            )
            in_order = sorted(enumerate(jobs), key=lambda one: one[1].rows)
            applied = {number: _apply(job, batch) for number, job in in_order}
            appender = batch.finish()
            said = [_said(applied[number]) for number in range(len(jobs))]
            self._cursor.execute("COMMIT")
        except BaseException:
            self._roll_back()
            raise
        COMMITS.add(much=time.perf_counter() - begun)
        BATCHES.add(much=sum(job.records for job in jobs))
        appender.settle(self._lock)
        BUS.tell(batch.changed())
        return said

    def _roll_back(self) -> None:
        self._rulebook.forget()
        with suppress(sqlite3.OperationalError):
            self._cursor.execute("ROLLBACK")

    def _away(self, error: Exception) -> Problem:
        _log.error("commit: nothing can be stored now: %s", error)
        return busy(_RETRY_AFTER_BUSY_S, "nothing can be stored now; keep it and try again")

    def _quarantine(self, job: Job, error: str) -> None:
        kept = job.kept()
        if kept is None:
            return
        org, machine, body = kept
        row = {
            "id": UUID(bytes=self._around.random(16), version=4).hex,
            "org_id": org,
            "machine_id": machine,
            "at": moment(self._around.now()),
            "error": error,
            "body": body,
        }
        try:
            statements.insert(self._cursor, "quarantine", row)
        except sqlite3.Error:
            _log.exception("commit: not even the quarantine could be written machine=%s", machine)


def _apply(job: Job, batch: Batch) -> Callable[[], Reply] | Problem:
    """A job that is refused has written nothing: it says so before its first write."""
    try:
        return job.apply(batch)
    except Problem as problem:
        return problem


def _said(applied: Callable[[], Reply] | Problem) -> Said:
    return applied if isinstance(applied, Problem) else applied()
