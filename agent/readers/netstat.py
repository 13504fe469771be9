"""`netstat -anlW -p tcp|udp` of macOS (netstat(1)): which sockets wait for others?

Words and numbers stand in fixed columns, the same in every language: protocol, queues, the own
address, the other's, and of TCP the state. An address and its port are joined by the last dot.
"""

import ipaddress
import re
from collections.abc import Iterator
from dataclasses import dataclass

from agent.readers.errors import ParseError
from agent.readers.sockets import Address, Transport

_TITLE = "Active Internet connections (including servers)"
_COLUMNS = "Proto Recv-Q Send-Q Local Address Foreign Address"
_STATE = re.compile(r"[A-Z][A-Z0-9_]{1,20}")
_PORT = re.compile(r"[0-9]{1,5}")
_ANY: dict[str, Address] = {
    "4": ipaddress.IPv4Address(0),
    "6": ipaddress.IPv6Address(0),
    "46": ipaddress.IPv6Address(0),
}
_WORDS = {"tcp": 6, "udp": 5}


@dataclass(frozen=True, slots=True)
class Bound:
    """A socket that waits for others, on one address or on any of its family."""

    transport: Transport
    address: Address
    port: int


def parse(data: bytes, transport: Transport) -> tuple[Bound, ...]:
    """The sockets that wait; ParseError if it is no whole table of this protocol."""
    title, _, rest = data.decode(errors="surrogateescape").partition("\n")
    columns, *lines = rest.split("\n")
    if title != _TITLE or " ".join(columns.split()[:7]) != _COLUMNS or lines[-1:] != [""]:
        raise ParseError("no whole table of sockets")
    rows = [line.split() for line in lines if line]
    return tuple(_waiting(rows, transport))


def _waiting(rows: list[list[str]], transport: Transport) -> Iterator[Bound]:
    for row in rows:
        if len(row) < _WORDS[transport] or not row[0].startswith(transport):
            raise ParseError("a line that is no socket")
        address, port = _split(row[3])
        if transport == "tcp" and not _STATE.fullmatch(row[5]):
            raise ParseError("a state that is none")
        waits = row[5] == "LISTEN" if transport == "tcp" else _split(row[4]) == ("*", None)
        if waits and port is not None:
            yield Bound(transport, _address(address, row[0].removeprefix(transport)), port)


def _split(words: str) -> tuple[str, int | None]:
    """`*.22`, `127.0.0.1.631`, `fe80::1%lo0.123`; a port of `*` is none yet."""
    address, dot, port = words.rpartition(".")
    if not dot or not (port == "*" or _PORT.fullmatch(port)):
        raise ParseError("an address without a port")
    number = None if port == "*" else int(port)
    if number is not None and number >= 1 << 16:
        raise ParseError("a port that is none")
    return address, number


def _address(text: str, family: str) -> Address:
    """`*` is any address of the socket's family: 4, 6, or 46, which is both."""
    if family not in _ANY:
        raise ParseError("a family that is not known")
    if text == "*":
        return _ANY[family]
    try:
        return ipaddress.ip_address(text.partition("%")[0])
    except ValueError as error:
        raise ParseError("an address that is none") from error
