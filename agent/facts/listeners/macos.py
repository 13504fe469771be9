"""What listens beyond loopback? The answer for macOS.

The kernel's own table says what listens (`netstat`, whoever asks), `lsof` says by whom: of the
processes of others only to root. A port that `lsof` knows and the table does not is listed too; one
whose program nobody tells stays in the list without it.
"""

import ipaddress
from collections.abc import Iterable, Iterator

from agent.facts.base import About, answers, part
from agent.facts.listeners.asked import Probed
from agent.facts.listeners.exposed import exposure, once
from agent.host.base import Host, HostError, output
from agent.host.programs import Program
from agent.readers import lsof, netstat
from agent.readers.lsof import Held
from agent.readers.netstat import Bound
from agent.readers.sockets import Transport
from rules.facts.base import Items, Maybe, Unknown, Why
from rules.facts.listeners import LISTENERS, Listener

_ANY = ipaddress.IPv6Address(0)
_TRANSPORTS: tuple[Transport, ...] = ("tcp", "udp")


@answers(LISTENERS, on="macos", pace="medium")
def macos(host: Host, about: About) -> Items[Listener]:
    """From the kernel's sockets, and the programs that hold them."""
    table = [one for transport in _TRANSPORTS for one in _table(host, transport)]
    held = part(lambda: _held(host))
    sockets = {*table, *_beside(table, held)}
    owners = _Owners(held, is_whole=host.elevated)
    asked = Probed(host, about)
    listeners = (_listener(one, owners, asked) for one in sorted(sockets, key=_order))
    return Items(tuple(once(listeners)))


def _table(host: Host, transport: Transport) -> tuple[Bound, ...]:
    return netstat.parse(output(host, Program.NETSTAT, "-anlW", "-p", transport), transport)


def _held(host: Host) -> frozenset[Held]:
    """Code 1 only says that there was something that it did not find."""
    ran = host.run(Program.LSOF, "-nP", "+c0", "-iTCP", "-sTCP:LISTEN", "-iUDP", "-FpcPn")
    if ran.cut:
        raise HostError(Why.TOO_LARGE, "lsof wrote more than its limit")
    if ran.rc not in (0, 1) or not ran.out:
        raise HostError(Why.API_ERROR, f"lsof ended with {ran.rc}")
    return lsof.parse(ran.out)


def _beside(table: Iterable[Bound], held: Maybe[frozenset[Held]]) -> Iterator[Bound]:
    """What a program holds and the table lacks: bound to any address, as far as is known."""
    if isinstance(held, Unknown):
        return
    there = {(one.transport, one.port) for one in table}
    for one in held:
        if (one.transport, one.port) not in there:
            yield Bound(one.transport, _ANY, one.port)


class _Owners:
    """The programs that hold ports; `is_whole`: those of everybody were asked."""

    def __init__(self, held: Maybe[frozenset[Held]], *, is_whole: bool) -> None:
        self._held = held
        self._missing = Unknown(Why.UNRECOGNISED if is_whole else Why.NOT_ELEVATED)

    def of(self, socket: Bound) -> Maybe[str]:
        """The one program of a port; of several nobody says which."""
        if isinstance(self._held, Unknown):
            return self._held
        port = (socket.transport, socket.port)
        names = {one.program for one in self._held if (one.transport, one.port) == port}
        return names.pop() if len(names) == 1 else self._missing


def _listener(socket: Bound, owners: _Owners, asked: Probed) -> Listener:
    process = owners.of(socket)
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


def _order(one: Bound) -> tuple[int, str, str]:
    return one.port, one.transport, str(one.address)
