"""`dentinel-controller migrate`: bring the tables to this release."""

import os
from typing import Annotated

import typer


def migrate(
    *,
    yes: Annotated[bool, typer.Option("--yes", help="There is a backup; do not ask.")] = False,
) -> None:
    """Bring the tables to this release after an upgrade. Stop `serve` first, and have a backup.

    Example: dentinel-controller migrate --yes
    """
    import django

    from controller.cli import ready, tables
    from controller.identity.secrets import Keys
    from controller.identity.sole import sole

    here = ready.home()
    Keys.load(here)
    os.umask(0o077)
    django.setup()
    with tables.readable(here):
        found = tables.Tables.read()
    found.require_known(here)
    if not found.missing:
        typer.echo("tables are current: nothing to do")
        return
    with sole(here):
        pass
    typer.echo("to be done:")
    for step in found.missing:
        typer.echo(f"  {step}")
    if not yes:
        typer.echo("A step cannot be undone: `dentinel-controller backup FILE` keeps what is.")
        typer.confirm("Is there a backup of today?", abort=True)
    done = tables.bring_up(here)
    typer.echo(f"done: {len(done.missing)} steps; next: dentinel-controller serve")
