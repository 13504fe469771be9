"""Every command says what it does and shows how it is typed; the README lists them all."""

import importlib
import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
import typer.main

HOUSE = Path(__file__).parents[2]
PROGRAMS = {"dentinel": "agent.cli.app", "dentinel-controller": "controller.cli.app"}


def commands(program: str) -> Iterator[tuple[str, click.Command]]:
    root = typer.main.get_command(importlib.import_module(PROGRAMS[program]).app)
    yield from walk(program, root)


def walk(name: str, command: click.Command) -> Iterator[tuple[str, click.Command]]:
    if isinstance(command, click.Group):
        for inner, member in command.commands.items():
            yield from walk(f"{name} {inner}", member)
    else:
        yield name, command


@pytest.mark.parametrize("program", PROGRAMS)
def test_every_command_shows_how_it_is_typed(program) -> None:
    found = dict(commands(program))
    assert found
    silent = []
    for name, command in found.items():
        context = click.Context(command, info_name=name)
        text = f"{command.get_help(context)}\n{command.epilog or ''}"
        if not re.search(rf"{re.escape(name)}\b", text.split("\n", 1)[1].replace("\n", " ")):
            silent.append(name)
    assert silent == []


@pytest.mark.parametrize("program", PROGRAMS)
def test_the_readme_lists_every_command_and_no_other(program) -> None:
    readme = (HOUSE / "README.md").read_text(encoding="utf-8")
    section = readme.split("## Commands", 1)[1].split("\n## ", 1)[0]
    there = {name for name, command in commands(program) if not command.hidden}
    said = set(re.findall(rf"`({program}(?: [a-z]+)+)", section))
    assert {re.sub(r" +", " ", name) for name in said} == there
