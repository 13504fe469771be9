"""A log gets a new key: machines follow it over real TLS, and so does whoever checks evidence."""

import shutil
from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from uuid import UUID

import pytest

from agent.enrol.join import Join
from agent.outbox import exhibits, witness
from agent.outbox.witness import Seen
from agent.paths import Home
from controller.exports.gather import Order, evidence, policy
from controller.fleet import own_keys
from controller.identity.home import ControllerHome
from controller.identity.secrets import Keys
from controller.ledger.actions import By
from controller.ledger.check import check
from evidence import checkpoint, note, trust_policy
from evidence.note import Verifier
from evidence.verify import run, words
from tests.agent.practice import OP1
from tests.controller.clinic import Clinic
from tests.controller.conftest import _template, bright_smiles, home
from tests.controller.tables import check_logs, rows
from tests.together.surgery import Operatory, Surgery, opened
from tests.together.test_generations import said

__all__ = ["_template", "bright_smiles", "home"]


@pytest.fixture
def surgery(home: ControllerHome, bright_smiles: Clinic, tmp_path: Path) -> Iterator[Surgery]:
    with opened(home, bright_smiles, tmp_path) as surgery:
        yield surgery


@pytest.fixture
def op1(surgery: Surgery) -> Operatory:
    """OP1, which has seen the log by its first key."""
    made = surgery.operatory()
    daily(surgery, made)
    return made


def daily(surgery: Surgery, *operatories: Operatory, days: int = 1) -> None:
    """Each seals a report and hears what became of it, every day."""
    for _ in range(days):
        surgery.passes(*operatories, days=1)
        for one in operatories:
            one.seal_fulls(1)
            one.sync()
            one.deliver()
            one.patrol()


def renew(surgery: Surgery, why: str = "age") -> None:
    """Stop, give every log a new key, serve again."""
    surgery.close()
    own_keys.rotate_logs(surgery.home, By("shell", "", surgery.server.now), why)
    surgery.serve()


def key(surgery: Surgery, number: int, generation: int = 1) -> str:
    """A key of the clinic's log."""
    ((uuid, origin),) = rows(
        surgery.home,
        "SELECT uuid, origin FROM log WHERE clinic_id IS NOT NULL AND generation = ?",
        generation,
    )
    keys = Keys.load(surgery.home)
    return str(Verifier(origin, keys.log(UUID(uuid), generation, number).public))


def signers(surgery: Surgery, text: str) -> list[int]:
    """By which keys of the clinic's log a note is signed, as numbers."""
    known = {Verifier.parse(key(surgery, number)): number for number in (1, 2, 3)}
    return sorted(known[one] for one in note.verify(note.parse(text), known))


def newest(surgery: Surgery) -> str:
    """The newest note of the clinic's log."""
    ((text,),) = rows(
        surgery.home,
        "SELECT note FROM checkpoint JOIN log ON log.id = log_id AND log.size = checkpoint.size"
        " WHERE clinic_id IS NOT NULL AND state = 'open'",
    )
    return text


def exported(surgery: Surgery, days: int = 90, until: int = 0) -> bytes:
    """A bundle of the last days, or of a time that ended some days ago."""
    now, out = surgery.server.now, BytesIO()
    end = now - timedelta(days=until)
    order = Order(surgery.clinic.id, end - timedelta(days=days), end, By("dr_lee", "", now))
    evidence(surgery.home, surgery.clinic.place, order, out)
    return out.getvalue()


def trusted(surgery: Surgery) -> str:
    return policy(surgery.home, surgery.clinic.place)


def judged(data: bytes, trusts: str) -> run.Outcome:
    return run.verify(BytesIO(data), trust_policy.read(trusts))


@pytest.mark.threat("stolen-log-key")
def test_both_keys_sign_for_thirty_days_and_then_the_new_one_alone(
    surgery: Surgery, op1: Operatory
) -> None:
    assert signers(surgery, newest(surgery)) == [1]
    renew(surgery)
    assert signers(surgery, newest(surgery)) == [1, 2]
    daily(surgery, op1)
    assert signers(surgery, newest(surgery)) == [1, 2]
    surgery.passes(op1, days=28)
    daily(surgery, op1)
    assert signers(surgery, newest(surgery)) == [2]
    check_logs(surgery.home)
    assert check(surgery.home, surgery.clinic.org) == []


def test_a_machine_takes_the_new_key_and_goes_on_from_what_it_saw(
    surgery: Surgery, op1: Operatory
) -> None:
    before = checkpoint.parse(op1.identity.trust.checkpoint)
    renew(surgery)
    daily(surgery, op1, days=2)
    trust = op1.identity.trust

    assert trust.log == key(surgery, 2)
    assert trust.log_ended == (key(surgery, 1),)
    assert checkpoint.parse(trust.checkpoint).size > before.size
    assert set(op1.states()) == {"stored"}
    assert said(op1) == []
    assert exhibits.load(op1.home.exhibits) == ()


