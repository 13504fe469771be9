"""What listens beyond loopback? The answer for Linux.

Tables of the first process are read, not our own: a service may have been given an empty network
of its own, in which nothing listens. A socket whose process cannot be told stays in the list.
"""

import posixpath
import re
from collections.abc import Collection, Iterator, Mapping
from typing import Literal

from agent.facts.base import About, answers
from agent.host.base import Absent, Host, HostError, read_if_there
from agent.imaging import products
from agent.readers import probed, sockets, text
from agent.readers.errors import ParseError
from agent.readers.probed import Answer, Asked
from agent.readers.sockets import Address, Socket, Transport
from rules.facts.base import Items, Maybe, Unknown, Why
from rules.facts.listeners import LISTENERS, Listener

_TABLES: tuple[tuple[str, Transport], ...] = (
    ("tcp", "tcp"),
    ("tcp6", "tcp"),
    ("udp", "udp"),
    ("udp6", "udp"),
)
_LARGEST = 8 << 20
_DICOM_PORTS = frozenset({104, 2761, 2762, 4242, 11112, 11113})
"""Where DICOM is expected (IANA: 104, 2761, 2762, 11112; Orthanc: 4242): asked by a probe."""


@answers(LISTENERS, on="linux")
def linux(host: Host, about: About) -> Items[Listener]:
    """From the kernel's tables of sockets, and what processes hold open."""
    waiting = [socket for name, transport in _TABLES for socket in _table(host, name, transport)]
    owners = _owners(host, {socket.inode for socket in waiting})
    asked = _Probed(host, about)
    found = [_listener(host, socket, owners, asked) for socket in waiting]
    return Items(tuple(_once(found)))


def _table(host: Host, name: str, transport: Transport) -> tuple[Socket, ...]:
    said = read_if_there(host, f"/proc/1/net/{name}", _LARGEST)
    if said is None and name.endswith("6"):
        return ()  # a kernel without IPv6 has no such table
    if said is None:
        raise HostError(Why.TOOL_MISSING, f"the kernel has no table {name}")
    return sockets.parse(said, transport)


def _listener(
    host: Host, socket: Socket, owners: Mapping[int, Maybe[int]], asked: "_Probed"
) -> Listener:
    process = _process(host, owners.get(socket.inode, Unknown(Why.UNRECOGNISED)))
    said = asked.of(socket, process)
    return Listener(
        process=process,
        address=str(socket.address),
        port=socket.port,
        transport=socket.transport,
        exposure=_exposure(socket.address),
        dicom="not_probed" if said is None else said.dicom,
        tls_version=None if said is None else said.tls,
    )


class _Probed:
    """What ports answered that were asked for DICOM; read when the first of them is met."""

    def __init__(self, host: Host, about: About) -> None:
        self._host = host
        self._about = about
        self._asked: Mapping[probed.Port, Asked] | Why | None = None

    def of(self, socket: Socket, process: Maybe[str]) -> Answer | None:
        """The answer of a port, or why there is none; None for one that nobody asks."""
        speaks = process in products.known().listens
        if socket.transport != "tcp" or not (socket.port in _DICOM_PORTS or speaks):
            return None
        if socket.port in self._about.settings.never_probe:
            return _without(Why.DISABLED)
        if self._asked is None:
            self._asked = self._read()
        if isinstance(self._asked, Why):
            return _without(self._asked)
        one = self._asked.get((str(socket.address), socket.port))
        return one.answer if one and one.holds(self._about.now) else _without(Why.NOT_COLLECTED)

    def _read(self) -> Mapping[probed.Port, Asked] | Why:
        try:
            return probed.parse(self._host.read(self._about.home.probed.as_posix()))
        except (Absent, ParseError):
            return {}  # nothing, or nothing that can be used: they are asked anew
        except HostError as error:
            return error.why


def _without(why: Why) -> Answer:
    return Answer(Unknown(why), Unknown(why))


def _exposure(address: Address) -> Literal["loopback", "lan", "any"]:
    if address.is_loopback:
        return "loopback"
    return "any" if address.is_unspecified else "lan"


def _once(listeners: list[Listener]) -> Iterator[Listener]:
    """A port that is open on IPv4 and IPv6 alike is one; one on two networks is two."""
    seen = set()
    for one in listeners:
        where = one.address if one.exposure == "lan" else ""
        key = (one.process, one.port, one.transport, one.exposure, where)
        if key not in seen:
            seen.add(key)
            yield one


def _owners(host: Host, wanted: Collection[int]) -> dict[int, Maybe[int]]:
    """The process of each socket; where processes hide what they hold, all others are unknown."""
    owners: dict[int, Maybe[int]] = {}
    refused: Unknown | None = None
    for pid in sorted(int(entry.name) for entry in host.list("/proc") if entry.name.isdecimal()):
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
