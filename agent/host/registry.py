r"""What does a key say, to somebody who knows of which type a value must be?

A value that is not there is None, as is every value of a key that is not there: who asks knows
what Windows does without it. A value of another type than Windows reads is ParseError, never a
guess. Names are the same in any case.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from agent.host.base import Host, HostError
from agent.readers.errors import ParseError
from agent.readers.registry import Value
from rules.facts.base import Why

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
    _names: Mapping[str, str] = field(default_factory=dict)

    def _value(self, name: str) -> Value:
        """A value by its name in any case: looked at when it is asked for, and no other."""
        own = self._names.get(name.lower())
        return ("", None) if own is None else self._values[own]

    def number(self, name: str) -> int | None:
        """A `dword` or `qword`, without sign."""
        kind, data = self._value(name)
        if data is None or (kind in ("dword", "qword") and isinstance(data, int)):
            return data
        raise ParseError(f"{name} is {kind}, and no number")

    def text(self, name: str) -> str | None:
        """A text, its variables not expanded."""
        kind, data = self._value(name)
        if data is None or (kind in ("sz", "expand_sz") and isinstance(data, str)):
            return data
        raise ParseError(f"{name} is {kind}, and no text")

    def texts(self, name: str) -> tuple[str, ...] | None:
        """A list of texts."""
        kind, data = self._value(name)
        if data is None or (kind == "multi_sz" and isinstance(data, tuple)):
            return data
        raise ParseError(f"{name} is {kind}, and no list of texts")

    def data(self, name: str) -> bytes | None:
        """Bytes."""
        kind, data = self._value(name)
        if data is None or isinstance(data, bytes):
            return data
        raise ParseError(f"{name} is {kind}, and no bytes")

    def flag(self, name: str) -> bool:
        """A switch that is a number or the text of one; off if it is not there."""
        kind, data = self._value(name) if self.has(name) else ("", 0)
        if kind in ("sz", "expand_sz") and str(data).strip() in ("0", "1"):
            return str(data).strip() == "1"
        if isinstance(data, int) and data in (0, 1):
            return data == 1
        raise ParseError(f"{name} is neither on nor off")

    def whole(self, name: str) -> int | None:
        """A whole number that is a number, or a text of one."""
        kind, data = self._value(name)
        if data is None or (kind in ("dword", "qword") and isinstance(data, int)):
            return data
        if isinstance(data, str) and re.fullmatch(r"[0-9]{1,10}", data.strip()):
            return int(data)
        raise ParseError(f"{name} is {kind}, and no whole number")

    def has(self, name: str) -> bool:
        """Is there a value of this name, whatever it says?"""
        return self._names.get(name.lower()) in self._values


def opened(host: Host, key: str) -> Opened:
    """A key, or proof that it is not there; HostError."""
    found = host.registry(key)
    if found is None:
        return Opened()
    names = {name.lower(): name for name in found.values}
    return Opened(
        there=True,
        subkeys=found.subkeys,
        written_at=found.written_at,
        _values=found.values,
        _names=names,
    )


UNPROBED = Why.API_ERROR
"""What only a function of Windows tells, and no program of ours asks for yet."""


def sooner(keys: Iterable[Opened], name: str) -> int | None:
    """A number from the first key that has it: policies stand before what they overrule."""
    return next((key.number(name) for key in keys if key.has(name)), None)


def switch(value: int | None, *, unset: bool | None = None) -> bool:
    """A number that is 1 or 0; without one `unset`, if it is known what that means."""
    if value in (0, 1):
        return value == 1
    if value is None and unset is not None:
        return unset
    raise HostError(Why.UNRECOGNISED, f"{value} is neither on nor off")


def is_disabled(host: Host, service: str) -> bool:
    """May this service or driver not be started at all (start type 4), or is there none?"""
    key = opened(host, rf"{SERVICES}\{service}")
    return not key.there or key.number("Start") == _DISABLED


_DISABLED = 4
"""SERVICE_DISABLED (winnt.h)."""


def build(host: Host) -> int:
    """The number by which Windows tells its releases apart: 22000 and later is Windows 11."""
    said = opened(host, WINDOWS).text("CurrentBuildNumber") or ""
    if not re.fullmatch(r"[0-9]{4,6}", said):
        raise ParseError(f"no number of a build: {said[:20]!r}")
    return int(said)
