"""How is the TLS connection to an address opened: straight, or through a proxy's tunnel?

A proxy comes from the settings alone, `http://HOST:PORT`; it sees the controller's name and the
TLS bytes, nothing else.
"""

import socket
import ssl
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from agent.errors import TransportError
from agent.transport import tls
from agent.transport.base import Address, Limits


@dataclass(frozen=True, slots=True)
class Route:
    """Where to, through what, and within which time."""

    address: Address
    proxy: str | None = None
    limits: Limits = field(default_factory=Limits)

    def connect(self, context: ssl.SSLContext, deadline: tls.Deadline) -> tls.TimelySocket:
        """A TLS connection whose certificate `context` believed; errors of socket and ssl."""
        first = self.address if self.proxy is None else _proxy_address(self.proxy)
        raw = socket.create_connection(
            (first.host, first.port), timeout=deadline.left(self.limits.connect)
        )
        try:
            raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if self.proxy is not None:
                _tunnel(raw, self.address, deadline)
            return tls.wrap(context, raw, self.address.host, deadline)
        except BaseException:
            raw.close()
            raise

    def presented(self) -> bytes | None:
        """The certificate that is shown here (DER), believed or not. Nothing is sent."""
        try:
            with self.connect(tls.unchecked(), tls.Deadline(self.limits.connect)) as shown:
                return shown.getpeercert(binary_form=True)
        except (OSError, TransportError):
            return None


def _proxy_address(proxy: str) -> Address:
    parts = urlsplit(proxy if "//" in proxy else f"//{proxy}")
    try:
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
    if parts.scheme not in {"", "http"} or not host or not port:
        raise TransportError(
            f"the proxy {proxy!r} of the settings is no address",
            'write it as proxy = "http://proxy.example:3128" in agent.toml',
        )
    return Address(host, port)


def _tunnel(raw: socket.socket, to: Address, deadline: tls.Deadline) -> None:
    """Ask a proxy for a tunnel (RFC 9110, section 9.3.6)."""
    raw.sendall(f"CONNECT {to.authority} HTTP/1.1\r\nHost: {to.authority}\r\n\r\n".encode())
    status = _head(raw, deadline).split(b"\r\n", 1)[0].split(b" ")
    if len(status) < 2 or status[1] != b"200":
        said = b" ".join(status[1:])[:80].decode("ascii", "replace") or "nothing"
        raise TransportError(
            f"the proxy would not lead to {to}: it said {said!r}",
            "allow this address in the proxy, or remove `proxy` from agent.toml",
        )


def _head(raw: socket.socket, deadline: tls.Deadline) -> bytes:
    head = b""
    while b"\r\n\r\n" not in head and len(head) < 8192:
        raw.settimeout(deadline.left())
        piece = raw.recv(4096)
        if not piece:
            break
        head += piece
    return head
