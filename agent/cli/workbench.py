"""What the commands of rule authors share: showing problems, and saying what was misused."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import typer

from rules.compiled import builtin
from rules.compiled.pack import load
from rules.compiled.rule import Pack
from rules.errors import Problem, RulesError
from rules.workbench import report
from rules.workbench.check import Report


@contextmanager
def usable() -> Iterator[None]:
    """End with exit 2 and a sentence if a command was asked for what there is not."""
    try:
        yield
    except RulesError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from None
    except OSError as error:
        typer.echo(f"{error.filename} cannot be read: {error.strerror}", err=True)
        raise typer.Exit(2) from None


def open_pack(path: Path | None) -> Pack:
    """The pack of a compiled file, or the built-in one."""
    return builtin.pack() if path is None else load(path.read_bytes())


def show(
    checked: Report, problems: Sequence[Problem], counts: Mapping[str, int], *, as_json: bool
) -> None:
    """Write the problems as text with carets, or as one JSON document."""
    if as_json:
        typer.echo(json.dumps(report.document(problems, counts), indent=2, ensure_ascii=False))
        return
    for line in report.text(problems, checked.sources):
        typer.echo(line)
    typer.echo(report.summary(problems, counts))
