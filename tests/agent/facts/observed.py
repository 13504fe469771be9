"""Which facts does a test read, of which system, and from what?

A collector that is called in a test is seen with the host that it asked: this machine, a machine
written by hand, or a recording with its origin. An answer that says nothing does not count.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from agent.facts.base import About, Collector
from agent.facts.question import says_anything
from agent.host.base import Host
from agent.host.local import LocalHost
from agent.host.recorded import RecordedHost
from agent.host.tree import TreeHost
from rules.facts.base import Reading
from rules.facts.form import encode

ASKED = "asked"
"""Of this machine, without an answer: it has no such thing, or hides it."""


@dataclass(frozen=True, slots=True, order=True)
class Cell:
    """One fact of one system, and the way in which a test reads it."""

    fact: str
    on: str
    by: str

    def answered(self) -> "Cell":
        """The same, as if this machine had answered."""
        return replace(self, by="live") if self.by == ASKED else self


_WATCHING: list[set[Cell]] = []
"""What each open block of `observing` has seen."""


def tell(readings: Mapping[str, Reading], on: str = "linux") -> None:
    """What another real system answered, which this one started: an emulated one, a child."""
    for cells in _WATCHING:
        cells |= {Cell(name, on, ASKED) for name in readings}
        cells |= {
            Cell(name, on, "live") for name, one in readings.items() if says_anything(one.value)
        }


@contextmanager
def observing() -> Iterator[set[Cell]]:
    """What is read until the end of the block, also in threads of this process."""
    seen: set[Cell] = set()
    answer = Collector.__call__

    def watched(self: Collector[Any], host: Host, about: About) -> Any:
        way = by(host)
        if way == "live":
            seen.add(Cell(self.fact.name, host.os, ASKED))
        value = answer(self, host, about)
        if way and says_anything(encode(value)):
            seen.add(Cell(self.fact.name, host.os, way))
        return value

    Collector.__call__ = watched
    _WATCHING.append(seen)
    try:
        yield seen
    finally:
        Collector.__call__ = answer
        _WATCHING.pop()


def by(host: Any) -> str:
    """`live`, `tree`, or the origin of a recording; empty for a host that is none of them."""
    while not isinstance(host, LocalHost | TreeHost | RecordedHost):
        host = getattr(host, "host", None)
        if host is None:
            return ""
    if isinstance(host, LocalHost):
        return "live"
    return "tree" if isinstance(host, TreeHost) else f"recorded ({host.header.origin})"
