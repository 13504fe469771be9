"""What is an expression worth on these facts? Checked as a leaf is, and run as in a rule."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

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
from rules.errors import Misused, Place, Problem
from rules.facts.base import Reading
from rules.facts.types import TIMESTAMP, Type
from rules.language.check import CheckedText, check_text
from rules.workbench.reports.base import Outcome

FILE = "expression"
"""What the places of problems call the text."""


_HELP = {
    "DL802": "ask first: … != 0 and …",
    "DL803": "an int has 64 bits, a time lies in the years 1 to 9999",
    "DL804": "ask for size() first, or use exists(x, …)",
    "DL805": 'ask first what the text looks like: ….matches("…")',
    "DL806": "look at fewer items: filter(x, …) before the loop",
    "DL807": "text of 64 KiB and lists of 100,000 items are the most",
    "DL808": "look at fewer items: filter(x, …) before the loop",
}


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

    def outcome(self, broke: Problem | None = None) -> Outcome:
        """What the checker says, or what broke when it ran, for a report."""
        problems = self.problems if broke is None else [broke]
        return Outcome(problems, {"expressions": 1}, {FILE: self.checked.source})


@dataclass(frozen=True, slots=True)
class Known:
    """A value as a person reads it, and its type."""

    text: str
    type: str


def check(text: str) -> Expression:
    """Check an expression; it may name the facts of the catalogue, and `now`.

    Misused if it is no text, as an argument of other bytes than UTF-8 is.
    """
    try:
        text.encode()
    except UnicodeEncodeError:
        raise Misused("the expression is not UTF-8") from None
    return Expression(check_text(text, {**catalogue.facts(), scope.NOW: TIMESTAMP}, file=FILE))


def evaluate(
    expression: Expression, readings: Mapping[str, Reading], now: datetime, stopwatch: Stopwatch
) -> Known | Gap | Problem:
    """The value, what was not read, or what broke; `now` is an aware datetime.

    ValueError if the expression is not sound.
    """
    typed = expression.checked.typed
    if typed is None:
        raise ValueError("an expression that is not sound has no value")
    snapshot = Snapshot(readings, now)
    facts = {fact: snapshot.value(fact) for fact in expression.reads}
    try:
        value = run.evaluate_checked(typed.node, facts, instants.of_datetime(now), stopwatch)
    except OverBudgetError as over:
        value = broken(over.code)
    if not isinstance(value, Gap):
        return Known(_text(typed.type, value), types.type_words(typed.type))
    return _problem(value, typed.node.place) if value.is_error else value


def _problem(gap: Gap, place: Place) -> Problem:
    fact = gap.at.partition(".")[0].partition("[")[0]
    help_ = f"look at {gap.at}: dentinel facts {fact}" if fact else ""
    return Problem(
        gap.code, MEANINGS[gap.code], gap.place or place, help_ or _HELP.get(gap.code, "")
    )


def _text(of: Type, value: Value) -> str:
    """The value whole: times in words, all else as facts are written."""
    form = wire.plain(types.lift(of, value))
    if kind(of) in TAGGED:
        return words(of, form)
    holds_records = any(isinstance(part, dict) for part in (form, *_parts(form)))
    return json.dumps(_shown(form), ensure_ascii=False, indent=2 if holds_records else None)


def _parts(form: Json) -> list[Json]:
    return form if isinstance(form, list) else []


def _shown(form: Json) -> Json:
    """The form with text that can do nothing but be read."""
    if isinstance(form, dict):
        return {key: _shown(value) for key, value in form.items()}
    if isinstance(form, list):
        return [_shown(item) for item in form]
    return clean(form, len(form)) if isinstance(form, str) else form
