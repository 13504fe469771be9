"""One fact of one machine: how does the question come to its reading?

- Status and reasons are computed from the value: no collector can call itself complete. A value
  that does not fit the schema of its fact is `error`, and is not passed on.
- It is asked in a thread that nobody waits for longer than its deadline; the children that it
  starts are killed by then. Without an answer the reading is `timeout`.
"""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from agent import faults
from agent.facts.base import DEADLINES, About, Collector, Pace
from agent.host import patience
from agent.host.base import Host, HostError
from agent.host.witness import Witness
from agent.readers.errors import ParseError
from rules.facts.base import Cost, Fact, Privilege, Reading, Reason, Status, Unknown, Why
from rules.facts.describe import type_of
from rules.facts.form import Json, encode, holes, misfits

_LOG = logging.getLogger(__name__)

_LAST_WORDS = 0.5
"""Seconds after the deadline in which a killed child is buried, and the rest of the fact said."""


@dataclass(slots=True)
class Question:
    """One fact on its way to a reading; `answered` is set when its value is there."""

    fact: Fact[Any]
    collector: Collector[Any] | None
    host: Host
    about: About
    value: Json = None
    broken: str | None = None
    cost: Cost = field(default_factory=Cost)
    witness: Witness = field(init=False)
    answered: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.witness = Witness(self.host)

    @property
    def after(self) -> tuple[str, ...]:
        """The facts that it builds on, earlier in the catalogue."""
        return self.collector.after if self.collector else ()

    @property
    def pace(self) -> Pace:
        """How dear it is here; that nobody answers it costs nothing."""
        return self.collector.pace if self.collector else "cheap"

    @property
    def deadline(self) -> float:
        """Seconds after which nobody waits for it any more."""
        return DEADLINES[self.pace]

    def wait(self) -> None:
        """Until it is answered, or its time is up."""
        self.answered.wait(self.deadline + _LAST_WORDS)

    def ask(self) -> None:
        """Answer it here and now, and measure what it cost."""
        wall, cpu = time.perf_counter(), time.thread_time()
        with patience.within(self.deadline):
            value = self._answer()
        self.broken = self.broken or next(misfits(type_of(self.fact), value, self.fact.name), None)
        self.value = None if self.broken else value
        self.cost = Cost(
            wall_ms=round((time.perf_counter() - wall) * 1000),
            cpu_ms=round((time.thread_time() - cpu) * 1000) + self.witness.children_ms,
            spawned=self.witness.spawned,
        )
        self.answered.set()

    def _answer(self) -> Json:
        if self.collector is None:
            return encode(Unknown(Why.UNSUPPORTED_OS))
        try:
            return encode(self.collector(self.witness, self.about))
        except HostError as error:
            _LOG.info("fact=%s was not read: %s", self.fact.name, error)
            return encode(Unknown(error.why))
        except ParseError as error:
            _LOG.info("fact=%s was not understood: %s", self.fact.name, error)
            return encode(Unknown(Why.PARSE_ERROR))
        except Exception as error:  # noqa: BLE001 - a broken collector must not cost the others
            _LOG.warning("fact=%s: its collector broke: %s", self.fact.name, faults.told(error))
            self.broken = f"{type(error).__name__} in its collector"
            return None

    def reading(self) -> Reading:
        """The answer with its status, or `timeout` if it has not come."""
        is_answered = self.answered.is_set()
        status = self._status() if is_answered else Status.UNKNOWN
        value = self.value if is_answered else encode(Unknown(Why.TIMEOUT))
        reasons = tuple(holes(value, self.fact.name))
        if status is Status.ERROR:
            reasons = (Reason(Why.API_ERROR, self.fact.name, self.broken or ""),)
        return Reading(
            fact=self.fact.name,
            status=status,
            value=value,
            observed_at=self.about.now,
            ttl=self.fact.ttl,
            schema=self.fact.schema,
            reasons=reasons,
            source=tuple(self.witness.sources),
            confidence=self.collector.confidence if self.collector else "authoritative",
            privilege=_privilege(self.host),
            cost=self.cost,
        )

    def _status(self) -> Status:
        if self.collector is None:
            return Status.UNSUPPORTED
        if self.broken:
            return Status.ERROR
        if next(holes(self.value, ""), None) is None:
            return Status.OK
        return Status.PARTIAL if says_anything(self.value) else Status.UNKNOWN


Wait: TypeAlias = Callable[[Question], None]
"""How a question is waited for; tests have another clock than the wall's."""


def says_anything(value: Json) -> bool:
    """Is there a leaf that was read?"""
    if isinstance(value, dict):
        if "$unknown" in value:
            return False
        return any(map(says_anything, value["$items"] if "$items" in value else value.values()))
    return any(map(says_anything, value)) if isinstance(value, list) else True


def _privilege(host: Host) -> Privilege:
    if not host.elevated:
        return "user"
    return "system" if host.os == "windows" else "root"
