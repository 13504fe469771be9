"""New keys: by age, by order, by command; through every crash; and what a restored side knows."""

import os
import signal
import sys
from collections.abc import Callable
from datetime import timedelta

import pytest

from agent.identity import keyfile
from agent.outbox.store import Outbox
from evidence.bodies import Gap, KeyRotate, LocalEvent
from evidence.messages import Order
from tests.agent.practice import Practice

ORDER = Order(id="7d9b1c0e-4f5a-4e7e-9f7e-0a3d6f1f2b11", do="rotate_keys")


def keys(practice: Practice) -> tuple[str, str]:
    """The keys that OP1 signs with."""
    return practice.identity.report_key().keyid, practice.identity.courier_key().keyid


def patrol(practice: Practice) -> None:
    """A patrol that makes new keys if they are due, and seals something."""
    with practice.sealer() as sealer:
        if sealer.ready:
            sealer.renew_keys()
            sealer.event("agent_started")


def round_(practice: Practice) -> None:
    """Seal, send, verify what came, send what that brought."""
    patrol(practice)
    practice.deliver()
    patrol(practice)
    practice.deliver()


def rotations(practice: Practice) -> list[KeyRotate]:
    """What the controller was told of new keys, in order."""
    return [r.body for r in practice.machine.reports if isinstance(r.body, KeyRotate)]


@pytest.fixture
def told(practice: Practice) -> Practice:
    """OP1, where a person asked for new keys."""
    practice.seal(1)
    practice.deliver()
    practice.home.rotate_wanted.touch()
    return practice


@pytest.mark.threat("stolen-key")
def test_both_keys_are_new_and_the_controller_knows_them(told: Practice) -> None:
    before = keys(told)
    round_(told)

    report, courier = keys(told)
    assert not {report, courier} & {*before}
    assert {report} == {*told.machine.keys}
    assert {courier} == {*told.machine.courier}
    assert [(b.purpose, b.reason) for b in rotations(told)] == [
        ("report", "admin"), ("courier", "admin"),
    ]  # fmt: skip
    assert set(told.states()) == {"stored"}


def test_nothing_of_a_finished_rotation_is_left_but_the_old_courier_key(told: Practice) -> None:
    round_(told)

    names = {path.name for path in told.home.identity.iterdir()}
    assert names == {
        "report.key", "courier.key", "courier.key.old", "binding.json", "enrolled.json",
        "trust.json",
    }  # fmt: skip
    assert not told.home.rotate_wanted.exists()
    modes = [path.stat().st_mode & 0o777 for path in (told.home.report_key, told.home.courier_key)]
    assert modes == [0o600, 0o640]


def test_keys_are_made_anew_after_a_year_and_not_before(practice: Practice) -> None:
    before = keys(practice)
    practice.now += timedelta(days=364)
    round_(practice)
    assert keys(practice) == before

    practice.now += timedelta(days=2)
    round_(practice)
    assert not {*keys(practice)} & {*before}
    assert {body.reason for body in rotations(practice)} == {"age"}


def test_an_order_is_followed_once_however_often_it_comes(practice: Practice) -> None:
    practice.machine.orders = (ORDER,)
    practice.deliver()
    for _ in range(3):
        round_(practice)

    assert [body.reason for body in rotations(practice)] == ["order", "order"]
    said = [r.body for r in practice.machine.reports if isinstance(r.body, LocalEvent)]
    (done,) = [body for body in said if body.event == "directive"]
    assert (done.code, done.ref) == ("rotate_keys", ORDER.id.replace("-", ""))


def test_a_lost_answer_leaves_the_courier_able_to_speak(told: Practice) -> None:
    patrol(told)
    told.controller.mangle = lambda _, says: says.__class__(503, b"")
    told.deliver()
    told.controller.mangle = lambda _, says: says
    told.now += timedelta(hours=2)
    round_(told)

    assert set(told.states()) == {"stored"}
    assert {keys(told)[1]} == {*told.machine.courier}


def test_a_controller_that_was_restored_to_before_learns_the_keys_again(told: Practice) -> None:
    backup = told.controller.backup()
    round_(told)
    told.controller.restore(backup)
    for _ in range(3):
        told.now += timedelta(hours=2)
        round_(told)

    assert ({keys(told)[0]}, {keys(told)[1]}) == ({*told.machine.keys}, {*told.machine.courier})
    assert set(told.states()) == {"stored"}
    assert not any(isinstance(r.body, Gap) for r in told.machine.reports)


def test_an_outbox_lost_before_the_new_key_was_told_goes_on_by_the_old_one(told: Practice) -> None:
    patrol(told)
    for path in told.home.outbox.parent.iterdir():
        path.unlink()
    for _ in range(2):
        round_(told)

    gap, *_ = (r for r in told.machine.reports if isinstance(r.body, Gap))
    assert (gap.header.epoch, gap.body.reason) == (2, "outbox_lost")
    assert {keys(told)[0]} == {*told.machine.keys}
    assert told.states()[-1] == "stored"


def lose(practice: Practice, *, mark: bool) -> None:
    """The outbox is gone, and its mark with it if that is so."""
    for path in practice.home.outbox.parent.iterdir():
        path.unlink()
    if mark:
        practice.home.chain.unlink()


