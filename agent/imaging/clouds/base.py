"""What is found while we look for folders that are carried away, and what could not be asked?

A client that cannot be asked leaves a doubt: whoever finds no folder then knows only that there
may be one.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from types import TracebackType
from typing import Literal, TypeAlias

from agent.host.base import Host, HostError, Kind
from agent.imaging.clouds import naming
from agent.readers.errors import ParseError
from rules.facts.base import Why

Cloud: TypeAlias = Literal["onedrive", "dropbox", "google", "icloud", "other"]


@dataclass(frozen=True, slots=True)
class Synced:
    """A folder by its true name, and who carries it away."""

    cloud: Cloud
    folder: str


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody whose clients may carry folders away; on Windows with his SID, if he has one.

    `names` is what his home holds: what is not among them need not be asked for.
    """

    home: str
    names: frozenset[str]
    sid: str | None = None


@dataclass(slots=True)
class Search:
    """One search through one machine; `why` is the first doubt."""

    host: Host
    found: list[Synced] = field(default_factory=list)
    why: Why | None = None

    def add(self, cloud: Cloud, folder: str, person: Person | None = None) -> None:
        """A client names a folder; `~` is the home of its person."""
        if folder.startswith("~") and person is not None:
            folder = person.home + folder[1:]
        if not naming.is_absolute(self.host.os, folder):
            self.doubt(Why.PARSE_ERROR)
            return
        synced = Synced(cloud, naming.true(self.host, folder))
        if synced not in self.found:
            self.found.append(synced)

    def doubt(self, why: Why) -> None:
        """There may be folders that are not found."""
        self.why = self.why or why

    def asking(self) -> "_Asking":
        """What cannot be asked in here is a doubt; what is proven not to be there is none."""
        return _Asking(self)

    def inside(self, person: Person, below: str) -> str | None:
        """A path below a home; None if the home does not hold the first name of it."""
        first = re.split(r"[\\/]", below, maxsplit=1)[0]
        if naming.folded(self.host.os, first) not in person.names:
            return None
        return naming.join(self.host.os, person.home, below)

    def kind(self, path: str) -> Kind | None:
        """What lies at a path, links followed; None if nothing does, or it cannot be told."""
        if not naming.is_absolute(self.host.os, path):
            return None
        with self.asking():
            return naming.kind(self.host, path)
        return None


@dataclass(frozen=True, slots=True)
class _Asking:
    search: Search

    def __enter__(self) -> None:
        pass

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> bool:
        if isinstance(error, HostError):
            host = self.search.host
            is_tcc = host.os == "macos" and host.elevated and error.why is Why.ACCESS_DENIED
            self.search.doubt(Why.TCC_DENIED if is_tcc else error.why)
        elif isinstance(error, ParseError):
            self.search.doubt(Why.PARSE_ERROR)
        return isinstance(error, HostError | ParseError)


def nothing(_: Search) -> None:
    """Not all systems keep a list of everybody's."""


@dataclass(frozen=True, slots=True)
class System:
    """How one system is searched: its people, what one of them has, and what all have."""

    people: Callable[[Search], Iterator[Person]]
    of_a_person: Callable[[Search, Person], None]
    of_the_machine: Callable[[Search], None] = nothing
