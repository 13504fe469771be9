"""`dentinel-controller serve`: both doors in one process, until it is told to stop.

Agents' door: the bare ASGI callable over TLS by the built-in CA. People's door: Django under its
own ASGI handler, on loopback unless told otherwise. One event loop; SIGTERM and SIGINT stop both.
"""

import os
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class ServeRole(StrEnum):
    """What the process does. On SQLite one process does all of it."""

    ALL = "all"


def serve(
    *,
    role: Annotated[ServeRole, typer.Option(help="What this process does.")] = ServeRole.ALL,
    agents: Annotated[
        str, typer.Option(metavar="HOST:PORT", help="Where machines are listened for.")
    ] = "0.0.0.0:8443",
    people: Annotated[
        str,
        typer.Option(
            envvar="DENTINEL_CONTROLLER_PEOPLE",
            metavar="HOST:PORT",
            help="Where people are listened for.",
        ),
    ] = "127.0.0.1:8444",
    reached_as: Annotated[
        str | None,
        typer.Option(
            envvar="DENTINEL_CONTROLLER_AGENTS",
            metavar="HOST:PORT",
            help="Where machines find this server.",
        ),
    ] = None,
    url: Annotated[
        str | None,
        typer.Option(
            envvar="DENTINEL_CONTROLLER_URL", help="Address at which people open the pages."
        ),
    ] = None,
    people_cert: Annotated[
        Path | None,
        typer.Option(
            envvar="DENTINEL_CONTROLLER_PEOPLE_CERT",
            help="Certificate of the people's listener, PEM.",
        ),
    ] = None,
    people_key: Annotated[
        Path | None,
        typer.Option(envvar="DENTINEL_CONTROLLER_PEOPLE_KEY", help="Its private key, PEM."),
    ] = None,
    proxy: Annotated[
        str | None,
        typer.Option(
            envvar="DENTINEL_CONTROLLER_PROXY",
            metavar="ADDRESS",
            help="Address of a proxy whose X-Forwarded-For is believed.",
        ),
    ] = None,
) -> None:
    """Take reports from machines and show pages to people.

    Example: dentinel-controller serve --reached-as controller.lan:8443
    """
    from controller.cli import doors, ready

    del role
    if people_key and not people_cert:
        raise typer.BadParameter("--people-key stands beside --people-cert")
    if reached_as is not None:
        ready.reached_at(reached_as)
    machines, browsers = doors.Door.parse(agents), doors.Door.parse(people)
    scheme = "https" if people_cert else "http"
    os.environ["DENTINEL_CONTROLLER_AGENTS"] = reached_as or f"localhost:{machines.port}"
    os.environ["DENTINEL_CONTROLLER_URL"] = url or f"{scheme}://localhost:{browsers.port}"
    if people_cert:
        os.environ["DENTINEL_CONTROLLER_PEOPLE_CERT"] = str(people_cert.absolute())
    doors.open_both(
        machines, browsers, doors.PeopleTls(people_cert, people_key) if people_cert else None, proxy
    )
