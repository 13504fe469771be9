"""`dentinel rules test`: do rules do what their tests say?"""

import os
import sys
import time
from collections.abc import Callable
from typing import Annotated

import typer

from agent.cli.author.args import As, Paths, Written

_SECONDS_BETWEEN = 0.1


def run(
    paths: Paths = None,
    containing: Annotated[
        str, typer.Option("-k", metavar="TEXT", help="Only tests whose name or rule holds this.")
    ] = "",
    mutate: Annotated[
        bool, typer.Option("--mutate", help="Change each rule a little: does a test notice?")
    ] = False,
    coverage: Annotated[
        bool,
        typer.Option("--coverage", help="Tell which parts of leaves no test saw true, or false."),
    ] = False,
    form: As = Written.TEXT,
) -> None:
    """Run the tests of rules; each also loses its facts one by one. Exit 0 green, 1 not.

    Example: dentinel rules test -k encrypted --mutate --coverage
    """
    from agent.cli.terminal import say
    from agent.cli.workbench import usable, write
    from rules.workbench import tally
    from rules.workbench import test as runner

    wanted = runner.Wanted(containing, mutants=mutate, coverage=coverage)
    with usable():
        tested = runner.run(paths or [], wanted, _progress())
    write(tested.outcome, form)
    if form is Written.TEXT:
        say("\n".join([*tally.lines(tested), ""]))
    raise typer.Exit(0 if tested.is_green else 1)


def _progress() -> Callable[[str, int, int], None]:
    """One line on a terminal that is written over and over; nothing anywhere else."""
    if not sys.stderr.isatty() or os.environ.get("TERM") == "dumb":
        return lambda _what, _done, _of: None
    shown_at = time.monotonic()

    def show(what: str, done: int, of: int) -> None:
        nonlocal shown_at
        if of == 0:
            typer.echo("\r\x1b[K", nl=False, err=True)
        elif time.monotonic() - shown_at > _SECONDS_BETWEEN:
            shown_at = time.monotonic()
            typer.echo(f"\r\x1b[K{what}: {done} of {of}", nl=False, err=True)

    return show
