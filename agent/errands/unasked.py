"""Which ports of this machine has nobody asked for DICOM lately?

The patrol sees them, with every right and no network; the visit asks them, with the network and no
right: it may not even see whose a port is. So the patrol leaves a list for it.
"""

import json
from collections.abc import Iterator

from agent import paths
from agent.host.base import Absent, Host, HostError
from agent.paths import Home
from agent.readers.probed import Port
from rules.facts.base import Reading, Why

_NOBODY_ASKED = {"$unknown": str(Why.NOT_COLLECTED)}
_MOST = 64


def due(listeners: Reading | None) -> Iterator[Port]:
    """The ports of the fact `listeners` where DICOM is expected and no answer holds any more."""
    said = listeners.value if listeners is not None else None
    items = said.get("$items", ()) if isinstance(said, dict) else said
    for one in items or ():
        if one["dicom"] == _NOBODY_ASKED:
            yield one["address"], one["port"]


def leave(home: Home, ports: list[Port]) -> None:
    """Leave the list for the visit; HomeError if the home does not allow it."""
    if ports or home.unasked.exists():
        paths.write(home.unasked, json.dumps(ports[:_MOST]).encode(), mode=0o640, shared=True)


def left(home: Home, host: Host) -> list[Port]:
    """What the last patrol left; nothing if there is nothing that can be used."""
    try:
        return [(str(address), int(port)) for address, port in json.loads(_read(home, host))]
    except (Absent, HostError, ValueError, TypeError):
        return []


def _read(home: Home, host: Host) -> bytes:
    return host.read(home.unasked.as_posix(), 1 << 16)
