"""One writer for all: what fails fails alone, what cannot be stored is not acknowledged."""

import asyncio
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest

from controller.identity.home import ControllerHome
from controller.intake.batch import Batch, Reply
from controller.intake.problems import Problem
from controller.intake.waiting import MOST_RECORDS, Full, Queue, Waiting
from controller.ledger.lock import CheckpointLock, LockAhead
from tests.controller.clinic import Heard, Machine, Server, call, verdict
from tests.controller.tables import chain, check_logs, contents, rows


@contextmanager
def holding_the_lock(home: ControllerHome) -> Iterator[None]:
    """Another writer is at work: what comes meanwhile queues, and becomes one batch."""
    with closing(sqlite3.connect(home.database, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        yield
        connection.execute("ROLLBACK")


def at_once(server: Server, bodies: list[bytes]) -> list[Heard]:
    """Send all of these so that they wait together."""

    async def all_of_them() -> list[Heard]:
        with holding_the_lock(server.home):
            calls = [
                asyncio.ensure_future(call(server.app, "POST", "/v1/sync", body)) for body in bodies
            ]
            await asyncio.sleep(0.2)
        return await asyncio.gather(*calls)

    return asyncio.run(all_of_them())


@pytest.fixture
def five(server: Server) -> list[Machine]:
    """Five machines that have joined."""
    return [server.machine(f"OP{number}") for number in range(1, 6)]


def alter(home: ControllerHome, sql: str) -> None:
    with closing(sqlite3.connect(home.database)) as connection:
        connection.execute(sql)
        connection.commit()


def test_what_waits_together_has_one_checkpoint(server: Server, five: list[Machine]) -> None:
    ((before,),) = rows(server.home, "SELECT count(*) FROM checkpoint")
    heard = at_once(server, [one.body(one.event(), one.event()) for one in five])

    assert [one.status for one in heard] == [200] * 5
    ((after,),) = rows(server.home, "SELECT count(*) FROM checkpoint")
    assert after - before <= 2
    assert rows(server.home, "SELECT count(*) FROM report") == [(10,)]
    check_logs(server.home)


def poison(home: ControllerHome, machine: Machine) -> None:
    """Make the database refuse the reports of one machine: a fault of ours, not of its own."""
    alter(
        home,
        "CREATE TRIGGER poison BEFORE INSERT ON report WHEN NEW.machine_id ="
        f" '{machine.agent.replace('-', '')}' BEGIN SELECT RAISE(ABORT, 'poison'); END",
    )


@pytest.mark.threat("poison-report")
def test_a_poisoned_sync_in_mid_batch_fails_alone(server: Server, five: list[Machine]) -> None:
    poison(server.home, five[2])
    bodies = [one.body(one.event()) for one in five]
    heard = at_once(server, bodies)

    assert [one.status for one in heard] == [200, 200, 500, 200, 200]
    assert heard[2].headers["retry-after"] == "3600"
    assert chain(server.home, five[2].agent) == []
    assert rows(server.home, "SELECT machine_id, body, error FROM quarantine") == [
        (five[2].agent.replace("-", ""), bodies[2], "IntegrityError")
    ]
    check_logs(server.home)


def test_what_was_poisoned_is_stored_when_the_fault_is_mended(
    server: Server, five: list[Machine]
) -> None:
    poison(server.home, five[0])
    body = five[0].body(five[0].event())
    at_once(server, [body])
    alter(server.home, "DROP TRIGGER poison")

    assert server.post("/v1/sync", body).status == 200
    check_logs(server.home)


def test_a_rule_that_was_rolled_back_is_numbered_again(server: Server, five: list[Machine]) -> None:
    poison(server.home, five[0])
    told = [one.seal(one.full(verdict(f"rule-{n}"))) for n, one in enumerate(five[:2])]
    heard = at_once(server, [one.body(told[n]) for n, one in enumerate(five[:2])])

    assert [one.status for one in heard] == [500, 200]
    assert rows(server.home, "SELECT rule_no, name FROM rule") == [(1, "rule-1")]


def test_bytes_that_may_hold_a_name_are_not_kept_in_quarantine(
    server: Server, five: list[Machine]
) -> None:
    from evidence import envelope, strict_json

    op1 = five[0]
    poison(server.home, op1)
    honest = op1.draft(op1.facts())
    document = strict_json.read(honest.payload)
    broken = strict_json.write({**document, "body": {"patient": "Smith_John"}})
    sealed = envelope.sign(honest.payload_type, broken, op1.report_key)
    heard = at_once(server, [op1.body(sealed)])

    assert heard[0].status == 500
    assert rows(server.home, "SELECT count(*) FROM quarantine") == [(0,)]


def test_a_database_that_is_away_is_nobodys_fault(server: Server, five: list[Machine]) -> None:
    body = five[0].body(five[0].event())
    alter(server.home, "ALTER TABLE report RENAME TO away")
    heard = server.post("/v1/sync", body)
    alter(server.home, "ALTER TABLE away RENAME TO report")

    assert (heard.status, heard.problem()) == (503, "busy")
    assert int(heard.headers["retry-after"]) <= 60
    assert server.post("/v1/sync", body).status == 200


@pytest.mark.threat("restored-database")
def test_an_old_copy_of_the_database_signs_nothing(server: Server, five: list[Machine]) -> None:
    with closing(CheckpointLock.open(server.home)) as lock:
        for origin, size in rows(server.home, "SELECT origin, size FROM log"):
            lock.move(origin, size + 7, b"\x01" * 32)
    before = contents(server.home)
    heard = server.post("/v1/sync", five[0].body(five[0].event()))

    assert heard.status == 503
    assert contents(server.home) == before


def test_a_controller_without_its_lock_does_not_start(home: ControllerHome, bright_smiles) -> None:
    home.checkpoint_lock.unlink()
    with pytest.raises(LockAhead, match="missing"):
        Server(home, bright_smiles).app.start()


class Nothing:
    """A job that only weighs."""

    rows = ("", "")
    size_bytes = 1

    def __init__(self, records: int) -> None:
        self.records = records

    def apply(self, batch: Batch) -> object:
        raise AssertionError

    def kept(self) -> None:
        return None


def told(_: Reply | Problem) -> None:
    """Nobody listens."""


def test_no_more_waits_than_fits() -> None:
    queue = Queue()
    queue.put(Waiting(Nothing(MOST_RECORDS), told))  # type: ignore[arg-type]
    with pytest.raises(Full):
        queue.put(Waiting(Nothing(0), told))  # type: ignore[arg-type]
    assert len(queue.take()) == 1
    queue.put(Waiting(Nothing(1), told))  # type: ignore[arg-type]


def test_a_batch_ends_at_256_records() -> None:
    queue = Queue()
    for _ in range(10):
        queue.put(Waiting(Nothing(64), told))  # type: ignore[arg-type]
    assert len(queue.take()) == 4


def test_who_waits_when_the_server_stops_is_still_served(
    home: ControllerHome, bright_smiles
) -> None:
    server = Server(home, bright_smiles)
    server.app.start()
    op1 = server.machine("OP1")
    body = op1.body(op1.event())

    async def stopping() -> Heard:
        with holding_the_lock(home):
            asked = asyncio.ensure_future(call(server.app, "POST", "/v1/sync", body))
            await asyncio.sleep(0.1)
            ending = asyncio.ensure_future(asyncio.to_thread(server.app.stop))
            await asyncio.sleep(0.1)
        await ending
        return await asked

    assert asyncio.run(stopping()).status == 200


def test_readers_and_the_writer_do_not_wait_for_each_other(
    server: Server, five: list[Machine]
) -> None:
    stop = threading.Event()
    seen: list[int] = []
    errors: list[Exception] = []

    def read() -> None:
        with closing(sqlite3.connect(server.home.database, timeout=0)) as connection:
            while not stop.is_set():
                try:
                    ((count,),) = connection.execute("SELECT count(*) FROM report").fetchall()
                except sqlite3.Error as error:
                    errors.append(error)
                    return
                seen.append(count)

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    for _ in range(20):
        for one in five:
            assert one.sync(one.event())[0] == 200
    stop.set()
    for reader in readers:
        reader.join()

    assert errors == []
    assert len(seen) > 100
    assert seen[-1] > 0
