"""One thing is told in the singular, and a number that is long with its commas."""

import pytest

from rules.counted import counted, sized


@pytest.mark.parametrize(
    ("number", "said"), [(0, "0 rules"), (1, "1 rule"), (2, "2 rules"), (1043, "1,043 rules")]
)
def test_a_noun_follows_its_number(number, said) -> None:
    assert counted(number, "rule") == said


def test_a_noun_that_takes_no_s_brings_its_plural() -> None:
    assert counted(1, "entry", "entries") == "1 entry"
    assert counted(2, "entry", "entries") == "2 entries"


@pytest.mark.parametrize(
    ("number", "said"),
    [(1, "1 byte"), (999, "999 bytes"), (29066, "29.1 KB"), (2_400_000, "2.4 MB"), (0, "0 bytes")],
)
def test_bytes_are_told_in_a_unit_that_people_know(number, said) -> None:
    assert sized(number) == said
