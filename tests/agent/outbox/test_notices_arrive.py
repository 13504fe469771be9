"""A controller that changes its own keys, and the machines that follow it."""

import pytest

from agent.identity.notices import spki
from agent.outbox.store import Outbox
from evidence import envelope, frames, messages
from evidence.messages import Notice, Sync
from tests.agent.controller import key
from tests.agent.practice import Practice
from tests.agent.wire import Authority


def text(notice: Notice, *keys) -> str:
    return envelope.to_json(messages.seal(notice, *keys)).decode()


def receipt(new, why: str = "age") -> str:
    """The receipt key is replaced."""
    said = Notice(kind="receipt", old=key(1).public.hex, new=new.public.hex, from_leaf=9, why=why)
    return text(said, key(1), new)


def syncs(practice: Practice) -> list[Sync]:
    """What OP1 asked with, so far."""
    heard = [h for h in practice.door.heard if h.path == "/v1/sync"]
    bodies = [frames.inflate(h.body) if "Content-Encoding" in h.headers else h.body for h in heard]
    return [Sync.from_bytes(frames.read(body)[0].payload) for body in bodies]


@pytest.fixture
def told(practice: Practice) -> Practice:
    """OP1 was told of a new receipt key; the controller signs with it from the next sync on."""
    practice.machine.notices = (receipt(key(30)),)
    assert practice.deliver().for_patrol
    practice.machine.notices = ()
    practice.controller.receipt = key(30)
    return practice


def test_the_courier_takes_answers_by_the_new_key_at_once(told: Practice) -> None:
    assert told.deliver().answered
    assert {*told.identity.trust.receipt_keys} == {key(1).keyid}, "only the patrol writes it"


def test_the_patrol_verifies_it_again_and_believes_it_for_good(told: Practice) -> None:
    told.deliver()
    told.patrol()

    assert {*told.identity.trust.receipt_keys} == {key(1).keyid, key(30).keyid}
    told.seal(1)
    told.deliver()
    assert set(told.states()) == {"stored"}


def test_a_notice_that_comes_again_is_no_news(told: Practice) -> None:
    told.patrol()
    told.deliver()
    told.machine.notices = (receipt(key(30)),)

    assert not told.deliver().for_patrol


@pytest.mark.threat("forged-answer")
def test_an_answer_by_a_stolen_key_that_came_after_its_end_is_not_believed(
    practice: Practice,
) -> None:
    practice.seal(1)
    practice.machine.notices = (receipt(key(30), "compromise"),)
    assert practice.deliver().for_patrol
    practice.seal(1)
    practice.deliver()  # still by the key that was stolen, and before the patrol has looked

    practice.patrol()

    with Outbox(practice.home.outbox, read_only=True) as outbox:
        assert [outbox.is_proven((1, seq)) for seq in (1, 2)] == [True, False]
    assert {*practice.identity.trust.receipt_keys} == {key(30).keyid}


@pytest.mark.threat("stolen-courier")
def test_a_courier_that_makes_up_notices_changes_nobodys_trust(practice: Practice) -> None:
    """It knows no receipt key: what it puts among the answers the patrol does not believe."""
    thief = key(66)
    false = Notice(kind="ca", old=None, new=Authority(name="Thief").pem, from_leaf=1, why="age")
    practice.controller.receipt = thief
    practice.machine.notices = (text(false, thief),)
    before = practice.identity.trust
    practice.deliver()
    practice.controller.receipt = key(1)
    practice.deliver()
    practice.patrol()

    assert practice.identity.trust.ca == before.ca
    assert practice.identity.trust.receipt == before.receipt


def test_a_forged_notice_in_a_true_answer_is_said_to_be_odd(practice: Practice) -> None:
    false = Notice(kind="ca", old=None, new=Authority(name="Thief").pem, from_leaf=1, why="age")
    practice.machine.notices = (text(false, key(66)),)
    practice.deliver()
    practice.machine.notices = ()
    practice.patrol()
    practice.deliver()

    said = [getattr(r.body, "event", None) for r in practice.machine.reports]
    assert "answer_untrusted" in said


def test_the_controller_learns_which_authorities_are_held(practice: Practice) -> None:
    old, new = practice.identity.trust.ca[0], Authority(name="The next one").pem
    said = Notice(kind="ca", old=old, new=new, from_leaf=9, why="age")
    practice.deliver()
    practice.machine.notices = (text(said, key(1)),)
    practice.deliver()
    practice.machine.notices = ()
    practice.patrol()
    practice.deliver()

    asked = syncs(practice)
    assert asked[0].ca == (spki(old),)
    assert asked[-1].ca == (spki(old), spki(new))
    assert practice.identity.trust.ca == (old, new)
