"""How does this machine join a controller? (`dentinel enroll`)"""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from agent.enrol.about import About
    from agent.enrol.join import Joined
    from agent.paths import Home
    from agent.settings import Settings

_STATES = {
    "active": "Its reports count from now on.",
    "pending": "Somebody must approve it on the controller; until then its reports are kept apart.",
    "quarantined": "It is held apart until somebody approves it on the controller.",
}


def enroll(
    ctx: typer.Context,
    join: Annotated[
        str,
        typer.Argument(
            metavar="JOIN",
            help="The join string, a file that holds it, or - to read it.",
            show_default=False,
        ),
    ],
    new_identity: Annotated[
        bool,
        typer.Option("--new-identity", help="Start over as a new machine, with new keys."),
    ] = False,
) -> None:
    """Join the controller that made this join string.

    An argument shows in the list of processes: on a shared machine hand over a file, or - .
    On a machine that has joined, the address and pins are renewed; keys and chain stay.

    Example: dentinel enroll join.txt
    """
    from agent import settings
    from agent.enrol.join import Join, parse

    home = ctx.obj.home()
    chosen = settings.load(home)
    string = parse(_read(join))
    home.create()
    joined = Join(home, string, _about(home, chosen), chosen.proxy).run(new_identity=new_identity)
    typer.echo(_told(joined))


def _read(join: str) -> str:
    """The join string itself: as given, from standard input, or from the file of this name."""
    from agent.errors import EnrolError

    if join == "-":
        return sys.stdin.read(4096)
    if join.startswith("dentinel1."):
        return join
    try:
        with Path(join).open(encoding="ascii") as file:
            return file.read(4096)
    except (OSError, ValueError) as error:
        raise EnrolError(
            f"{join!r} is neither a join string nor a file that holds one",
            "a join string begins with dentinel1. and stands on one line",
        ) from error


def _about(home: "Home", chosen: "Settings") -> "About":
    """What this machine says of itself."""
    from datetime import UTC, datetime

    from agent.enrol.about import this_machine
    from agent.facts.base import About
    from agent.facts.memory import Memory
    from agent.host.local import LocalHost

    now = datetime.now(tz=UTC)
    return this_machine(LocalHost(), About(chosen, home, Memory.none(), now))


def _told(joined: "Joined") -> str:
    """What has happened, and what comes next."""
    if joined.renewed:
        return f"Renewed: this machine trusts the controller at {joined.address}; its keys stay."
    return (
        f"Joined the controller at {joined.address} as machine {joined.agent}.\n"
        f"{_STATES.get(joined.state, '')}\n"
        "If the agent does not run as a service here, start it: dentinel run"
    )
