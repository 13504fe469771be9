"""Whose signature stands under a log that changed its key, or was begun anew?"""

import io
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from evidence.keys import SigningKey
from evidence.note import Verifier
from evidence.trust_policy import TrustPolicy
from evidence.verify import words
from evidence.verify.case import CHECKS, Standing
from evidence.verify.document import document
from evidence.verify.run import Outcome, verify
from tests.evidence.clinic import STARTED, BrightSmiles, files, full, key, written
from tests.evidence.verify.restored import HEARD, Restored, restored
from tests.evidence.verify.second import holds
from tests.evidence.verify.test_run import signed_anew

MET = dict.fromkeys(CHECKS, Standing.PROVEN)
FIRST = key("log")


@pytest.fixture
def renewed() -> BrightSmiles:
    """OP1 reported before its log got a new key, and after."""
    clinic = BrightSmiles()
    clinic.send(clinic.enroll("OP1"), full())
    clinic.renew_log()
    clinic.send(clinic.machines["OP1"], full())
    return clinic


def judged(clinic: BrightSmiles, *keys: SigningKey, data: bytes | None = None) -> Outcome:
    """By a policy that names these keys for the log, which the second verifier must agree with."""
    whole = clinic.export() if data is None else data
    named = tuple(clinic.named(each) for each in keys)
    outcome = verify(io.BytesIO(whole), TrustPolicy(named))
    assert (outcome.exit_code == 0) is holds(whole, [str(each) for each in named])
    return outcome


def test_while_both_sign_each_of_them_is_enough(renewed: BrightSmiles) -> None:
    for keys in ((FIRST,), (renewed.log_key,), (FIRST, renewed.log_key)):
        outcome = judged(renewed, *keys)
        assert outcome.checks == MET, outcome.problems
        assert outcome.key == renewed.named(renewed.log_key)


def test_afterwards_the_new_one_alone_proves_it(renewed: BrightSmiles) -> None:
    renewed.beside = ()

    assert judged(renewed, renewed.log_key).checks == MET
    assert judged(renewed, FIRST, renewed.log_key).checks == MET
    outcome = judged(renewed, FIRST)
    assert outcome.checks == MET | {"K1": Standing.INCOMPLETE}
    assert "a former key of the log" in outcome.problems[0].what
    assert outcome.problems[0].found == str(renewed.named(renewed.log_key))


@pytest.mark.threat("stolen-log-key")
def test_an_old_key_that_signs_alone_after_its_end_is_false(renewed: BrightSmiles) -> None:
    new, renewed.log_key, renewed.beside = renewed.log_key, FIRST, ()

    for keys in ((FIRST,), (FIRST, new), (new,)):
        outcome = judged(renewed, *keys)
        assert outcome.checks["C1"] is Standing.FALSE
    assert "another had taken the place of" in outcome.problems[0].what


def test_a_key_that_was_stolen_is_not_to_be_believed() -> None:
    clinic = BrightSmiles()
    clinic.renew_log("compromise")

    assert judged(clinic, clinic.log_key).checks == MET
    assert "given up as stolen" in judged(clinic, FIRST).problems[0].what


def test_two_changes_are_followed_in_their_order(renewed: BrightSmiles) -> None:
    second = renewed.log_key
    third = renewed.renew_log()

    assert judged(renewed, third).checks == MET
    assert judged(renewed, second).checks == MET
    assert [str(each.verifier) for each in judged(renewed, third).log_keys] == [
        str(renewed.named(each)) for each in (FIRST, second, third)
    ]
    changes = document(judged(renewed, third))["key_changes"]
    assert [change["leaf"] for change in changes] == [4, 6]


@pytest.mark.parametrize("first", range(7))
def test_so_they_are_from_before_the_bundle(renewed: BrightSmiles, first: int) -> None:
    third = renewed.renew_log()
    renewed.beside = ()
    named = TrustPolicy((renewed.named(third),))

    assert verify(io.BytesIO(renewed.export(first)), named).checks == MET


def test_a_policy_from_after_a_change_neither_proves_nor_refutes_what_was_before() -> None:
    clinic = BrightSmiles()
    clinic.send(clinic.enroll("OP1"), full())
    data = clinic.export()
    later = clinic.renew_log()
    outcome = judged(clinic, later, data=data)

    assert outcome.checks == MET | {"K1": Standing.INCOMPLETE}
    assert "or somebody made it up under the log's name" in outcome.problems[0].what
    assert "What this file shows" not in words.text(outcome)
    assert "whoever made it could have made up all of this" in words.text(outcome)


