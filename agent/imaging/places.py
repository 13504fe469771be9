r"""Where may a path of the product data lie on this machine?

`?:` stands for any drive, `*` for any one folder. What cannot be looked into is told apart from
what is not there.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from string import ascii_uppercase

from agent.host.base import Absent, Host, HostError, Kind
from rules.facts.base import Why

_DRIVES = ascii_uppercase[2:]
_FOLDERS = 100
"""Folders that `*` may stand for."""

_WINDOWS = re.compile(r"[A-Za-z?]:\\")


@dataclass(slots=True)
class Places:
    """The names of one machine; `unread` are paths that could not be looked at, and why."""

    host: Host
    unread: dict[str, Why] = field(default_factory=dict)

    def of(self, pattern: str) -> Iterator[tuple[str, Kind]]:
        """Each path of this machine that a pattern means, and what it is."""
        is_windows = _WINDOWS.match(pattern) is not None
        if is_windows is not (self.host.os == "windows"):
            return
        for path in self._named(pattern):
            kind = self.kind(path)
            if kind is not None:
                yield path, kind

    def kind(self, path: str) -> Kind | None:
        """What a path is; None if it is not there, or could not be looked at."""
        try:
            return self.host.stat(path).kind
        except Absent:
            return None
        except HostError as error:
            self.unread[path] = error.why
            return None

    def _named(self, pattern: str) -> Iterator[str]:
        if pattern.startswith("?:"):
            for letter in self._drives():
                yield from self._named(letter + pattern[1:])
            return
        above, star, rest = pattern.partition("*")
        if not star:
            yield pattern
            return
        for name in self._folders(above.rstrip("\\/") or "/"):
            yield from self._named(f"{above}{name}{rest}")

    def _drives(self) -> list[str]:
        """Letters of drives that answer; an empty reader or one of another machine does not."""
        return [letter for letter in _DRIVES if self._is_there(f"{letter}:\\")]

    def _is_there(self, path: str) -> bool:
        try:
            self.host.stat(path)
        except (Absent, HostError):
            return False
        return True

    def _folders(self, path: str) -> list[str]:
        try:
            found = self.host.list(path)
        except Absent:
            return []
        except HostError as error:
            self.unread[path] = error.why
            return []
        return [entry.name for entry in found if entry.kind == "folder"][:_FOLDERS]
