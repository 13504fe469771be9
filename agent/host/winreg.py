r"""What does the registry of the Windows on which we run say?

Always the 64-bit view (KEY_WOW64_64KEY), whichever kind of Python asks. `Winreg` is what we use of
the standard library's module; tests hand in another, and nothing else here is Windows'.

- A key is absent on proof alone: the nearest key above that opens is listed and does not name it.
  One that is named and does not open is `access_denied`.
- HKCU is refused: the service is SYSTEM, which is nobody's user.
"""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from agent.host.base import HostError, Key
from agent.host.withheld import without_secrets
from agent.readers import registry
from agent.readers.registry import Value
from rules.facts.base import Why

_READ_64 = 0x20019 | 0x0100
"""KEY_READ and KEY_WOW64_64KEY (winnt.h)."""

_MOST = 20_000
"""Subkeys or values of one key; the largest that we ask for hold some hundred."""


class Winreg(Protocol):
    """The part of the module `winreg` that is used here."""

    @property
    def HKEY_LOCAL_MACHINE(self) -> int: ...  # noqa: N802 - Windows' name
    @property
    def HKEY_USERS(self) -> int: ...  # noqa: N802
    @property
    def OpenKeyEx(self) -> Any: ...  # noqa: ANN401, N802
    @property
    def QueryInfoKey(self) -> Any: ...  # noqa: ANN401, N802
    @property
    def EnumKey(self) -> Any: ...  # noqa: ANN401, N802
    @property
    def EnumValue(self) -> Any: ...  # noqa: ANN401, N802


def split(key: str) -> tuple[str, tuple[str, ...]]:
    r"""`HKLM\SOFTWARE\X` as root and names; ValueError if nobody should ask for it."""
    root, *names = key.split("\\")
    if root not in ("HKLM", "HKU") or not all(names) or not names:
        raise ValueError(f"{key!r} is no key of HKLM or HKU")
    return root, tuple(names)


@dataclass(frozen=True, slots=True)
class Registry:
    """The registry through Windows' own functions; any thread may ask."""

    api: Winreg

    def key(self, key: str) -> Key | None:
        """A key with all its values; None if it is proven not to be there.

        What a secret says is dropped here (agent/host/withheld.py).
        """
        root, names = split(key)
        try:
            return self._read(root, names)
        except FileNotFoundError:
            prove_absent(self.names, root, names)
            return None
        except OSError as error:
            raise _fault(key, error) from error

    def names(self, root: str, names: tuple[str, ...] = ()) -> tuple[str, ...]:
        """The subkeys of a key that is there; OSError."""
        with self._open(root, names) as handle:
            return self._subkeys(handle, self.api.QueryInfoKey(handle)[0])

    def _read(self, root: str, names: tuple[str, ...]) -> Key:
        with self._open(root, names) as handle:
            subkeys, values, written = self.api.QueryInfoKey(handle)
            if max(subkeys, values) > _MOST:
                raise HostError(Why.TOO_LARGE, "\\".join((root, *names)))
            found = (self.api.EnumValue(handle, index) for index in range(values))
            values = {name: _value(number, data) for name, data, number in found}
            return Key(
                without_secrets(values),
                self._subkeys(handle, subkeys),
                registry.instant(written),
            )

    def _open(self, root: str, names: tuple[str, ...]) -> Any:  # noqa: ANN401 - Windows' handle
        hive = self.api.HKEY_USERS if root == "HKU" else self.api.HKEY_LOCAL_MACHINE
        return self.api.OpenKeyEx(hive, "\\".join(names), 0, _READ_64)

    def _subkeys(self, handle: object, count: int) -> tuple[str, ...]:
        return tuple(self.api.EnumKey(handle, index) for index in range(count))


def prove_absent(
    listed: Callable[[str, tuple[str, ...]], tuple[str, ...]], root: str, names: tuple[str, ...]
) -> None:
    """Return if a key that did not open is not there; HostError if that cannot be proven.

    `listed` gives the subkeys of a key above it; FileNotFoundError if that one does not open
    either, another OSError or HostError if it is there and cannot be listed.
    """
    for depth in range(len(names) - 1, -1, -1):
        try:
            there = listed(root, names[:depth])
        except FileNotFoundError:
            continue
        except OSError as error:
            raise _fault("\\".join((root, *names[:depth])), error) from error
        if names[depth].lower() in {name.lower() for name in there}:
            raise HostError(Why.ACCESS_DENIED, f"{names[depth]} is there and does not open")
        return
    raise HostError(Why.ACCESS_DENIED, f"{root} cannot be listed")


def _value(number: int, data: object) -> Value:
    """Windows' Python has decoded it; a list becomes a tuple, no bytes at all become none."""
    if data is None:
        return registry.value(number, b"")
    return registry.kind(number), tuple(data) if isinstance(data, list) else data


def _fault(key: str, error: OSError) -> HostError:
    denied = isinstance(error, PermissionError)
    return HostError(Why.ACCESS_DENIED if denied else Why.API_ERROR, f"{key}: {error.strerror}")


if sys.platform == "win32":
    import winreg

    def this_machine() -> Registry:
        """The registry of the machine on which we run."""
        return Registry(winreg)