@pytest.mark.threat("stolen-log-key")
@pytest.mark.parametrize(
    "said",
    [
        {"old": None},
        {"old": str(Verifier(BrightSmiles().verifier.name, key("somebody").public))},
        {"new": str(Verifier("dentinel/another/log/1", key("somebody").public))},
        {"from_leaf": 9},
    ],
    ids=["opens it again", "ends another key", "of another log", "names another line"],
)
def test_a_notice_that_does_not_follow_breaks_the_history(said: dict[str, object]) -> None:
    clinic = BrightSmiles()
    new = clinic.renew_log(**said)
    outcome = judged(clinic, FIRST, new)

    assert outcome.checks["H1"] is Standing.FALSE


def test_a_change_that_was_left_out_of_the_records_is_missed(renewed: BrightSmiles) -> None:
    contents = renewed.contents()
    lacking = replace(contents, keys=[each for each in contents.keys if each.leaf != 4])
    data = written(lacking, renewed.receipt)

    assert judged(renewed, renewed.log_key, data=data).checks["H1"] is Standing.FALSE


# A log that was begun anew.


def both(data: bytes, clinic: Restored) -> tuple[bool, bool]:
    """Is all as it must be but for what is missing, to the first and to the second?"""
    outcome = verify(io.BytesIO(data), clinic.policy)
    only = {problem.check for problem in outcome.problems} <= {"G1"}
    vkeys: Sequence[str] = [str(each) for each in clinic.policy.logs]
    return only, holds(data, vkeys)


@pytest.mark.parametrize("lost", [0, 1, 4, 6])
def test_both_verifiers_follow_a_restart(lost: int) -> None:
    clinic = restored(lost)
    for machine in clinic.machines.values():
        clinic.send_again(machine)
        clinic.send(machine, HEARD)
        clinic.send(machine, STARTED)

    assert both(clinic.export(), clinic) == (True, True)


@pytest.mark.threat("restored-database")
def test_what_is_missing_is_counted_and_what_came_back() -> None:
    clinic = restored(lost=4)
    op1, op2 = clinic.machines.values()
    assert clinic.send_again(op1) == 2
    clinic.send(op1, HEARD)
    clinic.send(op1, STARTED)
    assert clinic.send_again(op2) == 2
    outcome = verify(io.BytesIO(clinic.export()), clinic.policy)
    (begun,) = outcome.restarts

    assert (begun.missing, begun.returned) == (4, 4)
    assert outcome.checks == MET | {"G1": Standing.INCOMPLETE}
    assert document(outcome)["restarts"][0]["missing"] == 4


def test_nothing_is_missing_where_the_backup_held_all() -> None:
    clinic = restored(lost=0)
    outcome = verify(io.BytesIO(clinic.export()), clinic.policy)

    assert "of which none is missing" in outcome.problems[0].what


def test_a_machine_that_joined_later_brings_nothing_back() -> None:
    clinic = restored(lost=2)
    clinic.send(clinic.enroll("OP3"), full())
    (begun,) = verify(io.BytesIO(clinic.export()), clinic.policy).restarts

    assert (begun.missing, begun.returned) == (2, 0)


def test_a_log_may_change_its_key_after_it_was_begun_anew() -> None:
    clinic = restored(lost=2)
    new = clinic.renew_log()
    clinic.beside = ()
    named = TrustPolicy((clinic.old.verifier, clinic.named(new)))
    data = clinic.export()
    found = {problem.check for problem in verify(io.BytesIO(data), named).problems}

    assert found == {"G1"}
    assert holds(data, [str(each) for each in named.logs])


BEGUN = restored(lost=4)
for _machine in BEGUN.machines.values():
    BEGUN.send_again(_machine)
    BEGUN.send(_machine, HEARD)
BEGUN.renew_log()
BEGUN.beside = ()  # while both sign, either may be lost without harm
WHOLE = BEGUN.export()


@pytest.mark.threat("fooled-verifier")
@settings(max_examples=150)
@given(st.sampled_from(sorted(set(files(WHOLE)) - {"manifest.json", "README.txt"})), st.data())
def test_both_agree_on_any_byte_of_a_log_with_a_past(name: str, data: st.DataObject) -> None:
    body = files(WHOLE)[name]
    at = data.draw(st.integers(0, len(body) - 1))
    changed = body[:at] + bytes([body[at] ^ data.draw(st.integers(1, 255))]) + body[at + 1 :]
    assume(changed.translate(bytes.maketrans(b"-_", b"+/")).lower() != body.lower())
    argument = name.replace("/", "_").replace(".", "_")

    assert both(signed_anew(WHOLE, BEGUN, **{argument: changed}), BEGUN) == (False, False)


@pytest.mark.threat("fooled-verifier")
@pytest.mark.parametrize("name", sorted(set(files(WHOLE)) - {"manifest.json", "README.txt"}))
def test_both_miss_any_file_of_a_log_with_a_past(name: str) -> None:
    argument = name.replace("/", "_").replace(".", "_")

    assert both(signed_anew(WHOLE, BEGUN, **{argument: None}), BEGUN) == (False, False)
