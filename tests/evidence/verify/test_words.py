"""How does one say what was found?"""

import io
from dataclasses import replace

import pytest

from evidence import envelope
from evidence.note import Verifier
from evidence.trust_policy import TrustPolicy
from evidence.verify import words
from evidence.verify.case import CHECKS
from evidence.verify.document import document
from evidence.verify.run import Outcome, verify
from tests.evidence.clinic import STARTED, BrightSmiles, Machine, edited, key, uuid, written


def judged(clinic: BrightSmiles, data: bytes | None = None) -> Outcome:
    return verify(io.BytesIO(data or clinic.export()), clinic.policy)


def test_a_lawyer_reads_first_what_is_shown_and_what_is_not(clinic: BrightSmiles) -> None:
    text = words.text(judged(clinic))
    lawyer, _, engineer = text.partition("-" * 72)

    assert lawyer.startswith("PROVEN   Bright Smiles Dental, 2 Nov 2026 to 9 Nov 2026\n")
    assert "2 computers sent 5 reports. Each of the 5 in this file" in lawyer
    assert "None of them was changed, moved or taken out after it was logged." in lawyer
    assert "its administrator could make it lie" in lawyer
    assert "Whether a law was kept" in lawyer
    assert f"checks   {' '.join(CHECKS)}   met" in engineer
    assert str(clinic.verifier) in engineer


def test_silent_days_are_told_and_not_counted_against(clinic: BrightSmiles) -> None:
    outcome = judged(clinic)

    assert (outcome.silence.silent, outcome.silence.of) == (12, 14)
    assert "On 12 of 14 computer-days a computer was silent" in words.text(outcome)


def test_a_false_bundle_opens_with_the_one_fact(clinic: BrightSmiles) -> None:
    op1 = clinic.machines["OP1"]
    data = clinic.export()
    at = data.index(envelope.to_json(op1.sealed[0])) + 400
    text = words.text(judged(clinic, data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]))
    headline, empty, fact, *rest = text.split("\n")

    assert headline.startswith("FALSE   Bright Smiles Dental")
    assert empty == ""
    assert fact.startswith("Report 1:1 of OP1 was changed after it was logged.")
    assert rest[0] == f"      check R3, reports/{op1.agent}.jsonl, line 1"
    assert rest[1].startswith("      expected ")
    assert rest[2].startswith("      found    ")
    assert "What this file shows" not in text
    assert "R3: each says the same as its line" in text


def test_a_false_bundle_also_says_what_is_missing(clinic: BrightSmiles) -> None:
    data = edited(clinic.export(), "README.txt", bytes.upper)
    text = words.text(verify(io.BytesIO(data), None))

    assert text.startswith("FALSE")
    assert "Also missing" in text
    assert "nobody has said whose key this is" in text


def test_an_incomplete_bundle_opens_with_what_is_missing(clinic: BrightSmiles) -> None:
    text = words.text(verify(io.BytesIO(clinic.export()), None))

    assert text.startswith("INCOMPLETE   Bright Smiles Dental")
    assert text.index("What is missing") < text.index("What this file says of itself")
    assert "The bundle agrees with itself, but nobody has said whose key this is" in text
    assert f"found    {clinic.verifier}" in text


def test_a_demo_says_so() -> None:
    demo = BrightSmiles("dentinel-demo/a/b/1")

    assert words.text(judged(demo)).startswith("DEMO  PROVEN")


def test_a_bundle_without_a_manifest_is_named_as_such(clinic: BrightSmiles) -> None:
    cut = clinic.export()[:5000]
    text = words.text(judged(clinic, cut))

    assert text.startswith("FALSE   a bundle whose manifest cannot be read\n")
    assert "key      none is known" in text
    assert document(judged(clinic, cut))["clinic"] is None


def test_facts_that_are_no_longer_kept_are_told(clinic: BrightSmiles) -> None:
    outcome = judged(clinic)
    gone = replace(outcome, told=replace(outcome.told, facts_gone=1))

    assert "Of 1 report of plain facts the content is no longer kept" in words.text(gone)


def test_what_was_derived_is_named_as_not_checked(clinic: BrightSmiles) -> None:
    outcome = judged(clinic)
    assert outcome.manifest is not None
    one = next(iter(outcome.manifest.files.values()))
    manifest = replace(outcome.manifest, files={"derived/report.html": one})

    text = words.text(replace(outcome, manifest=manifest))
    assert "derived  derived/report.html: unsigned, not checked" in text


def test_many_problems_are_listed_to_a_limit_in_text_and_whole_in_json() -> None:
    clinic = BrightSmiles()
    op1 = clinic.enroll("OP1")
    for _ in range(30):
        clinic.send(op1, STARTED)
    contents = clinic.contents()
    del contents.reports[op1.agent]  # type: ignore[attr-defined]
    outcome = judged(clinic, written(contents, clinic.receipt))

    assert "and 10 more; --format json lists them all" in words.text(outcome)
    assert len(document(outcome)["problems"]) == 30


def test_a_program_reads_the_same(clinic: BrightSmiles) -> None:
    said = document(judged(clinic))

    assert said["outcome"] == "proven"
    assert said["checks"] == dict.fromkeys(CHECKS, "met")
    assert said["problems"] == []
    assert (said["from"], said["to"]) == (
        "2026-11-02T08:00:00.000Z",
        "2026-11-09T08:00:00.000Z",
    )
    assert said["log"] == {"origin": clinic.verifier.name, "first": 0, "end": 9}
    assert said["key"] == str(clinic.verifier)


def test_two_machines_of_one_name_are_told_apart() -> None:
    clinic = BrightSmiles()
    for number in range(2):
        own = f"OP {number}"
        machine = Machine("OP", uuid(own), key(own), key(f"{own} courier"))
        clinic.begin_epoch(clinic.admit(machine))
    text = words.text(judged(clinic))

    for machine in clinic.machines.values():
        assert f"OP ({machine.agent[:8]}) began epoch 2" in text


@pytest.mark.parametrize("mark", ["\x1b[2J", "\u202e"])
def test_what_a_bundle_says_never_moves_the_cursor(clinic: BrightSmiles, mark: str) -> None:
    outcome = judged(clinic)
    odd = Verifier(f"dentinel/{mark}x", clinic.log_key.public)

    text = words.text(replace(outcome, key=odd))
    assert mark not in text
    assert "\ufffd" in text


def test_a_policy_that_does_not_name_the_log_is_said(clinic: BrightSmiles) -> None:
    text = words.text(verify(io.BytesIO(clinic.export()), TrustPolicy(())))

    assert "the policy does not name this log" in text
