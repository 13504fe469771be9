"""A log is what its lines say, whatever came in between: crashes, two writers, old copies."""

from contextlib import closing
from datetime import timedelta
from importlib import import_module

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from controller.identity.home import DEMO_MARK, ControllerHome
from controller.identity.secrets import Keys
from controller.ledger.actions import Act, By, acting, audit_hash, open_org
from controller.ledger.append import Appender, Line, edge, log_of, node
from controller.ledger.check import check
from controller.ledger.lock import CheckpointLock, LockAhead
from controller.ledger.models import Audit
from controller.ledger.sql import connect, cursor
from evidence import checkpoint, leaf, merkle, messages
from evidence.note import Verifier
from tests.controller.clinic import MORNING, Clinic
from tests.controller.tables import check_logs, lines, rows

_ADD_NODE = "INSERT INTO log_node (org_id, log_id, k, hash) VALUES (%s, %s, %s, %s)"
BY = By("dr_lee", "192.0.2.7", MORNING)


def add(home: ControllerHome, clinic: Clinic, told: list[bytes], at=MORNING) -> None:
    """Append lines in a transaction of their own."""
    with closing(connect(home.database)) as connection, closing(CheckpointLock.open(home)) as lock:
        on = cursor(connection)
        on.execute("BEGIN IMMEDIATE")
        appender = Appender(on, Keys.load(home), lock, at)
        log = log_of(on, clinic.org.hex, clinic.id.hex)
        appender.append(log, [Line("admin", line) for line in told])
        on.execute("COMMIT")
        appender.settle(lock)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(batches=st.lists(st.lists(st.binary(max_size=40), min_size=1, max_size=9), max_size=4))
def test_the_signed_root_is_that_of_the_stored_lines(
    home: ControllerHome, bright_smiles: Clinic, batches: list[list[bytes]]
) -> None:
    for batch in batches:
        add(home, bright_smiles, batch)
    check_logs(home)


def test_every_stored_node_is_the_hash_of_what_it_covers(
    home: ControllerHome, bright_smiles: Clinic
) -> None:
    add(home, bright_smiles, [bytes([number]) for number in range(29)])
    with closing(connect(home.database)) as connection:
        on = cursor(connection)
        log = log_of(on, bright_smiles.org.hex, bright_smiles.id.hex)
        hashes = [merkle.leaf_hash(line) for line in lines(home, log.id)]
        for level in range(6):
            assert [node(on, log, level, index) for index in range(len(hashes))] == hashes
            pairs = zip(hashes[::2], hashes[1::2], strict=False)
            hashes = [merkle.node_hash(left, right) for left, right in pairs]
        assert merkle.root_from(edge(on, log, log.size)) == next(
            one.root for name, one in check_logs(home).items() if name == log.id
        )


def test_a_checkpoint_is_signed_by_the_key_of_its_log(
    home: ControllerHome, bright_smiles: Clinic
) -> None:
    with closing(connect(home.database)) as connection:
        log = log_of(cursor(connection), bright_smiles.org.hex, bright_smiles.id.hex)
    ((note,),) = rows(home, "SELECT note FROM checkpoint WHERE log_id = ? AND size = 3", log.id)
    key = Keys.load(home).log(log.uuid, 1).public

    assert checkpoint.read(note, Verifier(log.origin, key)).size == 3


def test_a_log_begins_with_the_keys_that_speak_for_it(
    home: ControllerHome, bright_smiles: Clinic
) -> None:
    with closing(connect(home.database)) as connection:
        log = log_of(cursor(connection), bright_smiles.org.hex, bright_smiles.id.hex)
    keys = Keys.load(home)
    vkey = str(Verifier(log.origin, keys.log(log.uuid, 1).public))
    notices = messages.opening(keys.receipt(), vkey)

    said = [leaf.read(line) for line in lines(home, log.id)]
    assert [one.kind for one in said] == ["keys", "keys", "admin"]
    assert [one.env for one in said[:2]] == [notice.sha for notice in notices]


def test_a_crash_before_the_lock_was_moved_is_no_harm(
    home: ControllerHome, bright_smiles: Clinic
) -> None:
    with closing(connect(home.database)) as connection, closing(CheckpointLock.open(home)) as lock:
        on = cursor(connection)
        on.execute("BEGIN IMMEDIATE")
        log = log_of(on, bright_smiles.org.hex, bright_smiles.id.hex)
        Appender(on, Keys.load(home), lock, MORNING).append(log, [Line("admin", b"unsettled")])
        on.execute("COMMIT")

    add(home, bright_smiles, [b"after the crash"])
    check_logs(home)


@pytest.mark.threat("restored-database")
def test_an_old_copy_of_the_database_is_noticed(
    home: ControllerHome, bright_smiles: Clinic
) -> None:
    old = home.database.read_bytes()
    add(home, bright_smiles, [b"signed and seen"])
    for file in home.root.glob("controller.sqlite*"):
        file.unlink()
    home.database.write_bytes(old)

    with pytest.raises(LockAhead, match="old or altered copy"):
        add(home, bright_smiles, [b"another history"])