@pytest.mark.parametrize("why", ["age", "compromise"])
def test_one_that_slept_through_it_believes_the_new_key_alone_at_once(
    surgery: Surgery, op1: Operatory, why: str
) -> None:
    asked = len(surgery.door.heard)
    renew(surgery, why)
    surgery.passes(op1, days=40)
    renew(surgery, why)
    surgery.passes(op1, days=40)
    daily(surgery, op1, days=3)
    trust = op1.identity.trust

    assert trust.log == key(surgery, 3)
    assert signers(surgery, trust.checkpoint) == [3]
    assert (said(op1), exhibits.load(op1.home.exhibits)) == ([], ())
    assert len(surgery.door.heard) - asked < 20


def test_who_joins_in_between_or_after_knows_the_new_key(surgery: Surgery, op1: Operatory) -> None:
    string = surgery.token(surgery.door.port)
    renew(surgery)
    elsewhere = Home(op1.home.root.with_name("op2"))
    by_older = Operatory(elsewhere, surgery, surgery.door, surgery.server.now)
    Join(by_older.home, string, OP1).run()
    by_newer = surgery.operatory("op3")
    daily(surgery, op1, by_older, by_newer, days=2)

    for one in (by_older, by_newer):
        assert one.identity.trust.log == key(surgery, 2)
        assert checkpoint.parse(one.identity.trust.checkpoint).size > 0
        assert said(one) == []


def test_an_older_join_string_brings_no_former_key_back(surgery: Surgery, op1: Operatory) -> None:
    string = surgery.token(surgery.door.port)
    renew(surgery)
    daily(surgery, op1)
    before = op1.identity.trust
    assert Join(op1.home, string, OP1).run().renewed
    after = op1.identity.trust

    assert (after.log, after.checkpoint) == (before.log, before.checkpoint)


def test_a_new_epoch_hears_all_notices_again_and_nothing_is_odd(
    surgery: Surgery, op1: Operatory
) -> None:
    renew(surgery)
    daily(surgery, op1)
    renew(surgery)
    late = surgery.operatory("op2")
    daily(surgery, op1, late, days=2)
    for one in (op1, late):
        shutil.rmtree(one.home.outbox.parent)
        one.home.chain.unlink()
        one.home.create()
        one.patrol()
        one.deliver()
        one.patrol()
    daily(surgery, op1, late, days=3)

    for one in (op1, late):
        assert one.identity.trust.log == key(surgery, 3)
        assert one.states()[-1] == "stored"
        assert "answer_untrusted" not in said(one)


def lacking(outcome: run.Outcome) -> list[tuple[str, str]]:
    """What is not met, by check; the pack by which these made-up reports were judged is nowhere."""
    assert outcome.exit_code == 2
    return [(one.check, one.what) for one in outcome.problems if one.check != "P1"]


@pytest.fixture
def policies(surgery: Surgery, op1: Operatory) -> dict[str, str]:
    """What a reader was handed before a change, while it lasted, and after it."""
    daily(surgery, op1, days=3)
    before = trusted(surgery)
    renew(surgery)
    daily(surgery, op1)
    between = trusted(surgery)
    surgery.passes(op1, days=32)
    daily(surgery, op1)
    return {"before": before, "between": between, "after": trusted(surgery)}


@pytest.mark.threat("stolen-log-key")
def test_a_bundle_across_a_change_is_proven_to_whoever_has_the_new_key(
    surgery: Surgery, policies: dict[str, str]
) -> None:
    data = exported(surgery)
    for when in ("between", "after"):
        outcome = judged(data, policies[when])
        assert lacking(outcome) == []
    (old, new) = outcome.log_keys
    assert (str(old.verifier), str(new.verifier)) == (key(surgery, 1), key(surgery, 2))
    assert f"{new.verifier.keyid.hex()} since leaf" in words.text(outcome)
    assert str(outcome.key) == key(surgery, 2)


def test_to_whoever_has_the_old_key_alone_it_says_when_that_ended(
    surgery: Surgery, policies: dict[str, str]
) -> None:
    outcome = judged(exported(surgery), policies["before"])

    assert outcome.checks["C1"] == outcome.checks["H1"] == "proven"
    said = [what for check, what in lacking(outcome) if check == "K1"]
    assert len(said) == 1
    assert "former key of the log, which another took the place of (line" in said[0]


def test_while_both_sign_the_old_policy_is_enough(surgery: Surgery, op1: Operatory) -> None:
    before = trusted(surgery)
    renew(surgery)
    daily(surgery, op1)

    for trusts in (before, trusted(surgery)):
        outcome = judged(exported(surgery), trusts)
        assert lacking(outcome) == []


