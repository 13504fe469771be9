"""`dentinel-controller migrate`: bring the tables to this release."""

import os

import typer


def migrate() -> None:
    """Bring the tables to this release, after a backup of what is. `serve` does the same by itself.

    The backup lies in the folder `before` of the controller's home; the newest two are kept.

    Example: dentinel-controller migrate
    """
    import django

    from controller.cli import ready, tables
    from controller.identity.secrets import Keys

    here = ready.home()
    Keys.load(here)
    os.umask(0o077)
    django.setup()
    done = tables.bring_up(here)
    if not done.steps:
        typer.echo("tables are current: nothing to do")
        return
    for step in done.steps:
        typer.echo(f"done: {step}")
    if done.backup:
        typer.echo(f"what was before: {done.backup}")
