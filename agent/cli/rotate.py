"""`dentinel rotate-keys`: let this machine make new keys."""

import typer


def rotate(ctx: typer.Context) -> None:
    """Ask for new keys: the next patrol makes them, and signs with them from then on.

    The machine stays the same to its controller, and its chain goes on: a report says so, signed
    by the old key and the new one. Keys are renewed every 365 days by themselves.

    Example: dentinel rotate-keys
    """
    from agent import paths
    from agent.guard import state
    from agent.identity.machine import Identity

    home = ctx.obj.home()
    Identity.load(home).report_key()
    home.create()
    paths.write(home.rotate_wanted, b"")
    paths.write(home.patrol_wanted, b"", mode=0o660, shared=True)
    if state.is_running(home):
        typer.echo("The patrol that begins now makes new keys.")
    else:
        typer.echo("The next patrol makes new keys: start the agent, or run dentinel run")
