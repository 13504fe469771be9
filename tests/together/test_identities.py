"""New keys, copied homes and a changed receipt key, against the real controller."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest

from agent.errors import CloneReset
from agent.identity import copy
from agent.identity.binding import Binding
from agent.outbox.contact import UNKNOWN_KEY
from agent.paths import Home
from controller.exports.gather import Order, evidence, policy
from controller.fleet import own_keys
from controller.identity import authority
from controller.identity.home import ControllerHome
from controller.identity.secrets import Keys
from controller.ledger.actions import By
from evidence import trust_policy
from evidence.verify import run
from tests.agent.practice import OP1
from tests.controller.clinic import Clinic
from tests.controller.conftest import _template, bright_smiles, home
from tests.controller.tables import check_logs, rows
from tests.together.surgery import Operatory, Surgery, opened

__all__ = ["_template", "bright_smiles", "home"]


@pytest.fixture
def surgery(home: ControllerHome, bright_smiles: Clinic, tmp_path: Path) -> Iterator[Surgery]:
    with opened(home, bright_smiles, tmp_path) as surgery:
        yield surgery


@pytest.fixture
def op1(surgery: Surgery) -> Operatory:
    """OP1, whose first reports have arrived."""
    made = surgery.operatory()
    made.seal_fulls(2)
    made.sync()
    return made


def keys(surgery: Surgery) -> dict[str, str]:
    """Which keys the controller has in force, by purpose."""
    found = rows(
        surgery.home, "SELECT purpose, key_id FROM machine_key WHERE valid_to_leaf IS NULL"
    )
    return dict(found)


def renew(op1: Operatory) -> None:
    """New keys, all the way."""
    op1.home.create()
    op1.home.rotate_wanted.touch()
    with op1.sealer() as sealer:
        sealer.renew_keys()
        sealer.event("agent_started")
    op1.sync()
    op1.sync()


def verified(surgery: Surgery, days: int) -> run.Outcome:
    """What a stranger finds in a bundle of the last days."""
    now, out = surgery.server.now, BytesIO()
    order = Order(surgery.clinic.id, now - timedelta(days=days), now, By("dr_lee", "", now))
    evidence(surgery.home, surgery.clinic.place, order, out)
    return run.verify(out, trust_policy.read(policy(surgery.home, surgery.clinic.place)))


@pytest.mark.threat("stolen-key")
def test_new_keys_are_taken_and_a_stranger_follows_them(surgery: Surgery, op1: Operatory) -> None:
    before = keys(surgery)
    renew(op1)
    surgery.passes(op1, days=3)
    op1.seal_fulls(1)
    op1.sync()

    identity = op1.identity
    assert keys(surgery) == {
        "report": identity.report_key().keyid, "courier": identity.courier_key().keyid,
    }  # fmt: skip
    assert not {*before.values()} & {*keys(surgery).values()}
    assert set(op1.states()) == {"stored"}
    assert surgery.received(op1) == op1.sealed()
    for days in (30, 1):
        assert verified(surgery, days).standing != "false"
    check_logs(surgery.home)


def test_a_controller_restored_to_before_new_keys_learns_them_again(
    surgery: Surgery, op1: Operatory
) -> None:
    backup = surgery.backup()
    surgery.passes(op1, hours=1)
    renew(op1)
    surgery.restore(backup)
    for _ in range(4):
        surgery.passes(op1, hours=7)
        op1.sync()

    assert keys(surgery)["report"] == op1.identity.report_key().keyid
    assert keys(surgery)["courier"] == op1.identity.courier_key().keyid
    assert set(op1.states()) == {"stored"}
    assert surgery.received(op1) == op1.sealed()


def test_a_new_receipt_key_reaches_the_machine_and_answers_go_on(
    surgery: Surgery, op1: Operatory
) -> None:
    (old,) = op1.identity.trust.receipt
    surgery.close()
    own_keys.rotate_receipt(surgery.home, By("shell", "", surgery.server.now), "compromise")
    surgery.serve()
    for _ in range(3):
        op1.seal_fulls(1)
        op1.sync()

    (new,) = op1.identity.trust.receipt
    assert new != old
    assert set(op1.states()) == {"stored"}
    assert op1.memory().failures == 0


def steps(surgery: Surgery, change: Callable[[], object]) -> None:
    """Stop the controller, change something of its own, and serve again, by its CA of now."""
    surgery.close()
    change()
    names, now = ["localhost"], surgery.server.now
    authority.ensure(surgery.home, Keys.load(surgery.home), names, now)
    surgery.serve()
    surgery.door.context = authority.context(surgery.home)


@pytest.mark.threat("ca-rotated")
def test_a_machine_follows_a_ca_to_the_next_and_one_that_slept_is_renewed(
    surgery: Surgery, op1: Operatory
) -> None:
    asleep = surgery.operatory("op2")
    by, (first,) = By("shell", "", surgery.server.now), op1.identity.trust.ca

    steps(surgery, lambda: own_keys.start_ca(surgery.home, by))
    op1.sync()
    op1.patrol()
    op1.deliver()
    assert len(op1.identity.trust.ca) == 2
    assert [one.host for one in own_keys.readiness(surgery.home).lacking] == [OP1.hostname]

    steps(surgery, lambda: own_keys.serve_ca(surgery.home, by, give_up=True))
    op1.seal_fulls(1)
    op1.sync()
    steps(surgery, lambda: own_keys.finish_ca(surgery.home, by))
    op1.deliver()
    op1.patrol()
    op1.deliver()
    (second,) = op1.identity.trust.ca
    assert second != first
    assert {*op1.states()} == {"stored"}

    assert not asleep.deliver().answered
    assert asleep.join().renewed
    assert asleep.deliver().answered


@pytest.mark.threat("stolen-key")
def test_a_machine_that_is_set_back_to_before_its_new_keys_gets_in_by_a_new_identity_alone(
    surgery: Surgery, op1: Operatory
) -> None:
    """Its old keys are those that a thief of an old disk has, too: they open nothing."""
    snapshot = op1.home.root.with_name("snapshot")
    shutil.copytree(op1.home.root, snapshot)
    renew(op1)
    told, before = surgery.received(op1), keys(surgery)
    shutil.rmtree(op1.home.root)
    shutil.copytree(snapshot, op1.home.root)
    for _ in range(3):
        surgery.passes(op1, hours=7)
        op1.seal_fulls(1)
        op1.sync()

    assert op1.memory().alarm == UNKNOWN_KEY
    assert (surgery.received(op1), keys(surgery)) == (told, before)
    assert "waiting" in op1.states()

    former = op1.identity.agent
    assert not op1.join(new_identity=True).renewed
    op1.seal_fulls(1)
    op1.sync()
    assert op1.identity.agent != former
    assert set(op1.states()) == {"stored"}
    check_logs(surgery.home)


def restored_to(surgery: Surgery, yesterday: Path, database: Path) -> None:
    """The whole home of the controller as it was, keys and CA with it; it serves again."""
    surgery.close()
    kept = surgery.home.checkpoint_lock.read_bytes()
    shutil.rmtree(surgery.home.root)
    shutil.copytree(yesterday, surgery.home.root)
    surgery.home.checkpoint_lock.write_bytes(kept)  # it lies outside every backup
    surgery.restore(database)
    surgery.door.context = authority.context(surgery.home)


@pytest.mark.threat("ca-rotated")
@pytest.mark.parametrize("steps_done", [1, 2, 3])
def test_a_change_of_the_ca_and_a_restore_to_before_it_shut_nobody_out_who_is_called_back(
    surgery: Surgery, op1: Operatory, tmp_path: Path, steps_done: int
) -> None:
    by = By("shell", "", surgery.server.now)
    change = [
        lambda: own_keys.start_ca(surgery.home, by),
        lambda: own_keys.serve_ca(surgery.home, by, give_up=True),
        lambda: own_keys.finish_ca(surgery.home, by),
    ]
    database = surgery.backup()
    surgery.close()
    shutil.copytree(surgery.home.root, tmp_path / "yesterday")
    surgery.serve()
    for step in change[:steps_done]:
        steps(surgery, step)
        op1.seal_fulls(1)
        op1.sync()
        op1.patrol()
        op1.deliver()
    sealed = op1.sealed()
    restored_to(surgery, tmp_path / "yesterday", database)
    surgery.passes(op1, hours=7)

    if steps_done == len(change):  # it trusts the second CA alone, and the first one serves again
        assert not op1.deliver().answered
        assert op1.join().renewed
    for _ in range(4):
        surgery.passes(op1, hours=7)
        op1.sync()
    assert set(op1.states()) == {"stored"}
    assert set(sealed) <= set(surgery.received(op1))
    check_logs(surgery.home)


@pytest.fixture
def twin(surgery: Surgery, op1: Operatory) -> Operatory:
    """OP2, whose disk is a copy of OP1's, as it starts."""
    copied = Home(op1.home.root.with_name("op2"))
    shutil.copytree(op1.home.root, copied.root)
    return replace(op1, home=copied, boot="fedcba9876543210")


