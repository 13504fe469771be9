"""Two verifiers that share no line agree on every bundle, true or damaged."""

import io
from collections.abc import Callable

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from evidence.verify.case import Standing
from evidence.verify.run import verify
from tests.evidence.clinic import STARTED, BrightSmiles, files, full, key, lines_of, written
from tests.evidence.verify.practice import ACCOUNTANT, ORG_LOG, ROOT_1, Practice
from tests.evidence.verify.second import holds
from tests.evidence.verify.test_run import signed_anew


def clinic_of(machines: int, reports: int) -> BrightSmiles:
    clinic = BrightSmiles()
    for number in range(machines):
        clinic.enroll(f"OP{number}")
    for number in range(reports):
        for machine in list(clinic.machines.values()):
            clinic.send(machine, full() if number % 2 else STARTED)
    return clinic


def both(data: bytes, clinic: BrightSmiles) -> tuple[bool, bool]:
    first = verify(io.BytesIO(data), clinic.policy).standing is Standing.PROVEN
    return first, holds(data, str(clinic.verifier))


@pytest.mark.parametrize(("machines", "reports"), [(0, 0), (1, 0), (1, 5), (3, 4)])
def test_both_hold_a_true_bundle_for_true(machines: int, reports: int) -> None:
    clinic = clinic_of(machines, reports)

    assert both(clinic.export(), clinic) == (True, True)


CLINIC = clinic_of(2, 2)
BUNDLE = CLINIC.export()
NAMES = sorted(name for name in files(BUNDLE) if name.startswith(("log/", "reports/", "keys")))

HARM: dict[str, Callable[[list[bytes], int], list[bytes]]] = {
    "lose": lambda lines, at: lines[:at] + lines[at + 1 :],
    "repeat": lambda lines, at: [*lines[:at], lines[at], *lines[at:]],
    "turn": lambda lines, at: lines[:at] + lines[at:][::-1],
    "edit": lambda lines, at: [
        *lines[:at],
        lines[at].replace(b"0", b"1", 1).replace(b"A", b"B", 1),
        *lines[at + 1 :],
    ],
}


@pytest.mark.threat("fooled-verifier")
@settings(max_examples=300)
@given(st.sampled_from(NAMES), st.sampled_from(sorted(HARM)), st.data())
def test_both_find_what_an_exporter_lost_doubled_turned_or_edited(
    name: str, harm: str, data: st.DataObject
) -> None:
    body = files(BUNDLE)[name]
    lines = list(lines_of(body)) if body.endswith(b"\n") else [body]
    at = data.draw(st.integers(0, len(lines) - 1))
    changed = HARM[harm](lines, at)
    assume(changed != lines)
    # The order of records of keys says nothing, each names its line; nor does the same signature
    # that stands twice under a note.
    assume(not (name == "keys.jsonl" and sorted(changed) == sorted(lines)))
    assume(
        not (name == "log/checkpoint" and lines[at].startswith("—".encode()) and harm == "repeat")
    )
    argument = name.replace("/", "_").replace(".", "_")
    damaged = signed_anew(BUNDLE, CLINIC, **{argument: b"\n".join([*changed, b""])})

    assert both(damaged, CLINIC) == (False, False)


def test_both_find_a_manifest_that_somebody_else_signed() -> None:
    assert both(written(CLINIC.contents(), key("somebody")), CLINIC) == (False, False)


def test_both_find_a_log_that_was_written_anew() -> None:
    other = clinic_of(2, 2)
    other.log_key = key("another log")

    assert both(other.export(), CLINIC) == (False, False)


PRACTICE = Practice(1, 1)
WHOLE = PRACTICE.export()


def both_of_all(data: bytes) -> tuple[bool, bool]:
    first = verify(io.BytesIO(data), PRACTICE.policy).standing is Standing.PROVEN
    return first, holds(data, str(PRACTICE.verifier), str(ORG_LOG), str(ACCOUNTANT), (ROOT_1,))


def test_both_hold_one_with_everything_in_it_for_true() -> None:
    assert both_of_all(WHOLE) == (True, True)


@pytest.mark.threat("fooled-verifier")
@settings(max_examples=150)
@given(st.sampled_from(sorted(set(files(WHOLE)) - {"manifest.json"})), st.data())
def test_both_agree_on_any_byte_that_an_exporter_changed(name: str, data: st.DataObject) -> None:
    """Flipped, in a container and a manifest that were truly made anew around it."""
    body = files(WHOLE)[name]
    at = data.draw(st.integers(0, len(body) - 1))
    changed = body[:at] + bytes([body[at] ^ data.draw(st.integers(1, 255))]) + body[at + 1 :]
    # Base64 in its other alphabet, and hex in the other case, is the same evidence.
    assume(changed.translate(bytes.maketrans(b"-_", b"+/")).lower() != body.lower())
    argument = name.replace("/", "_").replace(".", "_")
    first, second = both_of_all(signed_anew(WHOLE, PRACTICE, **{argument: changed}))

    assert first == second
    # Of metadata more may be signed than is asked for; what reads easily is checked by nobody.
    assert not first or name.startswith(("README", "derived/", "tuf/"))


@pytest.mark.threat("fooled-verifier")
@pytest.mark.parametrize("name", sorted(set(files(WHOLE)) - {"manifest.json"}))
def test_both_miss_any_file_that_an_exporter_left_out(name: str) -> None:
    argument = name.replace("/", "_").replace(".", "_")
    first, second = both_of_all(signed_anew(WHOLE, PRACTICE, **{argument: None}))

    # A selection, a sight from before, and what nobody needs may be left out.
    assert first == second or name == "log/newest"
    assert first == name.startswith(("README", "derived/", "org/", "log/before"))
