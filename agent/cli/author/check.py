"""`dentinel rules check`: what is wrong with these rules?"""

from typing import Annotated

import typer

from agent.cli.author.args import Paths
from agent.cli.context import Form


def check(
    paths: Paths = None,
    form: Annotated[Form, typer.Option("--format", help="How to write them.")] = Form.TEXT,
    strict: Annotated[bool, typer.Option("--strict", help="Warnings count too.")] = False,
) -> None:
    """Say everything that is wrong with rules, with its place. Exit 0 sound, 1 errors.

    Example: dentinel rules check rules/packs/dental-baseline
    """
    from agent.cli.workbench import show, usable
    from rules.workbench.check import check as check_packs

    with usable():
        report = check_packs(paths or [])
    show(report, report.problems, report.counts, as_json=form is Form.JSON)
    raise typer.Exit(1 if report.has_errors or (strict and report.problems) else 0)
