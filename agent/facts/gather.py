"""What does this machine answer to all facts?

- No fact costs another: each is asked in a thread of its own with a deadline, and what breaks
  breaks alone. Whatever can block is a child that the host kills; a thread that is late is left
  behind, and its fact is `timeout` unless it answers while others are still waited for.
- Cheap facts are asked one after another. Beside them two lanes take the dear ones from one queue:
  a fact that hangs holds its lane until its deadline, and the other lane goes on.
- A fact comes after those that it builds on. They stand before it in the catalogue, and each row
  is taken in that order, so nobody waits for one that waits for him.
"""

import logging
import sqlite3
import threading
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from agent import faults
from agent.facts.base import About, Collector
from agent.facts.index import Collectors, collectors
from agent.facts.question import Question, Wait
from agent.host.base import Host
from agent.host.once import Once
from rules.facts.base import Fact, Reading
from rules.facts.index import FACTS

_LOG = logging.getLogger(__name__)
_LANES = 2


def gather(
    host: Host,
    about: About,
    names: Collection[str] | None = None,
    answers: Collectors | None = None,
    wait: Wait = Question.wait,
) -> dict[str, Reading]:
    """Read all facts of a machine, or those named; never raises for one of them.

    `answers` in place of those that are listed for the machine's system.
    """
    host = Once(host)
    listed = collectors(host.os) if answers is None else answers
    answering = {one.fact.name: one for one in listed if host.os in one.on}
    readings: dict[str, Reading] = {}
    work = [
        Question(fact, answering.get(fact.name), host, replace(about, readings=readings))
        for fact in FACTS
        if names is None or fact.name in _with_earlier(names, answering)
    ]
    _Pass(work, readings, wait).ask()
    _remember(about)
    # A second look: what was late may have been answered meanwhile.
    return {one.fact.name: one.reading() for one in work if _wanted(one.fact, names)}


def _wanted(fact: Fact[Any], names: Collection[str] | None) -> bool:
    return names is None or fact.name in names


def _with_earlier(names: Collection[str], by_name: Mapping[str, Collector[Any]]) -> set[str]:
    """The facts named, and those that they build on."""
    return {*names, *(one for name in names if name in by_name for one in by_name[name].after)}


@dataclass(slots=True)
class _Pass:
    """All questions, and what has been read of them so far."""

    work: list[Question]
    readings: dict[str, Reading]
    wait: Wait
    events: Mapping[str, threading.Event] = field(init=False)
    taking: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self.events = {question.fact.name: threading.Event() for question in self.work}

    def ask(self) -> None:
        """Ask them all, the cheap ones here and the others in their lanes."""
        dear = iter([question for question in self.work if question.pace != "cheap"])
        lanes = [
            threading.Thread(target=self._row, args=(self._shared(dear),)) for _ in self._lanes
        ]
        for lane in lanes:
            lane.start()
        self._row(question for question in self.work if question.pace == "cheap")
        for lane in lanes:
            lane.join()

    @property
    def _lanes(self) -> range:
        return range(min(_LANES, sum(question.pace != "cheap" for question in self.work)))

    def _shared(self, queue: Iterator[Question]) -> Iterator[Question]:
        """The queue of the lanes, each of which takes the next."""
        while True:
            with self.taking:
                question = next(queue, None)
            if question is None:
                return
            yield question

    def _row(self, questions: Iterable[Question]) -> None:
        for question in questions:
            for name in question.after:
                self.events[name].wait()
            threading.Thread(target=question.ask, daemon=True).start()
            self.wait(question)
            self.readings[question.fact.name] = question.reading()
            self.events[question.fact.name].set()


def _remember(about: About) -> None:
    try:
        about.memory.save()
    except sqlite3.Error as error:
        _LOG.warning("what was seen in this pass is not remembered: %s", faults.told(error))
