"""What is a watcher of folders?

- A watcher says which files were touched, and which folders must be swept because it may have
  missed something in them. It opens no file and judges nothing.
- It never says less than it knows: what it could not watch is counted, and `whole_since` is None.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Protocol, TypeAlias


@dataclass(frozen=True, slots=True)
class Root:
    """An imaging folder as the guard knows it; `path` without a slash at its end."""

    label: str
    path: str


class Rest(Enum):
    """How long has a touched file to lie still before it may be read?"""

    CLOSED = 2.0
    """Its writer has closed it, moved it in, or deleted it."""
    OPEN = 5.0
    """It appeared, and nobody has been seen to close it yet."""


@dataclass(frozen=True, slots=True)
class Touched:
    """A file that changed, appeared or went, and the root that it lies in."""

    label: str
    path: str
    rest: Rest


@dataclass(frozen=True, slots=True)
class Missed:
    """A folder in which something may have been missed; `overflow`: events were lost for sure."""

    label: str
    path: str
    overflow: bool = False


Seen: TypeAlias = Touched | Missed


class Watcher(Protocol):
    """Watches the folders of the roots for as long as it is not closed."""

    def fileno(self) -> int:
        """For a selector: readable when there is something to `read`."""

    def watch(self, roots: Iterable[Root], network: Collection[str]) -> Iterable[Seen]:
        """Watch these roots and no others; those newly found must be swept, and are told.

        Nothing on one of the `network` mount points is touched: a dead server would hold us.
        """

    def mend(self, label: str) -> None:
        """Try anew to watch what could not be watched in a root."""

    def read(self) -> Iterable[Seen]:
        """What was seen since; empty when all has been told."""

    def whole_since(self, label: str) -> float | None:
        """Since when (time.time()) all of a root is watched without a break; None: it is not."""

    def close(self) -> None:
        """Stop watching."""
