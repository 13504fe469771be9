"""What the commands of rule authors share: showing problems, and saying what was misused."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path

import typer

from agent.cli.terminal import look, say
from rules.compiled import builtin
from rules.compiled.rule import Pack
from rules.errors import Problem, RulesError
from rules.workbench.check import Report
from rules.workbench.opened import opened
from rules.workbench.reports.base import Outcome
from rules.workbench.reports.index import FORMATS


@contextmanager
def usable() -> Iterator[None]:
    """End with exit 2 and a sentence if a command was asked for what there is not."""
    try:
        yield
    except RulesError as error:
        say_wrong(str(error))
        raise typer.Exit(2) from None
    except OSError as error:
        if error.filename is None:  # a pipe that was closed; typer ends quietly
            raise
        say_wrong(f"{error.filename} cannot be used: {error.strerror}")
        raise typer.Exit(2) from None


def say_wrong(text: str) -> None:
    """Write a sentence to standard error, whatever is in the names that it holds."""
    typer.echo(text.encode("utf-8", "backslashreplace").decode(), err=True)


def open_pack(path: Path | None) -> Pack:
    """The pack of a compiled file or of a folder, or the built-in one."""
    return builtin.pack() if path is None else opened(path)


def write(outcome: Outcome, form: StrEnum) -> None:
    """Write problems in one of the forms of rules.workbench.reports."""
    say(FORMATS[form.value](outcome, look()))


def show(
    checked: Report, problems: Sequence[Problem], counts: Mapping[str, int], *, as_json: bool
) -> None:
    """Write the problems as text with carets, or as one JSON document."""
    form = "json" if as_json else "text"
    say(FORMATS[form](Outcome(problems, counts, checked.sources), look()))
