"""How does a body reach the controller over HTTPS?

One kept connection of the standard library's `http.client`, over TLS that believes the pinned CA
alone (agent.transport.tls), straight or through the proxy of the settings (agent.transport.route).

- Redirects are not followed, cookies not kept, compressed replies not asked for.
- The whole exchange ends at one deadline: a server that drips bytes cannot hold the courier.
- A connection that the server closed while it was idle is opened again once: everything that is
  posted here may arrive twice (the nonce and the chain make it harmless).
"""

import http.client
import ssl
from collections.abc import Mapping
from datetime import timedelta
from types import TracebackType
from typing import Self

from agent.errors import TransportError
from agent.transport import blame, tls
from agent.transport.base import NO_HEADERS, Address, Reply
from agent.transport.route import Route

_STALE = (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError)


class Https:
    """A conversation with one address; opened with the first exchange, closed by `with`."""

    def __init__(self, route: Route, context: ssl.SSLContext) -> None:
        self.route = route
        self._context = context
        self._link: _Connection | None = None

    def get(self, path: str, headers: Mapping[str, str] = NO_HEADERS) -> Reply:
        """Ask for a document."""
        return self._exchange("GET", path, None, dict(headers))

    def post(self, path: str, body: bytes, headers: dict[str, str]) -> Reply:
        """Hand over a body, as it is."""
        return self._exchange("POST", path, body, headers)

    def reach(self) -> None:
        """Shake hands and hang up: is it there, and believed? TransportError if not."""
        try:
            deadline = tls.Deadline(self.route.limits.whole)
            self.route.connect(self._context, deadline).close()
        except OSError as error:
            raise self._blamed(error) from error

    def close(self) -> None:
        """Hang up; a new exchange would connect anew."""
        if self._link is not None:
            self._link.close()
            self._link = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _exchange(
        self, method: str, path: str, body: bytes | None, headers: dict[str, str]
    ) -> Reply:
        was_kept = self._link is not None
        try:
            return self._once(method, path, body, headers)
        except (OSError, http.client.HTTPException) as error:
            self.close()
            if not (was_kept and isinstance(error, _STALE)):
                raise self._blamed(error) from error
        except TransportError:
            self.close()
            raise
        return self._exchange(method, path, body, headers)

    def _once(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> Reply:
        deadline = tls.Deadline(self.route.limits.whole)
        if self._link is None:
            secure = self.route.connect(self._context, deadline)
            self._link = _Connection(self.route.address, secure)
        self._link.secure.deadline = deadline
        self._link.request(method, path, body, headers)
        answer = self._link.getresponse()
        limit = self.route.limits.reply_bytes
        read = answer.read(limit + 1)
        if len(read) > limit:
            raise blame.too_much(self.route.address, self.route.limits)
        if answer.will_close:
            self.close()
        return Reply(answer.status, read, _wait(answer))

    def _blamed(self, error: Exception) -> TransportError:
        if isinstance(error, ssl.SSLCertVerificationError):
            return blame.mismatch(error, self.route.address, self.route.presented())
        return blame.blamed(error, self.route.address, self.route.limits)


class _Connection(http.client.HTTPConnection):
    """An HTTP connection over a socket that is open already; it never opens one by itself."""

    auto_open = 0

    def __init__(self, address: Address, secure: tls.TimelySocket) -> None:
        super().__init__(address.host, address.port)
        self.sock = self.secure = secure


def _wait(answer: http.client.HTTPResponse) -> timedelta | None:
    said = answer.getheader("Retry-After", "")
    if not (said.isascii() and said.isdigit() and len(said) < 7):
        return None
    return timedelta(seconds=int(said))
