"""Who follows docs/packs.md word by word gets signed rules onto a real machine.

Blocks are followed in their order, as in tests/house/test_tutorial.py: `console` is typed, and
what it prints is compared, `…` for anything; `yaml` is written into the file that is named before
it. The sticks of the page are folders here, and the passphrase comes from a file.
"""

import json
import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from agent.cli.app import app
from tests.house.test_tutorial import BLOCK, commands, shows

HOUSE = Path(__file__).parents[2]
PAGE = (HOUSE / "docs" / "packs.md").read_text(encoding="utf-8")
PIPE = {"COLUMNS": "100", "NO_COLOR": "1", "FORCE_COLOR": None, "DENTINEL_HOME": None}
ASKS = ("pack keys --new practice", "pack keys --mine", "pack sign")


class Reader:
    """Somebody with the page, a controller, a PC and sticks."""

    def __init__(self, room: Path, controller) -> None:
        self.room, self.controller = room, controller
        (room / "pass").write_text("molar basket ninety harbour\n")
        self.seen: list[tuple[str, str, str]] = []

    def type(self, command: str) -> str:
        """What a command of the page prints."""
        program, *words = shlex.split(command.replace("/media/", f"{self.room}/media/"))
        if program == "dentinel-controller":
            return self.controller.command(*words)
        assert program == "dentinel"
        if any(f" {asks}" in command for asks in ASKS) and "--show" not in command:
            words += ["--passphrase-file", "pass"]
        done = CliRunner().invoke(app, words, env=PIPE)
        assert done.exit_code == 0, f"$ {command}\n{done.output}"
        return done.output.replace(f"{self.room}/media/", "/media/")

    def follow(self, page: str) -> None:
        for block in BLOCK.finditer(page):
            if block["kind"] == "yaml":
                (name,) = re.findall(r"`([\w/-]+\.yaml)`", block["before"])
                (self.room / name).write_text(block["text"])
                continue
            for command, shown in commands(block["text"]):
                self.seen.append((command, shown, self.type(command)))


@pytest.mark.slow
def test_the_page_leads_to_signed_rules_on_a_machine(
    tmp_path: Path, bright_smiles, way_in: int, monkeypatch
) -> None:
    from tests.together.conftest import Agent, Process

    monkeypatch.chdir(tmp_path)
    reader = Reader(tmp_path, bright_smiles)
    first, rest = PAGE.split("A machine that joins from now on", 1)
    reader.follow(first)

    op1 = Agent(tmp_path / "agent", Process([], tmp_path / "agent.log"))
    op1.watch()
    (tmp_path / "join").write_text(bright_smiles.join(way_in), encoding="ascii")
    op1.command("enroll", str(tmp_path / "join"))
    for errand in (["courier"], ["fetch-packs"], ["install-packs"], ["patrol"], ["courier"]):
        done = op1.errand(*errand)
        assert done.returncode == 0, done.stderr
    assert "targets 1 run since" in bright_smiles.command("packs", "list")
    (state, version) = bright_smiles.rows("SELECT policy_state, pack_version FROM machine")[0]
    assert (state, version) == ("fresh", "1.0.0")
    names = {name for (name,) in bright_smiles.rows("SELECT DISTINCT pack FROM rule")}
    assert names == {"dental-baseline", "our-practice"}

    reader.follow(rest)
    for errand in (["courier"], ["fetch-packs"], ["install-packs"], ["patrol"], ["courier"]):
        assert op1.errand(*errand).returncode == 0
    assert "targets 2 run since" in bright_smiles.command("packs", "list")

    for command, shown, printed in reader.seen:
        assert shows(shown, printed), f"$ {command}\n{printed}"
    assert len(reader.seen) >= 24
    assert (
        json.loads(reader.type("dentinel pack status --folder our-rules --format json"))["root"]
        == 4
    )


def test_every_block_of_the_page_is_followed() -> None:
    assert len(BLOCK.findall(PAGE)) == PAGE.count("```") // 2
