"""Each threat called defended has a test that says so, and no test says of another."""

import pytest

from tests.house.threats import PAGE, THREATS, marked, written


@pytest.mark.parametrize("mark", [one.mark for one in THREATS])
def test_a_threat_has_a_test_that_shows_its_defence(mark: str) -> None:
    assert marked().get(mark)


def test_every_mark_names_a_threat() -> None:
    assert set(marked()) == {one.mark for one in THREATS}


def test_the_page_is_written_from_the_marks() -> None:
    assert PAGE.read_text(encoding="utf-8") == written(), "run `make docs`"
