"""The page of an id tells the truth: its wrong example has that problem, its right one none."""

import pytest

from rules.errors import Misused
from rules.workbench.pages import EXAMPLES, page


@pytest.fixture
def told(check_rule):
    def told(leaf):
        quoted = leaf.replace("'", "''")
        body = f"every: users\neach_must:\n  - {{that: '{quoted}', say: wrong}}\nif_none: pass"
        return {problem.id for problem in check_rule(body).problems} - {"DL407", "DL409"}

    return told


@pytest.mark.parametrize("identifier", EXAMPLES)
def test_the_wrong_example_is_told_by_its_id_and_the_right_one_by_none(told, identifier) -> None:
    wrong, right = EXAMPLES[identifier]
    assert identifier in told(wrong)
    assert told(right) == set()


def test_a_page_says_what_an_id_means() -> None:
    assert page("DL302") == [
        "DL302: an unknown field",
        "  wrong  user.enabld",
        "  right  user.enabled",
    ]
    assert page("DL811")[0].startswith("DL811: a fact is broken")


def test_there_is_no_page_for_what_is_no_id() -> None:
    with pytest.raises(Misused, match="DL302"):
        page("DL3O2")
    with pytest.raises(Misused, match="there is no problem 'DL999'; rules check"):
        page("DL999")
