"""Every rule of the cookbook is sound, tested in each verdict, and no change of it goes unseen."""

import re
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from agent.cli.app import app

HOUSE = Path(__file__).parents[2]
PAGE = (HOUSE / "docs" / "cookbook.md").read_text(encoding="utf-8")
RECIPES = dict(re.findall(r"^### (\d+\. .*?)\n(.*?)(?=^##|\Z)", PAGE, re.DOTALL | re.MULTILINE))
PACK = """dentinel: pack/v1
pack: our-practice
version: "1.0.0"
title: Out of the cookbook
requires_facts: "1.1"
language: 1
"""
RULES = "dentinel: rules/v1\npack: our-practice\nrules:\n"
TESTS = """dentinel: rule-tests/v1
pack: our-practice
now: "2026-11-22T10:00:00Z"
tests:
"""


def blocks(recipe: str) -> dict[str, str]:
    """The rule, its tests, and what nobody can see of it, as they are copied from the page."""
    starts = {"  - id:": "rule", "  - name:": "tests", "equivalent:": "equivalent"}
    found = re.findall(r"```yaml\n(.*?)```", recipe, re.DOTALL)
    return {
        name: block for block in found for start, name in starts.items() if block.startswith(start)
    }


def copied(*recipes: str, to: Path) -> Path:
    """A pack of some recipes, as somebody makes one who reads the page."""
    folder = to / "our-practice"
    folder.mkdir()
    parts = [blocks(RECIPES[name]) for name in recipes]
    rules, tests, equivalent = (
        [part.get(name, "") for part in parts] for name in ("rule", "tests", "equivalent")
    )
    (folder / "pack.yaml").write_text(PACK)
    (folder / "ours.yaml").write_text(RULES + "\n".join(rules))
    (folder / "ours_test.yaml").write_text(TESTS + "\n".join(tests) + "".join(equivalent))
    return folder


def dentinel(*words: str | Path):
    return CliRunner().invoke(app, [str(word) for word in words])


def test_there_are_fifteen_each_with_why_a_rule_and_tests() -> None:
    assert [int(name.partition(".")[0]) for name in RECIPES] == list(range(1, 16))
    for name, recipe in RECIPES.items():
        why = recipe.partition("```")[0].strip()
        assert len(why) > 40, name
        assert {"rule", "tests"} <= blocks(recipe).keys(), name


@pytest.mark.parametrize("recipe", RECIPES)
def test_a_recipe_stands_alone(recipe, tmp_path) -> None:
    folder = copied(recipe, to=tmp_path)
    checked = dentinel("rules", "check", folder, "--strict")
    assert checked.exit_code == 0, checked.output
    tested = dentinel("rules", "test", folder, "--mutate", "--coverage")
    assert tested.exit_code == 0, tested.output
    assert "warning" not in tested.output


@pytest.mark.parametrize("recipe", RECIPES)
def test_a_recipe_is_tested_as_pass_fail_and_unknown(recipe) -> None:
    tests = yaml.load(blocks(RECIPES[recipe])["tests"], Loader=yaml.CSafeLoader)
    verdicts = {test["expect"]["verdict"] for test in tests}
    assert {"pass", "fail", "unknown"} <= verdicts


def test_all_of_them_are_one_pack_that_is_laid_out_and_built(tmp_path) -> None:
    folder = copied(*RECIPES, to=tmp_path)
    assert "3 files in order" in dentinel("rules", "fmt", "--check", folder).output
    built = dentinel("pack", "build", folder, "-o", tmp_path / "built")
    assert built.exit_code == 0, built.output
    assert (tmp_path / "built" / "1.0.0.json").is_file()


def test_a_heading_says_what_the_rule_says() -> None:
    for name, recipe in RECIPES.items():
        (rule,) = yaml.load(blocks(recipe)["rule"], Loader=yaml.CSafeLoader)
        heading = set(re.findall(r"[a-z]{4,}", name.lower()))
        title = set(re.findall(r"[a-z]{4,}", rule["title"].lower()))
        assert heading & title, name
