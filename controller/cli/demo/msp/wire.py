"""How does a machine of the story reach its controller?

While the ninety days are played, by calling the agents' door itself, in this process and by the
story's clock; afterwards over TLS, as every agent does.
"""

import http.client
import ssl
from collections.abc import MutableMapping
from dataclasses import dataclass
from typing import Any, Protocol

from controller.intake.asgi import Intake

_LOOPBACK = ("127.0.0.1", 0)
_TIMEOUT_SECONDS = 10


@dataclass(frozen=True, slots=True)
class Heard:
    """A status and the body that came with it."""

    status: int
    body: bytes


class Wire(Protocol):
    """A way to the agents' door."""

    async def ask(self, method: str, path: str, body: bytes = b"") -> Heard:
        """One request and its answer."""


@dataclass(frozen=True, slots=True)
class Inside:
    """Calls the ASGI callable as a server would."""

    door: Intake

    async def ask(self, method: str, path: str, body: bytes = b"") -> Heard:
        """One request and its answer."""
        events: list[MutableMapping[str, Any]] = [
            {"type": "http.request", "body": body, "more_body": False}
        ]
        said: list[MutableMapping[str, Any]] = []

        async def receive() -> MutableMapping[str, Any]:
            return events.pop(0) if events else {"type": "http.disconnect"}

        async def send(event: MutableMapping[str, Any]) -> None:
            said.append(event)

        scope = {
            "type": "http",
            "method": method,
            "path": path,
            "client": _LOOPBACK,
            "headers": [],
        }
        await self.door(scope, receive, send)
        start, *pieces = said
        return Heard(int(start["status"]), b"".join(piece["body"] for piece in pieces))


@dataclass(frozen=True, slots=True)
class Outside:
    """Speaks TLS to a port of loopback, and believes the controller's own CA alone."""

    port: int
    trust: ssl.SSLContext

    async def ask(self, method: str, path: str, body: bytes = b"") -> Heard:
        """One request and its answer; OSError if nobody answers."""
        connection = http.client.HTTPSConnection(
            "localhost", self.port, timeout=_TIMEOUT_SECONDS, context=self.trust
        )
        try:
            connection.request(method, path, body)
            answer = connection.getresponse()
            return Heard(answer.status, answer.read())
        finally:
            connection.close()
