"""`dentinel rules eval`: what is an expression worth?"""

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rules.facts.base import Reading


def evaluate(
    ctx: typer.Context,
    expression: Annotated[str | None, typer.Argument(metavar="[EXPR]", show_default=False)] = None,
    facts: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="What dentinel facts --format json wrote; else this machine."
        ),
    ] = None,
    batch: Annotated[
        bool, typer.Option("--batch", help="Answer JSON lines of standard input, one by one.")
    ] = False,
) -> None:
    """Evaluate an expression as rules do. Exit 0 a value, 1 an error, 3 unknown.

    Example: dentinel rules eval 'volumes.exists(v, v.protection == "unprotected")'
    """
    if batch:
        if expression is not None or facts is not None:
            raise typer.BadParameter("--batch takes its expressions and values from its lines")
        _batch()
    elif expression is None:
        raise typer.BadParameter("give an expression, or --batch")
    else:
        raise typer.Exit(_one(ctx, expression, facts))


def _batch() -> None:
    import sys
    import time

    from rules.workbench.batch.lines import run

    def write(line: str) -> None:
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()

    run(sys.stdin.buffer, write, time.monotonic_ns)


def _readings(
    ctx: typer.Context, reads: Collection[str], facts: Path | None
) -> "Mapping[str, Reading]":
    """The facts of a file, or those of this machine that are named; none are asked for nothing."""
    from agent.cli.reading import Taken, collect, load

    if facts is not None:
        return load(facts)
    return collect(ctx.obj.home(), reads, Taken()).readings if reads else {}


def _one(ctx: typer.Context, text: str, facts: Path | None) -> int:
    import time
    from datetime import UTC, datetime

    from agent.cli.terminal import look, say
    from agent.cli.workbench import usable
    from rules.engine.values import Gap
    from rules.errors import Problem
    from rules.workbench.evaluate import check, evaluate
    from rules.workbench.reports import text as report

    with usable():
        expression = check(text)
        if not expression.is_sound:
            say(report.write(expression.outcome(), look()))
            return 1
        readings = _readings(ctx, expression.reads, facts)
        now = max((one.observed_at for one in readings.values()), default=datetime.now(UTC))
        worth = evaluate(expression, readings, now, time.monotonic_ns)
    if isinstance(worth, Problem):
        say(report.write(expression.outcome(worth), look()))
        return 1
    if isinstance(worth, Gap):
        say(f"unknown  {worth.at} was not read: {worth.code}\n")
        return 3
    say(f"{worth.text}  {worth.type}\n")
    return 0
