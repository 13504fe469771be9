"""Every command says what it does and shows how it is typed; a page lists them all."""

import importlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer.main
from typer.testing import CliRunner

HOUSE = Path(__file__).parents[2]
PROGRAMS = {"dentinel": "agent.cli.app", "dentinel-controller": "controller.cli.app"}


def commands(program: str) -> Iterator[list[str]]:
    """The words of every command that is not hidden, without the program's name."""
    yield from walk([], typer.main.get_command(application(program)))


def application(program: str) -> typer.Typer:
    return importlib.import_module(PROGRAMS[program]).app


def walk(words: list[str], command) -> Iterator[list[str]]:
    members = getattr(command, "commands", None)
    if members is None:
        if not command.hidden:
            yield words
        return
    for name, member in members.items():
        yield from walk([*words, name], member)


@pytest.mark.parametrize("program", PROGRAMS)
def test_every_command_shows_how_it_is_typed(program) -> None:
    found = list(commands(program))
    assert found
    silent = []
    for words in found:
        said = CliRunner().invoke(application(program), [*words, "--help"]).stdout
        text = re.sub(r"\s+", " ", said.split("Usage:", 1)[-1].split("\n", 1)[-1])
        if f"{program} {' '.join(words)}" not in text:
            silent.append(words)
    assert silent == []


@pytest.mark.parametrize("program", PROGRAMS)
def test_the_page_of_commands_lists_every_one_and_no_other(program) -> None:
    page = (HOUSE / "docs/commands.md").read_text(encoding="utf-8")
    section = page.split("\n## ", 1)[1].split("\n## Exit codes", 1)[0]
    said = set(re.findall(rf"`({program}(?: [a-z][a-z-]*)+)", section))
    assert said == {" ".join([program, *words]) for words in commands(program)}


def test_the_page_of_commands_tells_every_variable() -> None:
    page = (HOUSE / "docs/commands.md").read_text(encoding="utf-8")
    read = {
        name
        for room in ("agent", "controller")
        for file in (HOUSE / room).rglob("*.py")
        for name in re.findall(r"\bDENTINEL_[A-Z_]+", file.read_text(encoding="utf-8"))
    }
    assert len(read) > 5
    assert {name for name in read if f"`{name}`" not in page} == set()
