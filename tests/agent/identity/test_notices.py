"""What a controller's notices change, and what forged ones do not."""

import json
from dataclasses import replace
from itertools import pairwise

import pytest

from agent.identity.notices import heed, spki
from agent.identity.trust import Trust
from evidence import envelope, messages
from evidence.envelope import Envelope
from evidence.keys import SigningKey
from evidence.messages import Notice
from evidence.note import Verifier
from tests.agent.controller import key
from tests.agent.practice import Practice
from tests.agent.wire import Authority

WEAK = "01" + "00" * 31


@pytest.fixture
def trust(practice: Practice) -> Trust:
    """Whom OP1 believes."""
    return practice.identity.trust


def change(old: SigningKey, new: SigningKey, why: str = "age") -> Envelope:
    """The receipt key is replaced, and both say so."""
    said = Notice(kind="receipt", old=old.public.hex, new=new.public.hex, from_leaf=9, why=why)
    return messages.seal(said, old, new)


def heeded(trust: Trust, *sealed: Envelope):
    """What OP1 makes of notices that came with one answer."""
    texts = [envelope.to_json(one).decode() for one in sealed]
    return heed(trust, texts, trust.receipt_keys)


def test_a_new_receipt_key_is_believed_beside_the_old_one(trust: Trust) -> None:
    after = heeded(trust, change(key(1), key(30)))

    assert after.refused == 0
    assert {*after.trust.receipt_keys} == {key(1).keyid, key(30).keyid}


def test_a_stolen_receipt_key_is_believed_no_more(trust: Trust) -> None:
    after = heeded(trust, change(key(1), key(30), "compromise"))

    assert {*after.trust.receipt_keys} == {key(30).keyid}


def test_keys_that_follow_one_another_are_followed_in_one_answer(trust: Trust) -> None:
    after = heeded(trust, change(key(1), key(30)), change(key(30), key(31), "compromise"))

    assert {*after.trust.receipt_keys} == {key(31).keyid}


def test_heeding_a_notice_twice_changes_nothing(trust: Trust) -> None:
    once = heeded(trust, change(key(1), key(30)))
    twice = heeded(once.trust, change(key(1), key(30)))

    assert twice == once


def authorities(practice: Practice) -> tuple[str, str]:
    """The CA of now, and another."""
    return practice.identity.trust.ca[0], Authority(name="The next one").pem


def test_both_authorities_count_from_the_start_to_the_finish(practice: Practice) -> None:
    trust, (old, new) = practice.identity.trust, authorities(practice)
    start = Notice(kind="ca", old=old, new=new, from_leaf=9, why="age")
    finish = Notice(kind="ca", old=None, new=new, from_leaf=12, why="age")

    begun = heeded(trust, messages.seal(start, key(1)))
    assert begun.trust.ca == (old, new)
    assert heeded(begun.trust, messages.seal(finish, key(1))).trust.ca == (new,)


def test_what_a_stolen_key_says_after_its_end_is_refused(practice: Practice) -> None:
    trust, (_, new) = practice.identity.trust, authorities(practice)
    theirs = Notice(kind="ca", old=None, new=new, from_leaf=12, why="age")

    after = heeded(trust, change(key(1), key(30), "compromise"), messages.seal(theirs, key(1)))

    assert (after.trust.ca, after.refused) == (trust.ca, 1)


def test_an_authority_that_ended_does_not_come_back_by_an_old_notice(practice: Practice) -> None:
    trust, (first, second) = practice.identity.trust, authorities(practice)
    third = Authority(name="The third one").pem
    finished = [
        messages.seal(Notice(kind="ca", old=None, new=pem, from_leaf=9, why="age"), key(1))
        for pem in (second, third)
    ]
    started = messages.seal(
        Notice(kind="ca", old=first, new=second, from_leaf=8, why="age"), key(1)
    )
    newest = heeded(trust, started, *finished)

    for old in (started, finished[0]):
        assert heeded(newest.trust, old) == newest
    assert newest.trust.ca == (third,)


def test_a_log_gets_a_new_key_by_its_own_name(trust: Trust) -> None:
    name = Verifier.parse(trust.log).name
    new = str(Verifier(name, key(40).public))
    said = Notice(kind="log", old=trust.log, new=new, from_leaf=9, why="age")

    assert heeded(trust, messages.seal(said, key(1))).trust.log == new


def vkey_of(name: str, raw: bytes) -> str:
    """A vkey made by hand, for keys that none of our functions would make."""
    import base64
    import hashlib

    keyid = hashlib.sha256(name.encode() + b"\n\x01" + raw).digest()[:4].hex()
    return f"{name}+{keyid}+{base64.b64encode(bytes([1]) + raw).decode()}"


