"""Which host does `--host ssh://USER@HOST[:PORT]` mean, and what does it answer?"""

from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import urlsplit

import typer

from agent import settings
from agent.paths import Home
from agent.settings import HostSetting
from rules.facts.base import Reading
from rules.facts.host import Os

_FORM = "write it as ssh://USER@HOST or ssh://USER@HOST:PORT"


@dataclass(frozen=True, slots=True)
class Place:
    """An account on a machine."""

    user: str
    address: str
    port: int = 22


def place(text: str) -> Place:
    """Read an address of SSH; BadParameter if it is none, or says more than where and who."""
    try:
        parts = urlsplit(text)
        port = parts.port or 22
    except ValueError as error:
        raise typer.BadParameter(f"{text}: {error}: {_FORM}") from error
    more = parts.path.strip("/") or parts.query or parts.fragment or parts.password
    if parts.scheme != "ssh" or not parts.username or not parts.hostname or more:
        raise typer.BadParameter(f"{text}: {_FORM}")
    return Place(parts.username, parts.hostname, port)


def collect_from(
    home: Home, names: Collection[str] | None, host: str
) -> tuple[Os, dict[str, Reading]]:
    """The system and facts of a host; all unknown, the reason on stderr, if it gives none."""
    from agent.errands.visit import visit

    seen = visit(_setting(home, place(host)), home, names)
    if seen.fault is not None:
        typer.echo(f"{host} was not asked: {seen.fault}", err=True)
    return seen.recorder.os, seen.readings


def _setting(home: Home, where: Place) -> HostSetting:
    """The host as the settings have it; one that they do not have shows its key, and no more."""
    for host in settings.load(home).hosts:
        if (host.user, host.address.lower(), host.port) == (where.user, where.address, where.port):
            return host
    return HostSetting(name="nas", address=where.address, port=where.port, user=where.user)
