"""Does a leaf mean something, by the types of the fact catalogue? And which tree is it then?

A leaf is checked to its end: all that is wrong with it is told at once.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from rules.errors import Problem
from rules.facts.types import Type
from rules.language import tokens
from rules.language.checked import BROKEN, Leaf, Typed
from rules.language.checker import Checker
from rules.language.demands import is_bool
from rules.language.document import Scalar
from rules.language.flow import NOTHING_KNOWN, Known
from rules.language.parse import parse
from rules.language.source import Source
from rules.language.syntax import Constant, Expression
from rules.language.tokens import LeafError


def check_leaf(
    leaf: Leaf, known: Known = NOTHING_KNOWN, *, wants_bool: bool = True
) -> Typed | None:
    """The checked tree of a leaf, or None; what is wrong stands in `leaf.problems`."""
    part = _parsed(leaf)
    if part is None:
        return None
    check = Checker(leaf, known)
    typed = check.check(part)
    if wants_bool and is_bool(check, typed, part) and isinstance(part, Constant):
        leaf.settle("DL401", "this is always the same", part.span, "leave it out")
    if typed.type is BROKEN or any(problem.level == "error" for problem in leaf.problems):
        return None
    return typed


@dataclass(frozen=True, slots=True)
class CheckedText:
    """An expression that stands in no file, after checking; `typed` is None if it is wrong."""

    typed: Typed | None
    problems: list[Problem]
    source: Source


def check_text(text: str, of: Mapping[str, Type], *, file: str = "expression") -> CheckedText:
    """Check an expression of any type that stands by itself; places name it `file`."""
    source = Source(file, text, tuple(text.split("\n")))
    scalar = Scalar(source, text, "", line=1, column=1, last_line=1, end=len(text) + 1)
    leaf = Leaf(scalar, of, "")
    typed = check_leaf(leaf, wants_bool=False)
    return CheckedText(typed, leaf.problems, source)


def _parsed(leaf: Leaf) -> Expression | None:
    text = leaf.scalar.text
    try:
        return parse(text)
    except LeafError as odd:
        found = [] if odd.code == "DL003" else tokens.faults(text)
        for one in found or [odd]:
            leaf.say(one.code, one.message, one.span, one.help)
        return None