def forgeries(trust: Trust) -> dict[str, Envelope]:
    """Notices that no controller would sign, or not so."""
    name = Verifier.parse(trust.log).name
    stranger, mine, new = key(66), key(1), key(30)

    def said(kind: str, old: str | None, new: str) -> Notice:
        return Notice(kind=kind, old=old, new=new, from_leaf=9, why="age")

    receipt = said("receipt", mine.public.hex, new.public.hex)
    return {
        "signed by nobody known": messages.seal(said("ca", None, trust.ca[0]), stranger),
        "a receipt key by a stranger": change(stranger, new),
        "a receipt key that did not sign": messages.seal(receipt, mine),
        "a receipt key signed by the old one twice": messages.seal(receipt, mine, mine),
        "a receipt key that takes no one's place": messages.seal(
            said("receipt", None, new.public.hex), mine
        ),
        "a weak receipt key": messages.seal(said("receipt", mine.public.hex, WEAK), mine, new),
        "a log of another name": messages.seal(
            said("log", trust.log, str(Verifier("dentinel/other", new.public))), mine
        ),
        "a weak log key": messages.seal(
            said("log", trust.log, vkey_of(name, bytes.fromhex(WEAK))), mine
        ),
        "no certificate": messages.seal(said("ca", None, "rubbish"), mine),
        "two certificates": messages.seal(said("ca", None, trust.ca[0] * 2), mine),
        "a log that is no vkey": messages.seal(said("log", trust.log, "a sentence"), mine),
    }


NAMES = (
    "signed by nobody known", "a receipt key by a stranger", "a receipt key that did not sign",
    "a receipt key signed by the old one twice", "a receipt key that takes no one's place",
    "a weak receipt key", "a log of another name", "a weak log key", "no certificate",
    "two certificates", "a log that is no vkey",
)  # fmt: skip


@pytest.mark.threat("weak-key")
@pytest.mark.threat("stolen-courier")
@pytest.mark.parametrize("name", NAMES)
def test_a_forged_notice_changes_nothing(trust: Trust, name: str) -> None:
    after = heeded(trust, forgeries(trust)[name])

    assert (after.trust, after.refused) == (trust, 1)


def test_a_text_that_is_no_envelope_changes_nothing(trust: Trust) -> None:
    after = heed(trust, ["<html>", "{}", json.dumps({"payload": 1})], trust.receipt_keys)

    assert (after.trust, after.refused) == (trust, 3)


def test_an_authority_is_known_by_the_hash_of_its_key(practice: Practice) -> None:
    first, second = map(spki, authorities(practice))

    assert len({first, second, "0" * 64}) == 3
    assert len(first) == 64
    with pytest.raises(ValueError, match="one certificate"):
        spki("rubbish")


def renewed(log: str, number: int) -> str:
    """A later key of the same log."""
    return str(Verifier(Verifier.parse(log).name, key(number).public))


def log_change(old: str, new: str, kind: str = "log", why: str = "age") -> Envelope:
    return messages.seal(Notice(kind=kind, old=old, new=new, from_leaf=9, why=why), key(1))


def test_later_keys_of_a_log_are_followed_in_one_answer(trust: Trust) -> None:
    second, third = (renewed(trust.log, number) for number in (40, 41))
    after = heeded(trust, log_change(trust.log, second), log_change(second, third))

    assert (after.trust.log, after.refused) == (third, 0)
    assert after.trust.log_ended == (trust.log, second)


@pytest.mark.threat("stolen-log-key")
def test_an_old_notice_brings_no_former_key_of_a_log_back(trust: Trust) -> None:
    first, (second, third) = trust.log, (renewed(trust.log, number) for number in (40, 41))
    newest = heeded(trust, log_change(first, second), log_change(second, third))

    for old in (log_change(first, second), log_change(third, first), log_change(third, second)):
        assert heeded(newest.trust, old) == newest


@pytest.mark.threat("stolen-log-key")
def test_what_goes_on_from_a_key_that_was_left_is_passed_over(trust: Trust) -> None:
    """One who joined anew knows the newest key: notices of the time between lead nowhere."""
    keys = [trust.log, *(renewed(trust.log, number) for number in (40, 41, 42))]
    rejoined = replace(trust, log=keys[3]).leave(keys[0])
    told = [log_change(old, new) for old, new in pairwise(keys)]
    after = heeded(rejoined, *told)

    assert (after.trust.log, after.refused) == (keys[3], 0)


def generation(log: str, number: int, of: int = 50) -> str:
    """The first key of a later generation of a log."""
    name = f"{Verifier.parse(log).name.rpartition('/')[0]}/{number}"
    return str(Verifier(name, key(of + number).public))


def test_a_restart_leads_on_also_from_a_key_that_the_controller_forgot(trust: Trust) -> None:
    forgotten, third = renewed(trust.log, 40), generation(trust.log, 3)
    second = generation(trust.log, 2)
    held = heeded(trust, log_change(trust.log, forgotten)).trust
    after = heeded(
        held,
        log_change(trust.log, second, "log_restart", "restore"),
        log_change(second, third, "log_restart", "restore"),
    )

    assert (after.trust.log, after.refused) == (third, 0)
    again = log_change(trust.log, second, "log_restart", "restore")
    assert heeded(after.trust, again) == after
    back = log_change(third, second, "log_restart", "restore")
    assert heeded(after.trust, back) == after


def test_a_restart_and_a_new_key_are_followed_in_their_order(trust: Trust) -> None:
    second = generation(trust.log, 2)
    last = renewed(second, 44)
    after = heeded(
        trust,
        log_change(trust.log, second, "log_restart", "restore"),
        log_change(second, last),
    )

    assert (after.trust.log, after.refused) == (last, 0)
