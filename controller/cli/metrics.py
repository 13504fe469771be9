"""`dentinel-controller metrics`: let a monitoring system read the controller's numbers."""

import typer

app = typer.Typer(no_args_is_help=True, help="Numbers for a monitoring system.")


@app.command()
def token() -> None:
    """Make the token that opens /metrics; it is shown once, and ends the one before.

    Example: dentinel-controller metrics token > /etc/prometheus/dentinel.token
    """
    from controller.cli import ready

    home = ready.opened()
    from controller.identity import watcher
    from controller.ledger.actions import Act, acting
    from controller.tenants.queries import orgs

    with acting(home, ready.by()) as books:
        for org in orgs():
            books.record(org.id, None, Act("metrics.token"))
    typer.echo(watcher.make(home))


@app.command()
def close() -> None:
    """Serve the numbers to nobody any more.

    Example: dentinel-controller metrics close
    """
    from controller.cli import ready

    home = ready.opened()
    from controller.identity import watcher
    from controller.ledger.actions import Act, acting
    from controller.tenants.queries import orgs

    with acting(home, ready.by()) as books:
        for org in orgs():
            books.record(org.id, None, Act("metrics.close"))
    watcher.end(home)
    typer.echo("nobody may read /metrics now")
