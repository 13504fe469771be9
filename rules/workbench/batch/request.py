"""What is the expression of one request worth? Openly as CEL evaluates it, or checked first."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from rules.compiled.canonical import Json
from rules.compiled.codes import MEANINGS
from rules.compiled.tree import Node
from rules.engine.budget import OverBudgetError, Stopwatch
from rules.engine.open import run, types, wire
from rules.engine.values import Value
from rules.language.parse import parse
from rules.language.tokens import LeafError
from rules.language.untyped import untyped
from rules.workbench.batch.answer import Fault, fault, span_of, told
from rules.workbench.batch.suppose import suppose

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*")


@dataclass(frozen=True, slots=True)
class Request:
    """An expression, the forms of the values that it is evaluated with, and the instant."""

    expr: str
    bindings: Mapping[str, Json]
    now: int | None
    is_typed: bool


def worth(request: Request, stopwatch: Stopwatch) -> Json:
    """The value, what was not read, or Fault."""
    values = {name: _value(name, form) for name, form in request.bindings.items()}
    try:
        evaluate = _checked if request.is_typed else _openly
        value = evaluate(request, values, stopwatch)
    except LeafError as odd:
        raise fault(odd.code, odd.message, odd.span, "parse") from None
    except OverBudgetError as over:
        raise fault(over.code, MEANINGS[over.code], None, "limit") from None
    return told(value, request.expr)


def _value(name: str, form: Json) -> Value:
    if not _NAME.fullmatch(name):
        raise Fault("input", "DL106", f"{name[:40]!r} is no name")
    try:
        return wire.read(form, name)
    except wire.Unsupported as odd:
        raise Fault("unsupported", "DL206", f"{name}: {odd}") from None
    except wire.TooBig as odd:
        raise Fault("limit", "DL003", f"{name}: {odd}") from None
    except wire.NoValue as odd:
        raise Fault("input", "DL103", f"{name}: {odd}") from None


def _openly(request: Request, values: Mapping[str, Value], stopwatch: Stopwatch) -> Value:
    return run.evaluate(_tree(request.expr), values, request.now, stopwatch)


@lru_cache(maxsize=256)
def _tree(text: str) -> Node:
    """One expression is often asked of many values."""
    return untyped(parse(text))


def _checked(request: Request, values: Mapping[str, Value], stopwatch: Stopwatch) -> Value:
    """The value of the checked expression; one that needs what was not read runs openly."""
    if any("." in name for name in values):
        raise Fault("input", "DL106", "a name with a dot is bound in open evaluation only")
    try:
        found = suppose(request.expr, values, has_now=request.now is not None)
    except types.Untyped as odd:
        raise fault(odd.code, str(odd), None, "check") from None
    for problem in found.checked.problems:
        if problem.level == "error":
            raise fault(problem.id, problem.message, span_of(problem.place), "check")
    typed = found.checked.typed
    if typed is None:
        return _openly(request, values, stopwatch)
    held = {name: types.lower(found.names[name], value) for name, value in values.items()}
    value = run.evaluate_checked(typed.node, held, request.now, stopwatch)
    return types.lift(typed.type, value)
