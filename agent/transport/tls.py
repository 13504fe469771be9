"""Whom does TLS believe?

The CA certificates that the join string pinned, and nobody else: not the system's store, not an
environment variable (`SSL_CERT_FILE`, `REQUESTS_CA_BUNDLE`), not a setting.

- `create_default_context` is never called: it reads the system's store and the environment.
- `unchecked` believes everybody. It carries the welcome document, which is public and is compared
  with its pin, and never one secret byte.
"""

import socket
import ssl
import time
from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from agent.errors import TransportError

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer, WriteableBuffer


class Deadline:
    """A moment on the monotonic clock that an exchange may not outlive."""

    def __init__(self, within: timedelta) -> None:
        self._ends = time.monotonic() + within.total_seconds()

    def left(self, at_most: timedelta | None = None) -> float:
        """Seconds that are left; TimeoutError when there are none."""
        seconds = self._ends - time.monotonic()
        if seconds <= 0:
            raise TimeoutError("the time for the whole exchange is over")
        return seconds if at_most is None else min(seconds, at_most.total_seconds())


class TimelySocket(ssl.SSLSocket):
    """A TLS socket whose every read and write ends at one deadline, however slowly bytes drip."""

    deadline: Deadline | None = None

    def recv_into(
        self, buffer: "WriteableBuffer", nbytes: int | None = None, flags: int = 0
    ) -> int:
        """Receive, or raise TimeoutError."""
        self._hurry()
        return super().recv_into(buffer, nbytes, flags)

    def send(self, data: "ReadableBuffer", flags: int = 0) -> int:
        """Send, or raise TimeoutError."""
        self._hurry()
        return super().send(data, flags)

    def _hurry(self) -> None:
        if self.deadline is not None:
            self.settimeout(self.deadline.left())


def pinned(authorities: Sequence[str]) -> ssl.SSLContext:
    """Believe these PEM certificates alone; the name in the leaf must match."""
    context = _context()
    try:
        context.load_verify_locations(cadata="\n".join(authorities))
    except (ssl.SSLError, ValueError) as error:
        raise TransportError(
            "the pinned CA certificate cannot be read",
            "join again: dentinel enroll JOIN",
        ) from error
    return context


def unchecked() -> ssl.SSLContext:
    """Believe anybody: only for bytes that are public and whose hash is known."""
    context = _context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def _context() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.sslsocket_class = TimelySocket
    return context


def wrap(
    context: ssl.SSLContext, raw: socket.socket, host: str, deadline: Deadline
) -> TimelySocket:
    """Shake hands with `host` over a connected socket, within the deadline."""
    raw.settimeout(deadline.left())
    secure = context.wrap_socket(raw, server_hostname=host)
    if not isinstance(secure, TimelySocket):  # the class was set by _context
        raise TypeError("this context did not come from agent.transport.tls")
    secure.deadline = deadline
    return secure
