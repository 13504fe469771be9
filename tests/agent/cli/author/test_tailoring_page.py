"""The examples of docs/tailoring.md are sound, and its commands answer."""

import json
import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from agent.cli.app import app
from rules.compiled import builtin
from rules.facts.base import Reading, Status
from rules.facts.form import to_json
from rules.language.files import File, read_file
from rules.workbench.tailorings import check_tailorings
from rules.workbench.waivers import check_waivers

PAGE = (Path(__file__).parents[4] / "docs/tailoring.md").read_text(encoding="utf-8")
TAILORING, WAIVERS = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
NOW = datetime(2026, 12, 24, 10, tzinfo=UTC)


def file(name: str, text: str) -> File:
    problems: list = []
    found = read_file(name, text.encode(), problems)
    assert found is not None, problems
    return found


def test_the_tailoring_of_the_page_is_sound() -> None:
    found = check_tailorings(
        [file("bright-smiles.yaml", TAILORING)], [builtin.pack()], date(2026, 12, 1)
    )
    assert found.problems == []
    assert len(list(found.settings)) == 5


def test_the_waiver_of_the_page_is_sound() -> None:
    found = check_waivers([file("waivers.yaml", WAIVERS)], [builtin.pack()])
    assert found.problems == []
    assert len(found.waivers) == 1


@pytest.fixture
def bright_smiles(tmp_path, monkeypatch) -> Path:
    """A folder with what the commands of the page name."""
    lock = {"after": "600s", "asks_password": True, "on_wake": True}
    users = [{"name": "front_desk", "enabled": True, "interactive": True, "lock": lock}]
    values = {"users": users, "host": {"os": "windows", "role": "operatory"}}
    facts = {
        name: to_json(Reading(name, Status.OK, value, NOW, timedelta(hours=1)))
        for name, value in values.items()
    }
    (tmp_path / "facts.json").write_text(json.dumps({"facts": facts}))
    (tmp_path / "bright-smiles.yaml").write_text(TAILORING)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.usefixtures("bright_smiles")
def test_the_commands_of_the_page_answer() -> None:
    typed = re.findall(r"^\$ dentinel (.+)$", PAGE, re.MULTILINE)
    assert len(typed) == 3
    for words in typed:
        said = CliRunner().invoke(app, words.split())
        assert said.exit_code == 0, said.output
        assert "max_idle" in said.output
