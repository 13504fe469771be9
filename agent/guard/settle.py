"""Has the scanner finished writing?

A capture program opens a file, writes for seconds and closes it; only what has come to rest is
read. What was touched waits here until its rest is over, or a minute has passed since the first
event: who writes for longer is judged as he stands, and again when he closes.

- Nothing is read here, and nothing is ever locked.
- A file that is touched again starts its wait anew.
- At most `MOST` files wait one by one. When there are more, the files of whole folders become one
  sweep of the folder that holds them: too many turns into a sweep, never into silence.
- What changes in a folder that waits for its sweep needs no place of its own.
"""

import math
import os
from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass

from agent.guard.watch import Rest

MOST = 10_000
LONGEST_S = 60.0
_WORTH = MOST // 10
_LATER = (".tmp", ".part")


@dataclass(slots=True)
class Wait:
    """A file, or a folder to be swept: whose it is, since when, and until when it rests."""

    label: str
    first: float
    due: float
    is_open: bool = False


class Settling:
    """Files and folders that were touched lately; `tops` are the paths of the roots by label.

    Times are of the guard's clock, in seconds.
    """

    def __init__(self, tops: Mapping[str, str], most: int = MOST) -> None:
        self.tops = tops
        self._most = most
        self._soonest = math.inf
        self.files: dict[str, Wait] = {}
        self.sweeps: dict[str, Wait] = {}

    def touched(
        self, label: str, path: str, rest: Rest, now: float, since: float | None = None
    ) -> None:
        """Start, or start anew, the wait for one file; `since`: not before, it was touched."""
        folder = self._swept_with(path)
        if folder is not None:
            _again(self.sweeps[folder], now + rest.value)
            return
        wait = self.files.get(path)
        if wait is None:
            if len(self.files) >= self._most:
                self._gather(path, label, now, since)
                return
            wait = self.files[path] = Wait(label, now if since is None else since, now)
        later = path.endswith(_LATER) or os.path.basename(path).startswith("~")  # noqa: PTH119
        _again(wait, now + (LONGEST_S if later else rest.value))
        wait.is_open = rest is Rest.OPEN
        self._soonest = min(self._soonest, wait.due)

    def missed(self, label: str, path: str, now: float, since: float | None = None) -> None:
        """A folder must be swept; the files that wait in it are found by that."""
        above = self._swept_with(path + "/")
        if above is not None:
            _again(self.sweeps[above], now + Rest.CLOSED.value)
            return
        first = now if since is None else since
        for found in (self.files, self.sweeps):
            for inner in [p for p in found if p.startswith(path + "/")]:
                first = min(first, found.pop(inner).first)
        self.sweeps[path] = Wait(label, first, now + Rest.CLOSED.value)

    def rested(self, now: float, is_fresh: Callable[[str], bool]) -> list[tuple[str, Wait]]:
        """Take out the files that have rested; `is_fresh`: has an open one changed just now?"""
        found: list[tuple[str, Wait]] = []
        if now < self._soonest:
            return found
        for path in [path for path, wait in self.files.items() if wait.due <= now]:
            wait = self.files[path]
            if wait.is_open and now < wait.first + LONGEST_S and is_fresh(path):
                _again(wait, now + Rest.CLOSED.value)
            else:
                found.append((path, self.files.pop(path)))
        self._soonest = min((wait.due for wait in self.files.values()), default=math.inf)
        return found

    def to_sweep(self, now: float) -> list[tuple[str, Wait]]:
        """Take out the folders whose rest is over."""
        due = [path for path, wait in self.sweeps.items() if wait.due <= now]
        return [(path, self.sweeps.pop(path)) for path in due]

    def next_due(self) -> float:
        """When the next rest may be over; never later than it is."""
        return min((self._soonest, *(wait.due for wait in self.sweeps.values())))

    def postpone(self, label: str, path: str, first: float, due: float) -> None:
        """Sweep a folder later, and not before; until then it is owed."""
        self.sweeps[path] = Wait(label, first, due)

    def owes_sweep(self, label: str) -> bool:
        """Does a folder of this root wait for its sweep?"""
        return any(wait.label == label for wait in self.sweeps.values())

    def forget_but(self, labels: Container[str]) -> None:
        """Drop what belongs to roots that are no more."""
        for waits in (self.files, self.sweeps):
            for path in [path for path, wait in waits.items() if wait.label not in labels]:
                del waits[path]

    def oldest(self, label: str) -> float | None:
        """The first event of what has waited longest in a root."""
        waits = (*self.files.values(), *self.sweeps.values())
        return min((wait.first for wait in waits if wait.label == label), default=None)

    def _swept_with(self, path: str) -> str | None:
        return next((folder for folder in self.sweeps if path.startswith(folder + "/")), None)

    def _gather(self, path: str, label: str, now: float, since: float | None) -> None:
        """Make room: climb from a file to the first folder whose sweep saves enough places."""
        folder = os.path.dirname(path)  # noqa: PTH120
        while len(folder) > len(self.tops[label]):
            above = folder + "/"
            if sum(other.startswith(above) for other in self.files) >= min(_WORTH, self._most):
                break
            folder = os.path.dirname(folder)  # noqa: PTH120
        self.missed(label, folder, now, since)


def _again(wait: Wait, due: float) -> None:
    wait.due = min(due, wait.first + LONGEST_S)