@pytest.mark.threat("stolen-key")
@pytest.mark.parametrize("mark", [False, True], ids=["outbox", "outbox and mark"])
def test_an_outbox_lost_after_the_new_keys_arrived_goes_on_by_the_new_ones(
    told: Practice, mark: bool
) -> None:
    """The controller has stored what brought them, and the patrol has not seen its receipt."""
    before = keys(told)
    patrol(told)
    told.deliver()
    lose(told, mark=mark)
    for _ in range(4):
        told.now += timedelta(hours=2)
        round_(told)

    assert not {*keys(told)} & {*before}
    assert ({keys(told)[0]}, {keys(told)[1]}) == ({*told.machine.keys}, {*told.machine.courier})
    assert [body.purpose for body in rotations(told)] == ["report", "courier"]
    assert (told.states()[-1], told.home.rotating.exists()) == ("stored", False)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="a child that can be killed is forked")
def test_a_kill_while_arrived_keys_are_taken_up_is_finished_at_the_next_start(
    told: Practice,
) -> None:
    patrol(told)
    told.deliver()
    lose(told, mark=False)
    patrol(told)
    told.now += timedelta(hours=2)
    told.deliver()
    step = 1
    while step < 12 and killed_before(step, lambda: patrol(told)):
        step += 1
    for _ in range(4):
        told.now += timedelta(hours=2)
        round_(told)

    assert step > 3
    assert ({keys(told)[0]}, {keys(told)[1]}) == ({*told.machine.keys}, {*told.machine.courier})
    assert (told.states()[-1], told.home.rotating.exists()) == ("stored", False)


def test_a_fork_that_gives_up_the_rotation_is_answered_by_the_old_key(told: Practice) -> None:
    """The state was rolled back to before reports that the controller has; then came new keys."""
    saved = {p: p.read_bytes() for p in told.home.root.rglob("*") if p.is_file()}
    told.home.rotate_wanted.unlink()
    told.seal(2)
    told.deliver()
    for path, data in saved.items():
        path.write_bytes(data)
    for _ in range(4):
        told.now += timedelta(hours=2)
        round_(told)

    assert {keys(told)[0]} == {*told.machine.keys}
    assert told.identity.trust.former
    assert any(isinstance(r.body, Gap) for r in told.machine.reports)
    assert told.states()[-1] == "stored"


def test_a_rejected_rotation_leaves_the_old_key_in_force(told: Practice) -> None:
    before = keys(told)
    told.controller.rejects = lambda r: "schema" if isinstance(r.body, KeyRotate) else None
    with told.sealer() as sealer:
        sealer.renew_keys()
    told.deliver()
    with told.sealer():
        pass

    assert keys(told) == before
    assert not told.home.rotating.exists()


def killed_before(step: int, does: Callable[[], None]) -> bool:
    """Do it in a child that is killed before its step-th rename or removal; False if it lived."""
    child = os.fork()
    if child == 0:
        left = step

        def count(event: str, _: tuple) -> None:
            nonlocal left
            if event in {"os.rename", "os.remove"}:
                left -= 1
                if left == 0:
                    os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(count)
        try:
            does()
        except BaseException:  # noqa: BLE001 - a child that must not become a second pytest
            os._exit(1)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    assert status in {0, signal.SIGKILL}
    return status == signal.SIGKILL


@pytest.mark.slow
@pytest.mark.threat("stolen-key")
@pytest.mark.skipif(not hasattr(os, "fork"), reason="a child that can be killed is forked")
def test_a_kill_between_any_two_steps_is_finished_at_the_next_start(told: Practice) -> None:
    step, cut = 0, True
    while cut:
        step += 1
        before = keys(told)
        told.home.rotate_wanted.touch()
        cut = killed_before(step, lambda: round_(told))
        told.now += timedelta(hours=2)
        round_(told)
        round_(told)

        assert not {*keys(told)} & {*before}, f"the keys are those of before step {step}"
        assert (told.home.rotating.exists(), told.home.rotate_wanted.exists()) == (False, False)
        assert set(told.states()) == {"stored"}
        assert [envelope.sha for envelope in told.machine.received] == told.sealed()
    assert step > 15
    assert not any(isinstance(r.body, Gap) for r in told.machine.reports)


def test_the_next_keys_are_not_readable_by_others(told: Practice) -> None:
    patrol(told)

    fresh = keyfile.next_of(told.home.report_key), keyfile.next_of(told.home.courier_key)
    assert [path.stat().st_mode & 0o777 for path in fresh] == [0o600, 0o640]


def test_the_report_before_and_the_report_after_are_signed_by_different_keys(
    told: Practice,
) -> None:
    round_(told)

    with Outbox(told.home.outbox, read_only=True) as outbox:
        signers = [[s.keyid for s in sealed.envelope.signatures] for sealed in outbox.kept()]
    first, rotate, courier, *rest = signers
    assert (first[0], len(rotate), len(courier)) == (rotate[0], 2, 2)
    assert courier[0] == rotate[1]
    assert {*map(tuple, rest)} == {(rotate[1],)}
