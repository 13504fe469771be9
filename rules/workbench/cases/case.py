"""What do the tests of a pack ask? A test is facts, and what is expected of one rule.

`*_test.yaml` holds them, form rule-tests/v1; case_file.py reads it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from rules.compiled.rule import Rule
from rules.errors import Place, Problem
from rules.verdict import Verdict

Json = Any


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry that must fail: what is given of it must be so."""

    item: str | None
    clause: int | None
    say: str | None
    place: Place

    @property
    def is_whole_item(self) -> bool:
        """Does it name an item and no clause of it? Then it stands for all that fails there."""
        return self.clause is None and self.say is None


@dataclass(frozen=True, slots=True)
class Expected:
    """What a test expects; `items`, if given, are exactly the entries that fail."""

    verdict: Verdict
    verdict_place: Place
    why: str | None = None
    why_place: Place | None = None
    items: tuple[Entry, ...] | None = None
    items_place: Place | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """One test, ready to run; `params` and `facts` are in the JSON form of facts."""

    name: str
    place: Place
    rule: Rule
    facts: dict[str, Json]
    params: dict[str, Json]
    now: datetime
    is_todo: bool
    expected: Expected

    def is_meant(self, text: str) -> bool:
        """Is it one of those that `-k TEXT` asks for, by its name or the id of its rule?"""
        return text in self.name or text in self.rule.id


@dataclass(frozen=True, slots=True)
class Equivalent:
    """A mutant that changes nothing that a test could see, and why not."""

    rule: str
    at: str
    why: str
    place: Place


@dataclass(slots=True)
class Suite:
    """All tests of a pack, and what is wrong with them."""

    cases: list[Case] = field(default_factory=list)
    equivalents: list[Equivalent] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def of_rule(self, identifier: str) -> Sequence[Case]:
        """The tests of one rule that are to hold today."""
        return [one for one in self.cases if one.rule.id == identifier and not one.is_todo]
