"""Whatever lies in a file, `rules check` says what is wrong with it, small and alive.

Each case is read, checked and reported in a process that may grow by 64 MiB and no more. How long
it takes is a benchmark.
"""

import sys

import pytest

from benchmarks import hostile_files
from benchmarks.cage import GROWTH
from benchmarks.hostile_files import CASES, Case
from rules.compiled import limits

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="a process is measured by /proc")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_hostile_file_is_told_by_its_ids_within_64_mib(case: Case) -> None:
    done = hostile_files.judged(case)
    ids, _, longest = done.result
    assert set(case.told) <= set(ids)
    assert done.grown <= GROWTH
    assert longest <= 80


def test_a_file_of_mistakes_is_told_until_nobody_would_read_on() -> None:
    case = next(one for one in CASES if one.name == "20,000 keys that are none")
    assert hostile_files.judged(case).result[1] <= limits.PROBLEMS_IN_FILE + 8
