"""What is an expression worth on these facts? Checked as a leaf is, and run as in a rule."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from rules.compiled import catalogue, instants, scope, tree
from rules.compiled.canonical import Json
from rules.compiled.codes import MEANINGS
from rules.compiled.operations import kind
from rules.engine.budget import OverBudgetError, Stopwatch
from rules.engine.open import run, types, wire
from rules.engine.open.values import TAGGED
from rules.engine.snapshot import Snapshot
from rules.engine.values import Gap, Value, broken
from rules.engine.words import clean, words
from rules.errors import Problem
from rules.facts.base import Reading
from rules.facts.types import TIMESTAMP, Type
from rules.language.check import CheckedText, check_text
from rules.workbench.reports.base import Outcome

FILE = "expression"
"""What the places of problems call the text."""


@dataclass(frozen=True, slots=True)
class Expression:
    """An expression that was checked against the fact catalogue."""

    checked: CheckedText

    @property
    def problems(self) -> list[Problem]:
        """What the checker says of it."""
        return self.checked.problems

    @property
    def is_sound(self) -> bool:
        """It may be evaluated."""
        return self.checked.typed is not None

    @property
    def reads(self) -> frozenset[str]:
        """The facts that it names."""
        typed = self.checked.typed
        read = () if typed is None else tree.paths(typed.node)
        return frozenset(path[0] for path in read) & catalogue.facts().keys()

    def outcome(self, *more: Problem) -> Outcome:
        """Its problems, and these, for a report."""
        return Outcome([*self.problems, *more], {"expressions": 1}, {FILE: self.checked.source})


@dataclass(frozen=True, slots=True)
class Worth:
    """What an expression gives: text and type of a value, or why there is none."""

    text: str
    type: str
    unknown: Gap | None = None
    error: Problem | None = None


def check(text: str) -> Expression:
    """Check an expression; it may name the facts of the catalogue, and `now`."""
    return Expression(check_text(text, {**catalogue.facts(), scope.NOW: TIMESTAMP}, file=FILE))


def evaluate(
    expression: Expression, readings: Mapping[str, Reading], now: datetime, stopwatch: Stopwatch
) -> Worth:
    """Evaluate a sound expression; `now` is an aware datetime."""
    typed = expression.checked.typed
    if typed is None:
        raise ValueError("an expression that is not sound has no value")
    snapshot = Snapshot(readings, now)
    facts = {fact: snapshot.value(fact) for fact in expression.reads}
    try:
        value = run.evaluate_checked(typed.node, facts, instants.of_datetime(now), stopwatch)
    except OverBudgetError as over:
        value = broken(over.code)
    of = types.type_words(typed.type)
    if not isinstance(value, Gap):
        return Worth(_text(typed.type, value), of)
    if not value.is_error:
        return Worth("unknown", of, unknown=value)
    place = value.place or typed.node.place
    problem = Problem(value.code, MEANINGS[value.code], place, f"at {value.at}" if value.at else "")
    return Worth("error", of, error=problem)


def _text(of: Type, value: Value) -> str:
    """The value for a person, whole: times in words, all else as facts are written."""
    form = wire.plain(types.lift(of, value))
    return words(of, form) if kind(of) in TAGGED else json.dumps(_shown(form), **_LOOK)


_LOOK: dict[str, Any] = {"indent": 2, "ensure_ascii": False}


def _shown(form: Json) -> Json:
    """The form with text that can do nothing but be read."""
    if isinstance(form, dict):
        return {key: _shown(value) for key, value in form.items()}
    if isinstance(form, list):
        return [_shown(item) for item in form]
    return clean(form, len(form)) if isinstance(form, str) else form
