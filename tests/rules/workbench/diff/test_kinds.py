"""How far must a version go?"""

import pytest

from rules.errors import Misused
from rules.workbench.diff.kinds import Kind, Step


@pytest.mark.parametrize(
    ("step", "after"),
    [(Step.NONE, "1.2.3"), (Step.PATCH, "1.2.4"), (Step.MINOR, "1.3.0"), (Step.MAJOR, "2.0.0")],
)
def test_the_smallest_version_after_a_step(step, after) -> None:
    assert step.after("1.2.3") == after
    assert step.is_made("1.2.3", after)
    assert step.is_made("1.2.3", "9.0.0")
    assert not step.is_made("1.2.3", "1.2.2")


def test_versions_are_compared_by_number() -> None:
    assert Step.MINOR.is_made("1.9.9", "1.10.0")
    assert not Step.MINOR.is_made("1.9.0", "1.9.1")


def test_every_kind_asks_for_a_step() -> None:
    assert {kind.step for kind in Kind} == {Step.PATCH, Step.MINOR, Step.MAJOR}


def test_what_is_no_version_is_wrong_use() -> None:
    with pytest.raises(Misused, match="no version of a pack"):
        Step.PATCH.after("soon")
