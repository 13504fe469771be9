"""How is a fact answered?

By a function of one machine, `def linux(host: Host, about: About) -> UsbStorage`, that reads
through the host alone and returns the record of its fact, with `Unknown` where it could not read.

- A `HostError` or `ParseError` that escapes makes the whole fact unknown, with its reason.
- `Absent` that escapes is a mistake of the collector, which alone knows what an absence means:
  the fact is then `error`, as for any other exception.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Generic, Literal, TypeAlias, TypeVar

from agent.facts.memory import Memory
from agent.host.base import Absent, Host, HostError
from agent.host.clocks import Clocks
from agent.paths import Home
from agent.readers.errors import ParseError
from agent.settings import Settings
from rules.facts.base import Confidence, Fact, Maybe, Reading, Unknown, Why
from rules.facts.form import Json
from rules.facts.host import Os

T = TypeVar("T")

EVERYWHERE: tuple[Os, ...] = ("windows", "macos", "linux")

Pace: TypeAlias = Literal["cheap", "medium", "heavy", "search"]
"""How dear an answer is on a system; a search is that of dnf or of Windows Update."""

DEADLINES: Mapping[Pace, float] = {"cheap": 1.0, "medium": 10.0, "heavy": 60.0, "search": 120.0}
"""Seconds of wall time that an answer may take; no child that it waits for outlives them."""


@dataclass(frozen=True, slots=True)
class About:
    """What a collector may know besides the machine.

    `readings` holds the facts that it comes after, as they were read in the same pass. `kept` are
    the clocks of a patrol, which may keep dear answers (agent.facts.kept); None: all is afresh.
    `policy` is what a patrol says of its rules, in the form of reports; None: ask the last one.
    """

    settings: Settings
    home: Home
    memory: Memory
    now: datetime
    readings: Mapping[str, Reading] = field(default_factory=dict)
    kept: Clocks | None = None
    policy: Mapping[str, Json] | None = None


Answer: TypeAlias = Callable[[Host, About], T | Unknown]


@dataclass(frozen=True, slots=True)
class Collector(Generic[T]):
    """How one fact is answered on some systems."""

    fact: Fact[T]
    on: tuple[Os, ...]
    answer: Answer[T]
    confidence: Confidence = "authoritative"
    after: tuple[str, ...] = ()
    pace: Pace = "medium"

    def __call__(self, host: Host, about: About) -> T | Unknown:
        """Answer the fact; raises what the host raises."""
        return self.answer(host, about)


def answers(
    fact: Fact[T],
    on: Os | tuple[Os, ...],
    *,
    confidence: Confidence = "authoritative",
    after: tuple[str, ...] = (),
    pace: Pace | None = None,
) -> Callable[[Answer[T]], Collector[T]]:
    """Mark a function as the answer to a fact; one of another type is a type error.

    `after` names facts, earlier in the catalogue, that must have been read before. `pace` is said
    where the fact is dearer here than the catalogue tells, which speaks of Linux.
    """
    systems = (on,) if isinstance(on, str) else on
    return lambda answer: Collector(fact, systems, answer, confidence, after, pace or fact.cost)


def part(read: Callable[[], T]) -> T | Unknown:
    """One leaf: its value, or why it could not be read.

    What should say it and is proven not to be there is `tool_missing`.
    """
    try:
        return read()
    except Absent:
        return Unknown(Why.TOOL_MISSING)
    except HostError as error:
        return Unknown(error.why)
    except ParseError:
        return Unknown(Why.PARSE_ERROR)


def known(value: Maybe[T]) -> T:
    """What was read, or its failure once more: for what builds upon it, inside another `part`."""
    if isinstance(value, Unknown):
        raise HostError(value.why, "what this builds upon was not read")
    return value
