"""`dentinel rules check`: what is wrong with these rules?"""

from pathlib import Path
from typing import Annotated

import typer

from agent.cli.author.args import As, Paths, Written


def check(
    paths: Paths = None,
    form: As = Written.TEXT,
    strict: Annotated[bool, typer.Option("--strict", help="Warnings count too.")] = False,
    watch: Annotated[
        bool, typer.Option("--watch", help="Check again on every change, until Ctrl-C.")
    ] = False,
) -> None:
    """Say everything that is wrong with rules, with its place. Exit 0 sound, 1 errors.

    Example: dentinel rules check rules/packs/dental-baseline
    """
    if watch and form is not Written.TEXT:
        raise typer.BadParameter("--watch goes with --format text: it never ends its document")
    if watch:
        _watch(paths or [], strict=strict)
    raise typer.Exit(_check(paths or [], form, strict=strict))


def _check(paths: list[Path], form: Written, *, strict: bool) -> int:
    from datetime import UTC, datetime

    from agent.cli.workbench import usable, write
    from rules.workbench.check import check as check_packs

    with usable():
        report = check_packs(paths, datetime.now(UTC).date())
    write(report.outcome, form)
    return 1 if report.has_errors or (strict and report.problems) else 0


def _watch(named: list[Path], *, strict: bool) -> None:
    """Check, say when, wait for a change; Ctrl-C ends it, and that is no failure."""
    from datetime import datetime

    from agent.cli.terminal import say
    from agent.cli.workbench import usable
    from rules.workbench.packs import folders
    from rules.workbench.watch import Watch

    try:
        with usable():
            paths = named or folders([])
            with Watch(paths) as watched:
                while True:
                    _check_again(paths, strict=strict)
                    at = datetime.now().astimezone()
                    say(f"checked at {at:%H:%M:%S}; waiting for a change, Ctrl-C ends\n\n")
                    watched.wait()
    except KeyboardInterrupt:
        say("\n")
        raise typer.Exit(0) from None


def _check_again(paths: list[Path], *, strict: bool) -> None:
    """A file that goes while it is read ends nothing; a path that is gone does."""
    try:
        _check(paths, Written.TEXT, strict=strict)
    except typer.Exit:
        if not all(path.exists() for path in paths):
            raise
