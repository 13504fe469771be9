"""What is the newest file in a folder of copies?

Folders that changed last are looked into first, and no more than some thousand names are looked
at. Where that was not all, the date is of the newest file that was met: the true one may be
younger, and how much there is is not known.
"""

import heapq
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from agent.facts.backups.store import Store, newest
from agent.host.base import Absent, Host, Stat
from rules.facts.base import Unknown, Why

_MOST = 5000
_DEEPEST = 8


def look(host: Host, path: str, now: datetime) -> Store:
    """What lies below a folder; HostError if not all of what was asked for could be read."""
    walk = _Walk(host)
    files = [file for file in walk.files(path) if file.size]
    last = newest(files, now)
    return Store(
        product="folder",
        last=last,
        ok=bool(files),
        encrypted=None,
        amount=Unknown(Why.TOO_LARGE) if walk.cut else sum(file.size for file in files),
    )


@dataclass(slots=True)
class _Walk:
    """A look at the files below a folder; `cut`: there are more."""

    host: Host
    cut: bool = False
    _left: int = _MOST
    _waiting: list[tuple[float, str, int]] = field(default_factory=list)

    def files(self, top: str) -> Iterator[Stat]:
        """Files, of the folder that changed last first; links are not followed."""
        self._waiting = [(0.0, top, 0)]
        while self._waiting and self._left:
            _, folder, depth = heapq.heappop(self._waiting)
            for entry in self.host.list(folder, limit=1 << 20):
                if entry.kind not in ("file", "folder"):
                    continue
                if not self._left:
                    self.cut = True
                    return
                self._left -= 1
                yield from self._met(f"{folder}/{entry.name}", entry.kind == "folder", depth)
        self.cut = self.cut or bool(self._waiting)

    def _met(self, path: str, is_folder: bool, depth: int) -> Iterator[Stat]:  # noqa: FBT001
        try:
            found = self.host.stat(path)
        except Absent:
            return  # gone while we looked
        if not is_folder:
            yield found
        elif depth < _DEEPEST:
            heapq.heappush(self._waiting, (-found.modified_at.timestamp(), path, depth + 1))
        else:
            self.cut = True