@pytest.mark.threat("edited-history")
def test_a_history_that_was_altered_is_noticed(home: ControllerHome, bright_smiles: Clinic) -> None:
    with closing(connect(home.database)) as connection:
        connection.execute("UPDATE log_entry SET line = CAST('x' AS BLOB) WHERE idx = 2")
    with pytest.raises(LockAhead, match="old or altered copy"):
        add(home, bright_smiles, [b"more"])


@pytest.mark.threat("restored-database")
def test_a_log_without_its_place_in_the_lock_signs_nothing(
    home: ControllerHome, bright_smiles: Clinic
) -> None:
    with closing(connect(home.checkpoint_lock)) as connection:
        connection.execute("DELETE FROM held")
    with pytest.raises(LockAhead, match="unknown number"):
        add(home, bright_smiles, [b"more"])


def test_the_lock_never_goes_back(home: ControllerHome) -> None:
    with closing(CheckpointLock.open(home)) as lock:
        lock.begin("dentinel/a/b/1", merkle.EMPTY_ROOT)
        lock.move("dentinel/a/b/1", 9, b"\x09" * 32)
        lock.move("dentinel/a/b/1", 8, b"\x08" * 32)
        held = lock.held("dentinel/a/b/1")
    assert held is not None
    assert (held.size, held.root) == (9, b"\x09" * 32)


def test_the_last_checkpoint_of_a_day_stays_and_others_go_after_a_week(
    home: ControllerHome, bright_smiles: Clinic
) -> None:
    for day in range(10):
        for hour in range(3):
            add(home, bright_smiles, [b"line"], MORNING + timedelta(days=day, hours=hour))
    with closing(connect(home.database)) as connection:
        log = log_of(cursor(connection), bright_smiles.org.hex, bright_smiles.id.hex)
    kept = rows(home, "SELECT at, keep FROM checkpoint WHERE log_id = ? ORDER BY size", log.id)

    assert [at for at, keep in kept if keep] == [
        f"2026-{month}-{day:02} 10:00:00" for month, day in DAYS
    ]
    assert min(at for at, keep in kept if not keep) >= "2026-11-25 08:00:00"


DAYS = [(11, d) for d in range(23, 31)] + [(12, 1)]


def test_an_act_stands_in_the_audit_and_in_the_log(
    home: ControllerHome, bright_smiles: Clinic
) -> None:
    with acting(home, BY) as books:
        act = Act("user.add", "front_desk", after={"role": "office_manager"})
        row = books.record(bright_smiles.org, bright_smiles.id, act)

    stored = Audit.objects.at(bright_smiles.place).get(n=row.n)
    ((line,),) = rows(
        home,
        "SELECT e.line FROM log_entry e JOIN log l ON l.id = e.log_id"
        " WHERE l.clinic_id = ? AND e.idx = ?",
        bright_smiles.id.hex,
        row.leaf,
    )
    said = leaf.read(line)
    assert (said.act, said.row) == ("user.add", audit_hash(stored))
    check_logs(home)


@pytest.mark.threat("edited-history")
def test_an_audit_row_that_was_altered_no_longer_matches_its_leaf(
    home: ControllerHome, bright_smiles: Clinic
) -> None:
    with acting(home, BY) as books:
        row = books.record(bright_smiles.org, None, Act("role.give", "eve"))
    Audit.objects.at(bright_smiles.place).filter(n=row.n).update(actor="somebody else")

    assert audit_hash(Audit.objects.at(bright_smiles.place).get(n=row.n)) != audit_hash(row)


def test_an_act_that_fails_leaves_nothing(home: ControllerHome, bright_smiles: Clinic) -> None:
    before = rows(home, "SELECT count(*) FROM log_entry")

    def give_up() -> None:
        with acting(home, BY) as books:
            books.record(bright_smiles.org, bright_smiles.id, Act("user.add", "front_desk"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        give_up()
    assert rows(home, "SELECT count(*) FROM log_entry") == before
    check_logs(home)


def test_the_logs_of_a_demonstration_are_named_so(
    home: ControllerHome, bright_smiles: Clinic
) -> None:
    (home.root / DEMO_MARK).touch()
    org = open_org(home, "North Quay (demo)", "north-quay-demo", BY)
    ((origin,),) = rows(home, "SELECT origin FROM log WHERE org_id = ?", org.id.hex)

    assert origin.startswith("dentinel-demo/")
    assert check(home, org.id) == []


def test_a_log_of_an_older_release_is_thinned_and_stays_whole(
    home: ControllerHome, bright_smiles: Clinic
) -> None:
    add(home, bright_smiles, [bytes([number]) for number in range(29)])
    thin = import_module("controller.ledger.migrations.0005_every_third_level").Migration
    with closing(connect(home.database)) as connection:
        on = cursor(connection)
        log = log_of(on, bright_smiles.org.hex, bright_smiles.id.hex)
        whole = rows(home, "SELECT k FROM log_node")
        for level in (1, 2, 4):
            for index in range(29 >> level):
                row = (log.org, log.id, level << 48 | index, node(on, log, level, index))
                on.execute(_ADD_NODE, row)
        assert len(rows(home, "SELECT k FROM log_node")) == len(whole) + 14 + 7 + 1
        on.execute(thin.operations[0].sql)

    assert rows(home, "SELECT k FROM log_node") == whole
    assert "log_node" not in {one.table for one in check(home, bright_smiles.org)}
