"""The agents' door: `/v1/ca/<tid>`, `/v1/enroll`, `/v1/sync`, `/tuf/<org>/…`, and nothing else.

A bare ASGI callable: agents never pass through Django, whose middleware costs seventeen times as
much. The event loop checks and reads (controller.intake.receive), one thread writes
(controller.intake.commit), and an answer is signed when what it says is committed.
"""

import asyncio
import secrets
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from uuid import UUID

from controller.identity.home import ControllerHome
from controller.identity.secrets import Keys
from controller.intake import enrol, receive
from controller.intake.accept import SyncJob
from controller.intake.batch import Job, Reply
from controller.intake.commit import Around, Writer
from controller.intake.door import Gone, Receive, Scope, Send, body, refuse, say
from controller.intake.leave import Leave
from controller.intake.problems import Problem, busy
from controller.intake.rates import Rate
from controller.intake.reader import Reader
from controller.intake.waiting import Full, Queue, Waiting
from controller.ledger.sql import to_millisecond
from controller.meters import QUEUE, SYNCS, WAITED
from controller.policy.rulebook import Carried, carried
from evidence import distribution, frames, messages
from evidence.join import WELCOME_TYPE
from evidence.messages import Answer

_MINUTE_S = 60
_SYNC = "/v1/sync"
# What counts against an address: everything but that we are slow or busy.
_FAULTS = frozenset({400, 401, 403, 404, 405, 409, 413, 415, 422})


@dataclass(frozen=True, slots=True)
class Limits:
    """How often somebody may come in a minute."""

    syncs_of_a_machine: int = 30
    failures_of_an_address: int = 60
    requests_to_join: int = 10


def application(
    root: Path,
    limits: Limits = Limits(),
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    random: Callable[[int], bytes] = secrets.token_bytes,
    packs: Callable[[], Sequence[Carried]] = carried,
) -> "Intake":
    """The ASGI callable of a home's folder; its lifespan starts and stops the writer."""
    return Intake(ControllerHome(root), limits, Around(now, random, packs))


class Intake:
    """What agents call."""

    def __init__(self, home: ControllerHome, limits: Limits, around: Around) -> None:
        self._home = home
        self._around = around
        self._syncs = Rate(limits.syncs_of_a_machine)
        self._failures = Rate(limits.failures_of_an_address)
        self._joins = Rate(limits.requests_to_join)

    def start(self) -> None:
        """Open the database and begin to write; HomeProblem or LockAhead if it cannot."""
        keys = Keys.load(self._home)
        self._signer = lru_cache(maxsize=8)(keys.receipt)
        self._queue = Queue()
        self._writer = Writer(self._home, keys, self._around, self._queue)
        self._reader = Reader(self._home)
        self._leave = Leave(self._home, keys)
        self._writer.start()

    def stop(self) -> None:
        """Write what still waits, and close."""
        self._writer.stop()
        self._reader.close()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or the life of the server."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            await self._serve(scope, receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        self.start()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await asyncio.to_thread(self.stop)
        await send({"type": "lifespan.shutdown.complete"})

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        address = scope["client"][0] if scope.get("client") else ""
        if self._failures.is_over(address, time.monotonic()):
            await refuse(send, _too_many("too many failures from this address"))
            return
        try:
            await self._route(scope, receive, send, address)
        except Gone:
            return
        except Problem as problem:
            if problem.status in _FAULTS:
                self._failures.count(address, time.monotonic())
            if scope["path"] == _SYNC:
                SYNCS.add(problem.code)
            await refuse(send, problem)

    async def _route(self, scope: Scope, receive: Receive, send: Send, address: str) -> None:
        match scope["method"], scope["path"].split("/")[1:]:
            case "GET", ["v1", "ca", tid]:
                welcome = self._reader.welcome(tid, self._now())
                await say(send, 200, WELCOME_TYPE, welcome)
            case "POST", ["v1", "sync"]:
                await self._sync(await body(scope, receive), send)
            case "POST", ["v1", "enroll"]:
                await self._enrol(await body(scope, receive), send, address)
            case "GET", [distribution.ROOM, org, *name]:
                await self._rules(scope, send, org, "/".join(name))
            case _, ["v1", "sync" | "enroll"] | ["v1", "ca", _] | [distribution.ROOM, _, *_]:
                raise Problem(405, "method", "this address takes another method")
            case _:
                raise Problem(404, "not_found", "agents call /v1/ca, /v1/enroll, /v1/sync, /tuf")

    async def _sync(self, data: bytes, send: Send) -> None:
        arrival = receive.receive(data, self._reader.known, self._now())
        if self._syncs.is_over(arrival.holder.machine, time.monotonic()):
            raise _too_many("more syncs in a minute than may be")
        self._syncs.count(arrival.holder.machine, time.monotonic())
        said = await self._written(SyncJob(arrival, data))
        if isinstance(said, Reply) and isinstance(said.said, Answer):
            SYNCS.add(said.said.code)
            holder = arrival.holder
            org, machine = UUID(holder.org), UUID(holder.machine)
            told = self._leave.told(said.said, org, machine, arrival.sync.packs)
            said = replace(said, said=told)
        await self._answer(said, send)

    async def _rules(self, scope: Scope, send: Send, org: str, name: str) -> None:
        """A file of the repository of an org.

        One that is not there is nobody's fault: who looks for a newer root asks for its number.
        """
        authorization = dict(scope["headers"]).get(b"authorization", b"")
        data = self._leave.read(org, name, authorization, self._now())
        if data is None:
            await refuse(
                send, Problem(404, "not_found", "there is no such file in this repository")
            )
        else:
            await say(send, 200, "application/json", data)

    async def _enrol(self, data: bytes, send: Send, address: str) -> None:
        self._count_join(("address", address))
        job = enrol.receive(data, address, self._now())
        self._count_join(("token", job.enroll.tid))
        await self._answer(await self._written(job), send)

    def _now(self) -> datetime:
        return to_millisecond(self._around.now())

    def _count_join(self, key: tuple[str, str]) -> None:
        if self._joins.is_over(key, time.monotonic()):
            raise _too_many("more requests to join in a minute than may be")
        self._joins.count(key, time.monotonic())

    async def _answer(self, said: Reply | Problem, send: Send) -> None:
        if isinstance(said, Problem):
            raise said
        data = said.said
        if not isinstance(data, bytes):
            data = frames.write([messages.seal(data, self._signer(said.signer))])
        await say(send, said.status, frames.MEDIA_TYPE, data)

    async def _written(self, job: Job) -> Reply | Problem:
        """Queue a job and wait until it is committed, or cannot be."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Reply | Problem] = loop.create_future()
        begun = time.perf_counter()

        def done(said: Reply | Problem) -> None:
            loop.call_soon_threadsafe(_resolve, future, said)

        try:
            self._queue.put(Waiting(job, done))
        except Full:
            # Spreads those who come again.
            wait_s = 5 + self._around.random(1)[0] % 56
            raise busy(wait_s, "more waits than can be written now") from None
        QUEUE.move(1)
        try:
            return await future
        finally:
            QUEUE.move(-1)
            WAITED.add(much=time.perf_counter() - begun)


def _too_many(detail: str) -> Problem:
    return Problem(429, "too_many", detail, _MINUTE_S)


def _resolve(future: asyncio.Future[Reply | Problem], said: Reply | Problem) -> None:
    if not future.done():
        future.set_result(said)
