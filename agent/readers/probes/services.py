"""What did the probe `services` print: which services are there, and do they run?"""

from dataclasses import dataclass

from agent.readers.probes.document import Document
from rules.facts.base import Maybe

RUNNING, STOPPED = 4, 1
"""SERVICE_RUNNING, SERVICE_STOPPED (winsvc.h); all else is on its way, or paused."""

AUTOMATIC, BY_HAND, DISABLED = 2, 3, 4
"""SERVICE_AUTO_START, SERVICE_DEMAND_START, SERVICE_DISABLED (winnt.h)."""


@dataclass(frozen=True, slots=True)
class Service:
    """A service; names are the same in any case."""

    name: str
    state: int
    start: Maybe[int]


def read(document: Document) -> tuple[Service, ...]:
    """From the document of the probe; ParseError."""
    return tuple(map(_service, document.records("services")))


def _service(one: Document) -> Service:
    return Service(one.text("name"), one.number("state"), one.leaf("start", Document.number))
