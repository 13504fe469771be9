"""What does this machine answer to all facts?

- No fact costs another: each runs in a thread of its own with a deadline, and what breaks breaks
  alone. Whatever can block is a child that the host kills; a thread that is late is left behind
  and its fact is `timeout`.
- Cheap facts run one after another, the others beside them in two lanes. A fact comes after the
  cheap ones that it builds on.
- Status and reasons are computed from the value: no collector can call itself complete. A value
  that does not fit the schema of its fact is `error`, and is not passed on.
"""

import logging
import sqlite3
import threading
import time
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from agent.facts.base import About, Collector
from agent.facts.index import Collectors, collectors
from agent.host.base import Host, HostError
from agent.host.witness import Witness
from agent.readers.errors import ParseError
from rules.facts.base import Cost, Fact, Privilege, Reading, Reason, Status, Unknown, Why
from rules.facts.describe import type_of
from rules.facts.form import Json, encode, holes, misfits
from rules.facts.index import FACTS

_LOG = logging.getLogger(__name__)
_LANES = 2

DEADLINES: Mapping[str, float] = {"cheap": 10.0, "medium": 70.0, "heavy": 130.0}
"""Seconds of wall time by the cost of a fact: more than the longest child that it may start."""


def gather(
    host: Host,
    about: About,
    names: Collection[str] | None = None,
    answers: Collectors | None = None,
) -> dict[str, Reading]:
    """Read all facts of a machine, or those named; never raises for one of them.

    `answers` in place of those that are listed for the machine's system.
    """
    listed = collectors(host.os) if answers is None else answers
    answering = {one.fact.name: one for one in listed if host.os in one.on}
    readings: dict[str, Reading] = {}
    work = [
        _Question(fact, answering.get(fact.name), host, replace(about, readings=readings))
        for fact in FACTS
        if names is None or fact.name in _with_earlier(names, answering)
    ]
    answered = _Answered(readings, {question.fact.name: threading.Event() for question in work})
    lanes = _lanes([question for question in work if question.fact.cost != "cheap"], answered)
    _ask_all((question for question in work if question.fact.cost == "cheap"), answered)
    for lane in lanes:
        lane.join()
    _remember(about)
    return {fact.name: readings[fact.name] for fact in FACTS if _wanted(fact, names)}


def _wanted(fact: Fact[Any], names: Collection[str] | None) -> bool:
    return names is None or fact.name in names


def _with_earlier(names: Collection[str], by_name: Mapping[str, Collector[Any]]) -> set[str]:
    """The facts named, and those that they build on."""
    return {*names, *(one for name in names if name in by_name for one in by_name[name].after)}


@dataclass(frozen=True, slots=True)
class _Answered:
    """What has been read in this pass, and for each fact whether it has."""

    readings: dict[str, Reading]
    events: Mapping[str, threading.Event]

    def wait_for(self, names: Iterable[str]) -> None:
        """Until these facts are there: cheap ones, which wait for no other."""
        for name in names:
            self.events[name].wait()

    def add(self, reading: Reading) -> None:
        """Keep a reading, and wake those that wait for it."""
        self.readings[reading.fact] = reading
        self.events[reading.fact].set()


def _lanes(work: "list[_Question]", answered: _Answered) -> list[threading.Thread]:
    parts = [work[number::_LANES] for number in range(_LANES)]
    lanes = [threading.Thread(target=_ask_all, args=(part, answered)) for part in parts if part]
    for lane in lanes:
        lane.start()
    return lanes


def _ask_all(questions: "Iterable[_Question]", answered: _Answered) -> None:
    for question in questions:
        answered.wait_for(question.after)
        worker = threading.Thread(target=question.ask, daemon=True)
        worker.start()
        worker.join(DEADLINES[question.fact.cost])
        answered.add(question.reading())


def _remember(about: About) -> None:
    try:
        about.memory.save()
    except sqlite3.Error as error:
        _LOG.warning("what was seen in this pass is not remembered: error=%s", error)


@dataclass(slots=True)
class _Question:
    """One fact on its way to a reading."""

    fact: Fact[Any]
    collector: Collector[Any] | None
    host: Host
    about: About
    value: Json = None
    broken: str | None = None
    cost: Cost = field(default_factory=Cost)
    witness: Witness = field(init=False)
    done: bool = False

    def __post_init__(self) -> None:
        self.witness = Witness(self.host)

    @property
    def after(self) -> tuple[str, ...]:
        """The facts that it builds on: cheap ones, earlier in the catalogue."""
        return self.collector.after if self.collector else ()

    def ask(self) -> None:
        """Answer it here and now, and measure what it cost."""
        wall, cpu = time.perf_counter(), time.thread_time()
        value = self._answer()
        self.broken = self.broken or next(misfits(type_of(self.fact), value, self.fact.name), None)
        self.value = None if self.broken else value
        self.cost = Cost(
            wall_ms=round((time.perf_counter() - wall) * 1000),
            cpu_ms=round((time.thread_time() - cpu) * 1000) + self.witness.children_ms,
            spawned=self.witness.spawned,
        )
        self.done = True

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
            traced = _LOG.isEnabledFor(logging.DEBUG)
            _LOG.warning("fact=%s: its collector broke: %r", self.fact.name, error, exc_info=traced)
            self.broken = f"{type(error).__name__} in its collector"
            return None

    def reading(self) -> Reading:
        """The answer with its status, or `timeout` if it has not come."""
        status = self._status() if self.done else Status.UNKNOWN
        value = self.value if self.done else encode(Unknown(Why.TIMEOUT))
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
        return Status.PARTIAL if _says_anything(self.value) else Status.UNKNOWN


def _says_anything(value: Json) -> bool:
    """Is there a leaf that was read?"""
    if isinstance(value, dict):
        if "$unknown" in value:
            return False
        return any(map(_says_anything, value["$items"] if "$items" in value else value.values()))
    return any(map(_says_anything, value)) if isinstance(value, list) else True


def _privilege(host: Host) -> Privilege:
    if not host.elevated:
        return "user"
    return "system" if host.os == "windows" else "root"
