"""The names of the house: plain packages that are ours alone, and no drawers for odds and ends."""

from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

HOUSE = Path(__file__).parents[2]
ROOMS = ("rules", "evidence", "agent", "controller")
DRAWERS = {"utils", "common", "helpers", "core", "misc", "manager", "util", "base_utils"}


@pytest.mark.parametrize("room", ROOMS)
def test_no_other_distribution_brings_a_package_of_our_name(room) -> None:
    # `rules`, `agent` and `controller` exist as public packages; one of them installed beside
    # ours would replace our files without a word.
    assert set(packages_distributions().get(room, [])) <= {"dentinel"}


def test_no_module_is_a_drawer_for_odds_and_ends() -> None:
    modules = [path for room in ROOMS for path in (HOUSE / room).rglob("*.py")]
    assert modules
    assert [path for path in modules if DRAWERS & {path.stem, path.parent.name}] == []


def test_tests_are_no_packages() -> None:
    # An __init__.py in tests/agent would make pytest import it as `agent`.
    assert list((HOUSE / "tests").rglob("__init__.py")) == []


def test_every_module_says_what_it_answers() -> None:
    silent = []
    for room in ROOMS:
        for path in (HOUSE / room).rglob("*.py"):
            if "migrations" not in path.parts:
                text = path.read_text(encoding="utf-8").lstrip()
                if text and not text.startswith(('"""', 'r"""')):
                    silent.append(str(path.relative_to(HOUSE)))
    assert silent == []
