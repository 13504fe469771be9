r"""What does a key say, to somebody who knows of which type a value must be?

A value that is not there is None, as is every value of a key that is not there: who asks knows
what Windows does without it. A value of another type than Windows reads is ParseError, never a
guess. Names are the same in any case.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from agent.host.base import Host
from agent.readers.errors import ParseError
from agent.readers.registry import Value

POLICIES = r"HKLM\SOFTWARE\Policies"
SYSTEM = r"HKLM\SYSTEM\CurrentControlSet"
SERVICES = rf"{SYSTEM}\Services"
WINDOWS = r"HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion"


@dataclass(frozen=True, slots=True)
class Opened:
    """A key that was asked for; `there` is false where it is proven not to be there."""

    there: bool = False
    subkeys: tuple[str, ...] = ()
    written_at: datetime | None = None
    _values: Mapping[str, Value] = field(default_factory=dict)

    def number(self, name: str) -> int | None:
        """A `dword` or `qword`, without sign."""
        kind, data = self._values.get(name.lower(), ("", None))
        if data is None or (kind in ("dword", "qword") and isinstance(data, int)):
            return data
        raise ParseError(f"{name} is {kind}, and no number")

    def text(self, name: str) -> str | None:
        """A text, its variables not expanded."""
        kind, data = self._values.get(name.lower(), ("", None))
        if data is None or (kind in ("sz", "expand_sz") and isinstance(data, str)):
            return data
        raise ParseError(f"{name} is {kind}, and no text")

    def texts(self, name: str) -> tuple[str, ...] | None:
        """A list of texts."""
        kind, data = self._values.get(name.lower(), ("", None))
        if data is None or (kind == "multi_sz" and isinstance(data, tuple)):
            return data
        raise ParseError(f"{name} is {kind}, and no list of texts")

    def data(self, name: str) -> bytes | None:
        """Bytes."""
        kind, data = self._values.get(name.lower(), ("", None))
        if data is None or isinstance(data, bytes):
            return data
        raise ParseError(f"{name} is {kind}, and no bytes")

    def has(self, name: str) -> bool:
        """Is there a value of this name, whatever it says?"""
        return name.lower() in self._values


def opened(host: Host, key: str) -> Opened:
    """A key, or proof that it is not there; HostError."""
    found = host.registry(key)
    if found is None:
        return Opened()
    values = {name.lower(): value for name, value in found.values.items()}
    return Opened(there=True, subkeys=found.subkeys, written_at=found.written_at, _values=values)
