"""Whatever a rule and a machine's facts hold, the engine gives its verdict, small and alive.

Each case runs in a process that may grow by 64 MiB and no more, and without the deadline of a
rule: what it costs must be bounded by what it is charged. How long it takes is a benchmark.
"""

import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest

from benchmarks import hostile
from benchmarks.cage import GROWTH
from benchmarks.hostile import CASES, Case
from rules.compiled import limits

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="a process is measured by /proc")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_hostile_input_comes_to_its_outcome_within_64_mib(case: Case) -> None:
    done = hostile.judged(case)
    verdict, why, shown = done.result
    assert (verdict, why) == case.outcome
    assert done.grown <= GROWTH
    assert len(shown) <= limits.MESSAGE
    assert not {unicodedata.category(char) for char in shown} & {"Cc", "Cf", "Cs", "Zl", "Zp"}


WITHOUT_MEMORY = """
from benchmarks import hostile
(case,) = (case for case in hostile.CASES if case.name == "100,000 names, each looked up")
print(*hostile.judged(case, growth=2**20).result[:2])
"""

TOO_LARGE = f"""
from benchmarks.cage import caged
print(caged(lambda: len(bytearray(32 * 2**20)), {GROWTH}).grown)
try:
    caged(lambda: len(bytearray(128 * 2**20)), {GROWTH})
except RuntimeError as error:
    print("died" if "died" in str(error) else error)
"""


def test_a_rule_that_finds_no_memory_is_an_error_and_the_process_lives() -> None:
    """In a Python of its own: the process of many tests has memory left over to give."""
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_MEMORY],
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout, done.returncode) == ("error DL809\n", 0), done.stderr


def test_what_needs_more_memory_than_there_is_does_not_pass_for_small() -> None:
    """The cage holds: what is held against it could not hide. In a Python of its own, too."""
    done = subprocess.run(
        [sys.executable, "-c", TOO_LARGE],
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    small, died = done.stdout.split()
    assert 24 * 2**20 <= int(small) <= 33 * 2**20
    assert died == "died"
