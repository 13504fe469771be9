"""`dentinel run`: guard this machine in the foreground."""

from typing import Annotated

import typer


def run(
    ctx: typer.Context,
    network: Annotated[
        bool,
        typer.Option(help="Without: touch run/wake instead of starting what needs the network."),
    ] = True,
) -> None:
    """Watch, patrol and report in the foreground, until Ctrl-C. A service uses python -m agent run.

    Example: dentinel run
    """
    from agent.guard import start

    raise typer.Exit(start.main(ctx.obj.home(), [] if network else ["--no-network"]))
