"""What the commands of rule authors share: showing problems, and saying what was misused."""

from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path

import typer

from agent.cli.terminal import look, say
from rules import rim
from rules.compiled import builtin
from rules.compiled.rule import Pack
from rules.engine.words import clean
from rules.errors import PackRefused, RulesError, TailoringRefused
from rules.workbench.opened import opened
from rules.workbench.reports.base import Outcome
from rules.workbench.reports.index import FORMATS

_LONGEST = 2000


@contextmanager
def usable() -> Iterator[None]:
    """End with exit 2 and a sentence if a command was asked for what there is not."""
    try:
        yield
    except (PackRefused, TailoringRefused) as error:
        say_wrong(str(error))  # which begins with its id
        raise typer.Exit(2) from None
    except RulesError as error:
        say_wrong(f"error: {error}")
        raise typer.Exit(2) from None
    except OSError as error:
        if error.filename is None:  # a pipe that was closed; typer ends quietly
            raise
        say_wrong(f"error: {error.filename} cannot be used: {rim.because(error)}")
        raise typer.Exit(2) from None


def say_wrong(text: str) -> None:
    """Write to standard error; names that it holds can do nothing to the terminal."""
    lines = [clean(line, _LONGEST) for line in text.split("\n")]
    typer.echo("\n".join(lines).encode("utf-8", "backslashreplace").decode(), err=True)


def open_pack(path: Path | None) -> Pack:
    """The pack of a compiled file or of a folder, or the built-in one."""
    return builtin.pack() if path is None else opened(path)


def write(outcome: Outcome, form: StrEnum) -> None:
    """Write problems in one of the forms of rules.workbench.reports."""
    say(FORMATS[form.value](outcome, look()))
