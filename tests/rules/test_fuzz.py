"""No bent input makes a parser do more than refuse it: a short run of benchmarks.fuzz."""

import random

import pytest

from benchmarks import fuzz
from benchmarks.fuzzed.base import Target
from benchmarks.fuzzed.index import TARGETS
from benchmarks.fuzzed.trail import Trail

ROUNDS = 250


@pytest.mark.parametrize("target", TARGETS.values(), ids=lambda target: target.name)
def test_bent_inputs_are_taken_or_refused(target: Target) -> None:
    rounds = ROUNDS // 10 if target.is_slow else ROUNDS
    assert list(fuzz.findings([target], random.Random(20_261_122), rounds)) == []


@pytest.mark.parametrize("target", TARGETS.values(), ids=lambda target: target.name)
def test_good_inputs_are_taken(target: Target) -> None:
    assert [fuzz.tried(target, seed) for seed in target.seeds()[:20]] == [None] * len(
        target.seeds()[:20]
    )


def test_only_what_leads_where_none_has_led_leads_on() -> None:
    trail, run = Trail(), TARGETS["a number"].run
    assert trail.leads_on(run, b"12\n")
    assert not trail.leads_on(run, b"13\n")
    assert trail.leads_on(run, b"twelve\n")
    assert not trail.leads_on(run, b"thirteen\n")


def test_what_leaves_a_parser_is_found() -> None:
    def run(content: bytes) -> None:
        content.decode("ascii")

    target = Target("ascii", lambda: [b"screen"], (b"\xff",), run)
    found = next(fuzz.findings([target], random.Random(1), 1_000))
    assert found.target == "ascii"
    assert found.what.startswith("UnicodeDecodeError")


def test_a_run_without_findings_ends_well(capsys) -> None:
    assert fuzz.main(["--seconds", "0.2", "leaves"]) == 0
    assert "nothing found" in capsys.readouterr().out


def test_a_target_that_is_not_there_is_wrong_use(capsys) -> None:
    with pytest.raises(SystemExit):
        fuzz.main(["volumes"])
    assert "there is no target volumes" in capsys.readouterr().err