@pytest.mark.parametrize("when", ["before", "between", "after"])
def test_a_time_before_the_change_is_proven_to_each(
    surgery: Surgery, op1: Operatory, policies: dict[str, str], when: str
) -> None:
    """The new key has signed a newer checkpoint, which goes on from the end of that time."""
    outcome = judged(exported(surgery, days=1, until=36), policies[when])

    checks = {check for check, _ in lacking(outcome)}
    assert checks == ({"L3"} if when == "before" else set()), lacking(outcome)


@pytest.mark.threat("stolen-log-key")
def test_after_a_theft_the_old_policy_is_said_to_be_worthless(
    surgery: Surgery, op1: Operatory
) -> None:
    before = trusted(surgery)
    renew(surgery, "compromise")
    daily(surgery, op1)
    outcome = judged(exported(surgery), before)

    assert op1.identity.trust.log == key(surgery, 2)
    assert any("given up as stolen" in what for _, what in lacking(outcome))
    assert lacking(judged(exported(surgery), trusted(surgery))) == []


@pytest.mark.threat("stolen-log-key")
def test_a_machine_believes_no_checkpoint_by_a_key_that_ended(
    surgery: Surgery, op1: Operatory
) -> None:
    renew(surgery, "compromise")
    daily(surgery, op1, days=2)
    before = op1.identity.trust.checkpoint
    thief = Keys.load(surgery.home)
    ((uuid, origin, size),) = rows(
        surgery.home, "SELECT uuid, origin, size FROM log WHERE clinic_id IS NOT NULL"
    )
    theirs = checkpoint.Checkpoint(origin, size + 9, b"9" * 32).sign(thief.log(UUID(uuid), 1))

    for proof in (None, ("00" * 32,)):
        assert witness.compare(before, theirs, proof, op1.identity.trust.log) == Seen(before)


def test_a_restore_to_before_a_change_leads_on_by_the_name_of_the_log(
    surgery: Surgery, op1: Operatory
) -> None:
    backup = surgery.backup()
    renew(surgery)
    daily(surgery, op1, days=2)
    handed = trusted(surgery)
    surgery.restore(backup)
    renew(surgery)
    daily(surgery, op1, days=3)

    assert op1.identity.trust.log == key(surgery, 2, generation=2)
    assert said(op1) == ["log_restarted"]
    assert surgery.received(op1) == op1.sealed()
    assert check(surgery.home, surgery.clinic.org) == []
    data = exported(surgery)
    for trusts in (trusted(surgery), handed):
        found = {check for check, _ in lacking(judged(data, trusts))}
        assert {"G1", "L2"} <= found <= {"G1", "K1", "L2", "W2"}


def test_a_restore_in_the_middle_that_loses_nothing_goes_on_until_the_same_day(
    surgery: Surgery, op1: Operatory
) -> None:
    renew(surgery)
    daily(surgery, op1, days=2)
    surgery.passes(op1, days=10)
    assert surgery.restore(surgery.backup()) == ()
    daily(surgery, op1)
    assert signers(surgery, newest(surgery)) == [1, 2]
    surgery.passes(op1, days=20)
    daily(surgery, op1)
    assert signers(surgery, newest(surgery)) == [2]
    assert said(op1) == []


@pytest.mark.threat("restored-database")
def test_verify_counts_what_is_missing_after_a_restore_and_what_came_back(
    surgery: Surgery, op1: Operatory
) -> None:
    backup = surgery.backup()
    held = rows(surgery.home, "SELECT size FROM log WHERE clinic_id IS NOT NULL")[0][0]
    daily(surgery, op1, days=4)
    signed = rows(surgery.home, "SELECT size FROM log WHERE clinic_id IS NOT NULL")[0][0]
    surgery.close()
    op1.seal_fulls(1)
    surgery.restore(backup)
    daily(surgery, op1, days=2)
    outcome = judged(exported(surgery), trusted(surgery))
    (begun,) = outcome.restarts

    assert (begun.signed, begun.here, begun.missing) == (signed, held, signed - held)
    # Four came back; one had waited; and one was sealed before the machine heard of it.
    assert begun.returned == 6
    assert f"the last {begun.missing} of them are missing" in words.text(outcome)
    assert "6 reports are in the log that goes on" in words.text(outcome)


def test_a_restore_that_every_machine_slept_through_brought_nothing_back(
    surgery: Surgery, op1: Operatory
) -> None:
    backup = surgery.backup()
    daily(surgery, op1, days=2)
    surgery.restore(backup)
    (begun,) = judged(exported(surgery), trusted(surgery)).restarts

    assert begun.missing > 0
    assert begun.returned == 0
