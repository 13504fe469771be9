"""`dentinel rules test`: do rules do what their tests say?"""

from typing import Annotated

import typer

from agent.cli.author.args import Paths
from agent.cli.context import Form


def run(
    paths: Paths = None,
    containing: Annotated[
        str, typer.Option("-k", metavar="TEXT", help="Only tests whose name holds this.")
    ] = "",
    form: Annotated[Form, typer.Option("--format", help="How to write them.")] = Form.TEXT,
) -> None:
    """Run the tests of rules; each also loses its facts one by one. Exit 0 green, 1 not.

    Example: dentinel rules test -k encrypted
    """
    from agent.cli.workbench import show, usable
    from rules.workbench.test import run_tests

    with usable():
        tested = run_tests(paths or [], containing)
    show(tested.report, tested.all_problems, tested.counts, as_json=form is Form.JSON)
    if tested.run == 0:
        typer.echo("no test ran: nothing is shown to hold", err=True)
    raise typer.Exit(0 if tested.is_green else 1)