def turns(surgery: Surgery, *operatories: Operatory, count: int) -> int:
    """Every four hours each of them seals and sends; how often the controller was asked."""
    before = len(surgery.door.heard)
    for _ in range(count):
        surgery.passes(*operatories, hours=4)
        for one in operatories:
            one.seal_fulls(1)
            one.deliver()
    return len(surgery.door.heard) - before


@pytest.mark.threat("cloned-machine")
def test_two_machines_that_cannot_be_told_apart_are_quarantined_and_nothing_goes_round(
    surgery: Surgery, op1: Operatory, twin: Operatory
) -> None:
    """Virtual disks without serials: nothing on the copy says that it is one."""
    asked = turns(surgery, op1, twin, count=9)

    ((state,),) = rows(surgery.home, "SELECT state FROM machine")
    assert state == "quarantined"
    assert asked <= 9 * 2 * 4
    check_logs(surgery.home)


@pytest.mark.threat("cloned-machine")
def test_a_copy_that_notices_it_falls_silent_and_the_machine_goes_on(
    surgery: Surgery, op1: Operatory, twin: Operatory
) -> None:
    turns(surgery, op1, twin, count=2)
    elsewhere = Binding("board-2", "install-1", "disk-2")
    assert copy.check(twin.home, twin.identity.anchor, elsewhere)

    with pytest.raises(CloneReset):
        twin.deliver()
    turns(surgery, op1, count=3)
    op1.sync()

    assert op1.states()[-1] == "stored"
    ((state,),) = rows(surgery.home, "SELECT state FROM machine")
    assert state == "active"
    twin.join()
    twin.seal_fulls(1)
    twin.deliver()
    assert {*twin.states()} == {"stored"}
