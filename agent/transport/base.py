"""What does the courier ask of a network?

One exchange: bytes go out, bytes come back, within a time. Nothing here knows what they say, and
nothing that came back is believed: that is for whoever knows the receipt keys.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType, TracebackType
from typing import Protocol, Self

DEFAULT_PORT = 443
NO_HEADERS: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Address:
    """Where the controller listens: `host` is a DNS name or an IP address without brackets."""

    host: str
    port: int = DEFAULT_PORT

    @property
    def authority(self) -> str:
        """Host and port as a URL writes them (RFC 3986, section 3.2)."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"

    def __str__(self) -> str:
        return self.authority


@dataclass(frozen=True, slots=True)
class Limits:
    """How long one exchange may take, and how much may come back."""

    connect: timedelta = timedelta(seconds=10)
    whole: timedelta = timedelta(seconds=60)
    reply_bytes: int = 1 << 20


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back, of whomever; `retry_after` is None where the header says no seconds."""

    status: int
    body: bytes
    retry_after: timedelta | None = None


class Wire(Protocol):
    """One conversation with one controller; TransportError says why an exchange failed."""

    def get(self, path: str, headers: Mapping[str, str] = NO_HEADERS) -> Reply:
        """Ask for a document."""
        ...

    def post(self, path: str, body: bytes, headers: dict[str, str]) -> Reply:
        """Hand over a body. A lost answer may mean that it arrived: send only what may repeat."""
        ...

    def close(self) -> None:
        """Hang up."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...
