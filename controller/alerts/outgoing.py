"""To whom may the controller speak when an address was typed into a page?

To addresses of the public internet, and to those that whoever has the server's shell allows
(`DENTINEL_CONTROLLER_ALLOW_TO`, addresses or networks). So that nobody reaches through a channel
what only this server can reach.

- A name is resolved once, every address it has is checked, and the connection goes to the address
  that was checked: a name that changes its mind in between changes nothing.
- IPv4 inside IPv6 (mapped, 6to4, Teredo, NAT64) is judged as the IPv4 that it is.
- 10 seconds for all of it, whatever the other side drips; 64 KiB are read at most; no redirect is
  followed, for nobody looks at one.
"""

import http.client
import socket
import ssl
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import TypeAlias
from urllib.parse import urlsplit

from controller.errors import Refusal

SECONDS = 10.0
MOST_BYTES = 64 * 1024
_NAT64 = IPv6Network("64:ff9b::/96")
# IETF protocol assignments (RFC 6890): parts of it are called global, none of it is a server's.
_ASSIGNMENTS = IPv4Network("192.0.0.0/24")

Address: TypeAlias = IPv4Address | IPv6Address
Network: TypeAlias = IPv4Network | IPv6Network
Resolve: TypeAlias = Callable[[str, int], Sequence[str]]


class NotAllowed(Refusal):
    """An address that the controller does not speak to."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server said: its status, and up to 64 KiB."""

    status: int
    body: bytes


def resolved(host: str, port: int) -> Sequence[str]:
    """Every address of a name, in the system's order."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(one[4][0]) for one in found))


def networks(text: str) -> tuple[Network, ...]:
    """Read a list of addresses and networks, split by commas; Refusal for anything else."""
    try:
        return tuple(
            ip_network(one.strip(), strict=False) for one in text.split(",") if one.strip()
        )
    except ValueError as error:
        raise Refusal(
            f"DENTINEL_CONTROLLER_ALLOW_TO: {error}", help="write addresses as 192.168.1.25/32"
        ) from error


def is_public(address: Address) -> bool:
    """Is this an address of the public internet, seen through every wrapping of IPv4 in IPv6?"""
    if isinstance(address, IPv6Address):
        inner = _inside(address)
        if inner is not None:
            return is_public(inner)
        if address.scope_id is not None:
            return False
    elif address in _ASSIGNMENTS:
        return False
    return address.is_global and not (
        address.is_multicast or address.is_reserved or address.is_unspecified
    )


def _inside(address: IPv6Address) -> IPv4Address | None:
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    return (
        address.ipv4_mapped
        or address.sixtofour
        or (address.teredo[1] if address.teredo else None)
        or (IPv4Address(int(address)) if int(address) >> 32 == 0 and int(address) > 1 else None)
    )


@dataclass(frozen=True, slots=True)
class Outgoing:
    """The guard: what is allowed beside the public internet, and who resolves names."""

    allowed: tuple[Network, ...] = ()
    resolve: Resolve = resolved
    context: ssl.SSLContext = field(default_factory=ssl.create_default_context)
    seconds: float = SECONDS

    def address(self, host: str, port: int) -> str:
        """The address to connect to; NotAllowed if any that the name has is forbidden."""
        try:
            found = self.resolve(host, port)
        except (OSError, UnicodeError) as error:
            raise NotAllowed(f"{host} has no address", help="is the name spelt rightly?") from error
        if not found:
            raise NotAllowed(f"{host} has no address", help="is the name spelt rightly?")
        for one in found:
            self._require_allowed(host, ip_address(one))
        return found[0]

    def _require_allowed(self, host: str, address: Address) -> None:
        if is_public(address) or any(address in one for one in self.allowed):
            return
        raise NotAllowed(
            f"{host} is at {address}, which is not on the public internet",
            help="whoever has the server's shell may allow it: DENTINEL_CONTROLLER_ALLOW_TO",
        )

    def connect(self, host: str, port: int) -> socket.socket:
        """A connection to the address that was checked."""
        return socket.create_connection((self.address(host, port), port), timeout=self.seconds)

    def secure(self, connected: socket.socket, host: str) -> ssl.SSLSocket:
        """TLS on it; the certificate must be that of `host`."""
        return self.context.wrap_socket(connected, server_hostname=host)

    def countdown(self, connected: socket.socket) -> "Countdown":
        """What tears the connection down when its time is over, unless it is stopped."""
        return Countdown(connected, self.seconds)

    def get(self, url: str, headers: Mapping[str, str]) -> Answer:
        """GET over HTTPS; OSError or HTTPException if there was no answer."""
        return self._ask("GET", url, headers, None)

    def post(self, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """POST over HTTPS; OSError or HTTPException if there was no answer."""
        return self._ask("POST", url, headers, body)

    def _ask(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None) -> Answer:
        host, port, path = https(url)
        plain = self.connect(host, port)
        with closing(plain), closing(self.countdown(plain)):
            secured = self.secure(plain, host)
            with closing(secured):
                connection = http.client.HTTPConnection(host, port, timeout=self.seconds)
                connection.sock = secured
                connection.request(method, path, body, dict(headers))
                answer = connection.getresponse()
                return Answer(answer.status, answer.read(MOST_BYTES))


class Countdown:
    """The time that a connection has, whatever wraps it meanwhile."""

    def __init__(self, connected: socket.socket, seconds: float) -> None:
        # A second handle: TLS takes the first one over.
        self._handle = connected.dup()
        self._timer = threading.Timer(seconds, self._cut)
        self._timer.daemon = True
        self._timer.start()

    def _cut(self) -> None:
        with suppress(OSError):
            self._handle.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """The connection has ended in time."""
        self._timer.cancel()
        self._handle.close()


def https(url: str) -> tuple[str, int, str]:
    """Host, port and path of a URL; Refusal unless it is a plain https address."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port or 443
    except ValueError:
        host, port = None, 443
    is_plain = url.isascii() and url.isprintable() and " " not in url
    if not (host and is_plain and parts.scheme == "https" and "@" not in parts.netloc):
        raise Refusal(
            "this is no https address without a name and password in it",
            help="write it as https://tickets.example.com/hooks/dentinel",
        )
    return host, port, (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
