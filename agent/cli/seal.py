"""`dentinel seal`: make this machine ready for an image of its disk."""

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from rules.counted import counted

if TYPE_CHECKING:
    from agent.paths import Home


def seal(
    ctx: typer.Context,
    yes: Annotated[bool, typer.Option("--yes", help="Do it without asking.")] = False,
    discard_unsent: Annotated[
        bool,
        typer.Option("--discard-unsent", help="Also if reports wait that were never sent."),
    ] = False,
) -> None:
    """Remove identity, sealed reports and local data, before a disk is imaged.

    Run it on the machine that others are made from, as the last thing before the image is taken.
    Every computer that starts from the image then judges itself and waits for a join string of
    its own. The settings stay. Stop the agent's service first.

    Example: dentinel seal --yes
    """
    from agent.enrol import image

    home = ctx.obj.home()
    _require_stopped(home)
    _require_sent(home, discard=discard_unsent)
    _confirm(home, yes=yes)
    left = image.forget(home)
    typer.echo("This machine has no identity any more. Take the image before the agent starts.")
    typer.echo(f"Settings that stay: {home.settings if home.settings.exists() else 'none'}")
    for path in left:
        if path != home.settings:
            typer.echo(f"Not of the agent's making, and left: {path}")
    typer.echo("Retire this machine on its controller, unless it joins again.")
    typer.echo("On each computer that starts from the image: dentinel enroll JOIN")


def _require_stopped(home: "Home") -> None:
    from agent.errors import AlreadyRunning
    from agent.guard import state

    if state.is_running(home):
        raise AlreadyRunning(
            f"the agent runs in {home.root}, and would begin anew what is removed",
            "stop it first: systemctl stop 'dentinel-*'; on Windows: sc stop dentinel",
        )


def _require_sent(home: "Home", *, discard: bool) -> None:
    from agent.errors import AgentError, OutboxError
    from agent.outbox import standing

    if discard:
        return
    try:
        waiting = standing.read(home).waiting
    except AgentError as error:
        raise OutboxError(
            f"how many reports wait cannot be told ({error.message})",
            "to remove them all the same: dentinel seal --discard-unsent",
        ) from error
    if waiting:
        wait = counted(waiting, "sealed report waits", "sealed reports wait")
        raise OutboxError(
            f"{wait} to be sent, and would be lost",
            "send them: python -m agent courier; to give them up: dentinel seal --discard-unsent",
        )


def _confirm(home: "Home", *, yes: bool) -> None:
    from agent.errors import HomeError

    if yes:
        return
    if not sys.stdin.isatty():
        raise HomeError(
            f"nobody is there to confirm that {home.root} is to be emptied",
            "say it on the command line: dentinel seal --yes",
        )
    typer.confirm(f"Remove identity, reports and local data from {home.root} for good?", abort=True)
