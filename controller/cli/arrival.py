"""How much may somebody send, and how long may he take, until his request has arrived?

uvicorn asks neither: its faster parser keeps a head of any length in memory, and a connection on
which nothing comes is kept for ever, so that a thousand of them shut everybody else out. Whoever
goes over a bound is cut off without a word; nothing of him has been looked at.
"""

import asyncio
from typing import Any, ClassVar

from uvicorn.protocols.http.auto import AutoHTTPProtocol


class Bounds(asyncio.Protocol):
    """Stands before uvicorn's protocol of a connection, and counts the bytes.

    Bytes are as they come out of TLS. A request begins with the connection, or with the first
    byte after the one before; it has arrived when its body is whole.
    """

    head_bytes: ClassVar[int] = 64 * 1024
    whole_bytes: ClassVar[int] = 4 * 1024 * 1024
    seconds: ClassVar[float] = 30.0

    transport: asyncio.Transport
    cycle: Any  # uvicorn's state of the newest request whose head is whole
    _late: asyncio.TimerHandle | None = None
    _arrived: Any = None
    _bytes = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Somebody is there, and has so long to say what he wants."""
        super().connection_made(transport)
        self._begin()

    def data_received(self, data: bytes) -> None:
        """Pass it on, and cut off whose request is too large and has not arrived by it."""
        if self._late is None:
            self._begin()
        self._bytes += len(data)
        super().data_received(data)
        is_head = self.cycle is self._arrived
        if not is_head and not self.cycle.more_body:
            self._arrived = self.cycle
            self._end()
        elif self._bytes > (self.head_bytes if is_head else self.whole_bytes):
            self.transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nobody is waited for any more."""
        self._end()
        super().connection_lost(exc)

    def _begin(self) -> None:
        self._bytes = 0
        loop = asyncio.get_running_loop()
        self._late = loop.call_later(self.seconds, self.transport.abort)

    def _end(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None


def bounded(bounds: type[Bounds] = Bounds) -> type[asyncio.Protocol]:
    """The protocol of uvicorn that is installed here, behind these bounds."""
    return type("BoundedProtocol", (bounds, AutoHTTPProtocol), {})
