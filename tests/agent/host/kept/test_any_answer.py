"""Whatever a machine answers, it is cleaned, and nobody's name comes through by its oddity."""

import json
import plistlib
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.host.base import Ran
from agent.host.kept import files, forms, programs
from agent.host.kept.programs import OUTPUTS
from agent.host.kept.standins import StandIns
from agent.host.recording import Header, read, write
from agent.host.redaction import redact
from tests.agent.facts.clinic import NOW
from tests.agent.facts.test_no_failure_passes import GARBAGE, LOCALISED, MACHINES
from tests.agent.host.kept.machines import recorded

FORMS = [*OUTPUTS.values(), files.form("/x.plist"), files.form("/etc/x")]
ODD = {
    "nothing": lambda _: b"",
    "half": lambda data: data[: len(data) // 2],
    "garbage": lambda _: GARBAGE,
    "another language": lambda _: LOCALISED,
    "a document of depth": lambda _: b'{"value":' * 900 + b"1" + b"}" * 900,
    "a number too large": lambda _: plistlib.dumps({"idleTime": 2**63}),
    "a bare word": lambda _: b'"Zwetschkenbaum"',
    "a list of words": lambda _: json.dumps(["Zwetschkenbaum"]).encode(),
}


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize("machine", MACHINES)
def test_an_odd_answer_is_cleaned_all_the_same(machine, odd) -> None:
    recorder, _ = recorded(machine)
    calls = {}
    for call, answer in recorder.calls.items():
        match answer:
            case bytes():
                calls[call] = ODD[odd](answer)
            case Ran():
                calls[call] = replace(answer, out=ODD[odd](answer.out), err=ODD[odd](answer.err))
            case _:
                calls[call] = answer
    kept, _ = redact(recorder.os, calls)
    text = write(Header(recorder.os, elevated=True, taken_at=NOW), kept)
    assert read(text)[1].keys() == kept.keys()
    if recorder.os != "linux":
        assert "Zwetschkenbaum" not in text


@given(data=st.binary(max_size=300))
def test_any_bytes_are_cleaned_twice_to_the_same(data) -> None:
    for form in FORMS:
        names = StandIns(folds=True)
        form.kept(data, names)
        names.settled = True
        assert form.kept(data, names) == form.kept(data, names)


def test_of_a_program_that_nobody_declared_nothing_is_kept() -> None:
    assert isinstance(programs.form("probe", ()), forms.Nothing)
