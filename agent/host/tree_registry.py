r"""The registry of a machine written by hand, for tests.

    registry:
      HKLM\SYSTEM\CurrentControlSet\Services\USBSTOR: {Start: 3, ImagePath: x.sys}
      HKLM\SOFTWARE\Clinic: {Roots: [a, b], Size: {qword: 5}, Path: {expand_sz: "%x%"}}
      HKLM\SOFTWARE\Policies\X: {$written: 2026-11-20T08:00:00Z}
      HKLM\SAM\SAM: {$error: access_denied}

A number is a `dword`, a text an `sz`, a list a `multi_sz`, bytes or `{b64: …}` are `binary`. It
is a whole registry: a key that neither stands here nor lies above one is proven absent.
"""

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from agent.host.base import HostError, Key
from agent.host.withheld import without_secrets
from agent.readers.registry import Value
from rules.facts.base import Why
from rules.facts.form import instant


@dataclass(slots=True)
class TreeRegistry:
    """Answers from a map of keys, names in any case."""

    keys: Mapping[str, Mapping[str, Any]]
    _below: dict[str, dict[str, str]] = field(init=False)
    _said: dict[str, Mapping[str, Any]] = field(init=False)

    def __post_init__(self) -> None:
        self._below = {}
        self._said = {path.lower(): said for path, said in self.keys.items()}
        for path in self.keys:
            self._below.setdefault(path.lower(), {})
            while "\\" in path:
                path, _, name = path.rpartition("\\")  # noqa: PLW2901 - climbs to the root
                self._below.setdefault(path.lower(), {})[name.lower()] = name

    def key(self, key: str) -> Key | None:
        """A key with its values; None if the map has no such key."""
        path = key.lower()
        if path not in self._below:
            return None
        said = self._said.get(path, {})
        if "$error" in said:
            raise HostError(Why(said["$error"]), key)
        written = instant(said["$written"]) if "$written" in said else None
        values = {name: _value(one) for name, one in said.items() if not name.startswith("$")}
        return Key(without_secrets(values), tuple(self._below[path].values()), written)


def _value(said: Any) -> Value:  # noqa: ANN401 - what a test wrote
    match said:
        case int():
            return "dword", said
        case str():
            return "sz", said
        case bytes():
            return "binary", said
        case list() | tuple():
            return "multi_sz", tuple(said)
        case {"b64": packed}:
            return "binary", base64.b64decode(packed)
    ((kind, data),) = said.items()
    return kind, data
