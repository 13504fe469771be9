"""What has been read on no real system is said not to be confirmed there."""

import pytest

from rules.facts import confirmed
from rules.facts.index import CATALOGUE
from rules.facts.real import READ_FOR_REAL


def test_the_table_knows_every_fact_and_no_other() -> None:
    assert list(READ_FOR_REAL) == list(CATALOGUE)


@pytest.mark.parametrize(
    ("system", "name"), [("linux", "Linux"), ("windows", "Windows"), ("macos", "Mac")]
)
def test_a_fact_is_confirmed_where_it_was_read_and_nowhere_else(system, name) -> None:
    for fact, systems in READ_FOR_REAL.items():
        said = confirmed.of_machine(system, [fact])
        expected = None if system in systems else f"not yet confirmed on a real {name}: {fact}"
        assert said == expected


def test_a_fact_that_nobody_knows_is_confirmed_nowhere() -> None:
    assert list(confirmed.by_system(["biscuits"])) == ["linux", "windows", "macos"]


def test_of_a_system_that_is_not_known_nothing_is_said() -> None:
    assert confirmed.of_machine("any", ["users"]) is None
