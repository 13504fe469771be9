"""The page of what has been verified is what the tests read, and claims nothing more."""

from dataclasses import replace

import pytest

from agent.facts.firewall import linux as firewall
from agent.facts.index import everywhere
from agent.host.local import LocalHost
from rules.facts.index import CATALOGUE
from tests.agent.facts.clinic import about, op1
from tests.agent.facts.observed import Cell, observing
from tests.agent.facts.verified import HOUSE, MODULE, PAGE, named, page, real

TOLD = named(PAGE.read_text(encoding="utf-8"))


def test_the_page_is_what_its_own_rows_make_of_it() -> None:
    again = page({cell: {test} for cell, test in TOLD.items()})
    assert again == PAGE.read_text(encoding="utf-8"), "run: make docs"


def test_the_program_says_what_the_page_says() -> None:
    assert MODULE.read_text(encoding="utf-8") == real(TOLD), "run: make docs"


def test_a_made_recording_confirms_nothing_and_a_field_one_does() -> None:
    made = Cell("users", "windows", "recorded (made)")
    assert '"users": (),' in real([made])
    assert '"users": ("windows",),' in real([made, replace(made, by="recorded (field)")])


@pytest.mark.parametrize("cell", sorted(TOLD), ids=str)
def test_a_test_that_the_page_names_is_there(cell) -> None:
    file, _, test = TOLD[cell].partition("::")
    assert f"def {test}(" in (HOUSE / file).read_text(encoding="utf-8")


def test_only_what_has_a_collector_is_told() -> None:
    answered = {(one.fact.name, on) for one in everywhere() for on in one.on}
    assert {(cell.fact, cell.on) for cell in TOLD} <= answered
    assert {cell.fact for cell in TOLD} <= set(CATALOGUE)


def test_a_system_that_no_test_has_seen_is_named() -> None:
    made = Cell("host", "windows", "recorded (made)")
    assert "a real Linux or Windows or Mac yet" in page({made: {"test_host.py::test"}})
    field = Cell("host", "windows", "recorded (field)")
    assert "a real Linux or Mac yet" in page({field: {"test_host.py::test"}})


def test_a_machine_written_by_hand_is_no_real_one() -> None:
    with observing() as seen:
        firewall.linux(op1(), about())
    assert seen == {Cell("firewall", "linux", "tree")}


@pytest.mark.live
def test_a_real_one_counts_where_it_has_been_asked() -> None:
    with observing() as seen:
        firewall.linux(LocalHost(), about())
    assert Cell("firewall", "linux", "asked") in seen
