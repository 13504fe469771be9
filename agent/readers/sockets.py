"""Which sockets wait for others? (/proc/net/tcp, tcp6, udp and udp6; proc_net_tcp(5))

Addresses are written as the words of the machine's memory, little-endian on every machine that a
practice has (x86, ARM).
"""

import ipaddress
import re
from dataclasses import dataclass
from typing import Literal, TypeAlias

from agent.readers.errors import ParseError

Transport: TypeAlias = Literal["tcp", "udp"]
Address: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address

_LINE = re.compile(
    rb"\s*[0-9]+: (?P<host>[0-9A-F]{8}|[0-9A-F]{32}):(?P<port>[0-9A-F]{4})"
    rb" (?:[0-9A-F]{8}|[0-9A-F]{32}):[0-9A-F]{4} (?P<state>[0-9A-F]{2})"
    rb" [0-9A-F]+:[0-9A-F]+ [0-9A-F]+:[0-9A-F]+ [0-9A-F]+\s+[0-9]+\s+[0-9]+"
    rb" (?P<inode>[0-9]{1,20}) .*"
)
_WAITING: dict[Transport, bytes] = {"tcp": b"0A", "udp": b"07"}
"""TCP_LISTEN; and TCP_CLOSE, which for a datagram socket means bound and not connected."""


@dataclass(frozen=True, slots=True)
class Socket:
    """A socket that takes what comes; `inode` is how processes name it."""

    transport: Transport
    address: Address
    port: int
    inode: int


def parse(data: bytes, transport: Transport) -> tuple[Socket, ...]:
    """The waiting sockets of one table. The kernel always writes the line of titles."""
    titles, *lines = data.split(b"\n")
    if b"local_address" not in titles or lines[-1:] != [b""]:
        raise ParseError("the table of sockets is cut")
    rows = [_row(line) for line in lines[:-1]]
    return tuple(
        Socket(transport, _address(row["host"]), int(row["port"], 16), int(row["inode"]))
        for row in rows
        if row["state"] == _WAITING[transport]
    )


def _row(line: bytes) -> re.Match[bytes]:
    found = _LINE.fullmatch(line.rstrip())
    if not found:
        raise ParseError("a line of the table of sockets is not of its form")
    return found


def _address(digits: bytes) -> Address:
    words = bytes.fromhex(digits.decode())
    octets = b"".join(words[at : at + 4][::-1] for at in range(0, len(words), 4))
    if len(octets) == 4:
        return ipaddress.IPv4Address(octets)
    six = ipaddress.IPv6Address(octets)
    return six.ipv4_mapped or six
