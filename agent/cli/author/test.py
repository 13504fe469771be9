"""`dentinel rules test`: do rules do what their tests say?"""

from typing import Annotated

import typer

from agent.cli.author.args import As, Paths, Written


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
    from agent.cli.terminal import progress, say
    from agent.cli.workbench import usable, write
    from rules.workbench import tally
    from rules.workbench import test as runner

    wanted = runner.Wanted(containing, mutants=mutate, coverage=coverage)
    with usable():
        tested = runner.run(paths or [], wanted, progress())
    write(tested.outcome, form)
    if form is Written.TEXT:
        say("\n".join([*tally.lines(tested), ""]))
    raise typer.Exit(0 if tested.is_green else 1)
