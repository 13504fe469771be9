"""How is a peer heard that may drip, stall or never stop?

In steps: each has an end, whatever the peer does, and past it every wait is a TimeoutError. TLS
runs in memory, its bytes carried by us, so that its handshake is held to the same ends.
"""

import socket
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass, field

_MOST = 1 << 16
"""Bytes that are taken of one peer."""


@dataclass(frozen=True, slots=True)
class Clock:
    """How long one step may take, and all together."""

    until: float
    step: float

    def next(self) -> float:
        """When the step that begins now must have ended."""
        return min(self.until, time.monotonic() + self.step)


@dataclass(slots=True)
class Line:
    """A connection; every wait ends at the end of its step with TimeoutError."""

    socket: socket.socket
    clock: Clock
    heard: bytearray = field(default_factory=bytearray)
    _ends: float = 0.0

    def begin(self) -> None:
        """A new step."""
        self._ends = self.clock.next()

    def send(self, data: bytes) -> None:
        """All of it."""
        self._wait()
        self.socket.sendall(data)

    def receive(self) -> bytes:
        """What has come; nothing at the end, or once too much has come."""
        self._wait()
        data = self.socket.recv(4096) if len(self.heard) < _MOST else b""
        self.heard += data
        return data

    def _wait(self) -> None:
        left = self._ends - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self.socket.settimeout(left)


@dataclass(slots=True)
class Tunnel:
    """TLS over a line, its bytes carried by us, so that a peer that drips cannot hold us."""

    line: Line
    inner: ssl.SSLObject
    coming: ssl.MemoryBIO
    going: ssl.MemoryBIO

    def through(self, act: Callable[[], object]) -> object:
        """Act, carrying bytes to and fro until it is done."""
        while True:
            try:
                return act()
            except ssl.SSLWantReadError:
                self._carry()
            finally:
                if self.going.pending:
                    self.line.send(self.going.read())

    def send(self, data: bytes) -> None:
        """All of it."""
        self.through(lambda: self.inner.write(data))

    def receive(self) -> bytes:
        """What has come; nothing at the end."""
        said = self.through(lambda: self.inner.read(4096))
        return said if isinstance(said, bytes) else b""

    def greeting(self) -> bytes:
        """What is said before anything is asked, within the step; mostly nothing.

        A server of TLS 1.3 refuses who shows no certificate after the handshake (RFC 8446, section
        4.4.2.4). Asked too early, it closes on a request that it has not read, and the reset that
        follows may take its refusal away.
        """
        try:
            self._carry()
            return self.inner.read(4096)
        except (TimeoutError, ssl.SSLWantReadError):
            return b""

    def _carry(self) -> None:
        if self.going.pending:
            self.line.send(self.going.read())
        data = self.line.receive()
        if data:
            self.coming.write(data)
        else:
            self.coming.write_eof()
