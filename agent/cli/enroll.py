"""How does this machine join a controller? (`dentinel enroll`)"""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from agent.enrol.join import Joined
    from agent.paths import Home

_STATES = {
    "active": "Its reports count from now on.",
    "pending": "Somebody must approve it on the controller; until then its reports are kept apart.",
    "quarantined": "It is held apart until somebody approves it on the controller.",
}


def enroll(
    ctx: typer.Context,
    join: Annotated[
        str | None,
        typer.Argument(
            metavar="[JOIN]",
            help="The join string, a file that holds it, or - to read it.",
            show_default=False,
        ),
    ] = None,
    file: Annotated[
        Path | None,
        typer.Option("--file", metavar="PATH", help="A file that holds the join string."),
    ] = None,
    left: Annotated[
        Path | None,
        typer.Option(
            metavar="PATH",
            help="A file that holds it, and goes when it was used, or refused for good.",
        ),
    ] = None,
    new_identity: Annotated[
        bool,
        typer.Option("--new-identity", help="Start over as a new machine, with new keys."),
    ] = False,
) -> None:
    """Join the controller that made this join string.

    An argument shows in the list of processes: on a shared machine hand over a file, or - .
    On a machine that has joined, a join string of the same clinic renews address and pins; keys
    and chain stay. One of another clinic makes it a new machine there.

    With --left nobody is there to read: exit code 75 says that trying again may help.

    Example: dentinel enroll --file join.txt
    """
    home = ctx.obj.home()
    if left is None:
        _join(home, _said(join, file), new_identity=new_identity)
    elif join is None and file is None:
        _by_what_was_left(home, left)
    else:
        raise typer.BadParameter("--left stands alone")


def _by_what_was_left(home: "Home", left: Path) -> None:
    """Join by a file that somebody left."""
    from agent.enrol.left import TRY_AGAIN, by_file
    from agent.errors import EnrolError, JoinRefused, TransportError

    unsent = _unsent(home)
    try:
        _say(home, by_file(home, left), unsent)
    except JoinRefused:
        raise
    except (EnrolError, TransportError) as error:
        typer.echo(f"{error}\n  = note: {left} stays, and is tried again", err=True)
        raise typer.Exit(TRY_AGAIN) from None


def _join(home: "Home", text: str, *, new_identity: bool) -> None:
    from agent.enrol import left

    unsent = _unsent(home)
    _say(home, left.join(home, text, new_identity=new_identity), unsent)


def _say(home: "Home", joined: "Joined", unsent: int) -> None:
    typer.echo(_told(joined))
    if unsent and not joined.renewed:
        from rules.counted import counted

        typer.echo(
            f"{counted(unsent, 'report was', 'reports were')} never sent of the machine that this"
            f" was before: kept in {home.outbox.parent}, and nobody will send them."
        )


def _said(join: str | None, file: Path | None) -> str:
    """What the argument or the file says; wrong use, unless exactly one of both was given."""
    if join is not None and file is None:
        return _read(join)
    if file is not None and join is None:
        return _from_file(file)
    raise typer.BadParameter("give the join string, or by --file the file that holds it")


def _read(join: str) -> str:
    """The join string itself: as given, from standard input, or from the file of this name."""
    if join == "-":
        return sys.stdin.read(4096)
    if join.startswith("dentinel1."):
        return join
    return _from_file(Path(join))


def _from_file(path: Path) -> str:
    from agent.enrol import left

    return left.read(path)


def _unsent(home: "Home") -> int:
    """How many reports wait that only the identity of now can send."""
    from agent.errors import AgentError
    from agent.outbox import standing

    try:
        return standing.read(home).waiting
    except AgentError:
        return 0


def _told(joined: "Joined") -> str:
    """What has happened, and what comes next."""
    if joined.renewed:
        return f"Renewed: this machine trusts the controller at {joined.address}; its keys stay."
    return (
        f"Joined the controller at {joined.address} as machine {joined.agent}.\n"
        f"{_STATES.get(joined.state, '')}\n"
        "If the agent does not run as a service here, start it: dentinel run"
    )
