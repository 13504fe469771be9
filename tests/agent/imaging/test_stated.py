"""A person's word on files that nobody can read: believed for what it says, and for a while."""

import random
from datetime import date

import pytest

from agent.errors import SettingsError
from agent.imaging.judgement import Judgement, readable, unproven
from agent.imaging.roots import Roots
from agent.imaging.stated import Labels
from agent.imaging.sweep import sweep
from agent.settings import LabelSetting, Settings, parse

TODAY = date(2026, 11, 22)
NOISE = random.Random(4).randbytes(9000)


def label(match: str = "*.vbk", says="encrypted", until: date | None = date(2026, 12, 31)):
    return LabelSetting(match=match, says=says, by="msp_tech", until=until)


def answered(judgement: Judgement, *labels: LabelSetting, name: str = "a.vbk") -> tuple[str, str]:
    found = Labels.of(labels, TODAY).answer(f"/srv/{name}", judgement)
    return found.verdict, found.reason


def test_a_label_answers_what_the_bytes_leave_open() -> None:
    assert answered(unproven("opaque"), label()) == ("encrypted", "stated")
    assert answered(unproven("proprietary"), label(), name="A.VBK") == ("encrypted", "stated")
    assert answered(unproven("opaque"), label(says="plaintext")) == ("plaintext", "stated")
    assert answered(unproven("opaque"), label("*.tib"), label()) == ("encrypted", "stated")


@pytest.mark.parametrize(
    "judgement",
    [
        readable("image", "jpeg"),
        Judgement("weak_encrypted", "zipcrypto", "archive", "zip"),
        Judgement("encrypted_no_secret", "default_password", "office"),
        unproven("denied"),
        unproven("partial"),
        unproven("damaged"),
        unproven("placeholder"),
        unproven("all_zero"),
    ],
    ids=lambda one: one.reason,
)
def test_no_label_touches_what_was_seen_or_what_was_not_read(judgement) -> None:
    assert answered(judgement, label("*")) == (judgement.verdict, judgement.reason)


def test_a_word_that_has_ended_is_believed_no_more() -> None:
    ended = label(until=date(2026, 11, 21))
    assert answered(unproven("opaque"), ended) == ("unknown", "opaque")
    assert answered(unproven("opaque"), label(until=TODAY)) == ("encrypted", "stated")


@pytest.mark.parametrize(
    ("until", "said"),
    [("", "write until = a day, its last"), ("until = 2199-01-01", "write a day up to")],
)
def test_that_files_are_encrypted_needs_an_end(until, said) -> None:
    text = f'[[imaging.label]]\nmatch = "*.vbk"\nsays = "encrypted"\nby = "me"\n{until}\n'
    with pytest.raises(SettingsError, match=said):
        parse(text)


def test_what_was_stated_is_judged_anew_when_the_word_changes(north_quay) -> None:
    north_quay.put("old.vbk", NOISE)
    north_quay.put("a.jpg")

    def swept(*labels: LabelSetting) -> dict[str, int]:
        north_quay.labels = labels
        north_quay.ledger.stand_by(north_quay.roots.labels.mark)
        examiner = north_quay.examiner()
        sweep(examiner, north_quay.root, north_quay.now)
        return north_quay.counts() | {"opened": examiner.opened}

    assert swept(label(until=None)) == {"encrypted": 1, "plaintext": 1, "opened": 2}
    assert swept(label(until=None)) == {"encrypted": 1, "plaintext": 1, "opened": 0}
    assert swept() == {"unknown": 1, "plaintext": 1, "opened": 1}


def test_a_mark_changes_with_what_is_said_and_not_with_who_said_it() -> None:
    other = LabelSetting(match="*.vbk", says="encrypted", by="owner", until=date(2027, 1, 1))
    assert Labels.of([label()], TODAY).mark == Labels.of([other], TODAY).mark
    assert Labels.of([label()], TODAY).mark != Labels.of([label("*.tib")], TODAY).mark
    assert Roots.of(Settings(labels=(label(),)), date(2027, 1, 1)).labels == Labels()
