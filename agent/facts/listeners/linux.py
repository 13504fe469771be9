"""What listens beyond loopback? The answer for Linux.

Tables of the first process are read, not our own: a service may have been given an empty network
of its own, in which nothing listens. A socket whose process cannot be told stays in the list.
"""

import posixpath
import re
from collections.abc import Collection, Mapping

from agent.facts.base import About, answers
from agent.facts.listeners.asked import Probed
from agent.facts.listeners.exposed import exposure, once
from agent.facts.processes import numbers
from agent.host.base import Absent, Host, HostError, read_if_there
from agent.readers import sockets, text
from agent.readers.errors import ParseError
from agent.readers.sockets import Socket, Transport
from rules.facts.base import Items, Maybe, Unknown, Why
from rules.facts.listeners import LISTENERS, Listener

_TABLES: tuple[tuple[str, Transport], ...] = (
    ("tcp", "tcp"),
    ("tcp6", "tcp"),
    ("udp", "udp"),
    ("udp6", "udp"),
)
_LARGEST = 8 << 20


@answers(LISTENERS, on="linux")
def linux(host: Host, about: About) -> Items[Listener]:
    """From the kernel's tables of sockets, and what processes hold open."""
    waiting = [socket for name, transport in _TABLES for socket in _table(host, name, transport)]
    owners = _owners(host, {socket.inode for socket in waiting})
    asked = Probed(host, about)
    found = [_listener(host, socket, owners, asked) for socket in waiting]
    return Items(tuple(once(found)))


def _table(host: Host, name: str, transport: Transport) -> tuple[Socket, ...]:
    said = read_if_there(host, f"/proc/1/net/{name}", _LARGEST)
    if said is None and name.endswith("6"):
        return ()  # a kernel without IPv6 has no such table
    if said is None:
        raise HostError(Why.TOOL_MISSING, f"the kernel has no table {name}")
    return sockets.parse(said, transport)


def _listener(
    host: Host, socket: Socket, owners: Mapping[int, Maybe[int]], asked: Probed
) -> Listener:
    process = _process(host, owners.get(socket.inode, Unknown(Why.UNRECOGNISED)))
    said = asked.of(socket.transport, str(socket.address), socket.port, process)
    return Listener(
        process=process,
        address=str(socket.address),
        port=socket.port,
        transport=socket.transport,
        exposure=exposure(socket.address),
        dicom="not_probed" if said is None else said.dicom,
        tls_version=None if said is None else said.tls,
    )


def _owners(host: Host, wanted: Collection[int]) -> dict[int, Maybe[int]]:
    """The process of each socket; where processes hide what they hold, all others are unknown."""
    owners: dict[int, Maybe[int]] = {}
    refused: Unknown | None = None
    for pid in numbers(host):
        try:
            held = _held(host, pid)
        except HostError as error:
            refused = Unknown(error.why)
            continue
        owners |= {inode: pid for inode in held & set(wanted) if inode not in owners}
        if len(owners) == len(wanted):
            break
    if refused is not None:
        owners |= {inode: refused for inode in wanted if inode not in owners}
    return owners


def _held(host: Host, pid: int) -> set[int]:
    """The sockets that a process holds open; nothing, once it has ended."""
    folder, held = f"/proc/{pid}/fd", set()
    try:
        for entry in host.list(folder, limit=1 << 20):
            link = host.stat(posixpath.join(folder, entry.name)).link or ""
            if found := re.fullmatch(r"socket:\[([0-9]{1,19})\]", link):
                held.add(int(found[1]))
    except Absent:
        return held
    return held


def _process(host: Host, pid: Maybe[int]) -> Maybe[str]:
    """The name of its program, else what it calls itself."""
    if isinstance(pid, Unknown):
        return pid
    try:
        link = (host.stat(f"/proc/{pid}/exe").link or "").removesuffix(" (deleted)")
        return posixpath.basename(link) or text.line(host.read(f"/proc/{pid}/comm"))
    except (Absent, ParseError):
        return Unknown(Why.UNRECOGNISED)
    except HostError as error:
        return Unknown(error.why)
