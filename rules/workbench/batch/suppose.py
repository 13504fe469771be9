"""Which types have the names of an expression, when nothing but their values is known?

A value says what it is. What was not read does not: it is supposed to be of the first type with
which nothing in the expression is wrong. Which one that is changes no answer, for what is done
with it is unknown.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from rules.compiled.operations import TYPES
from rules.compiled.scope import NOW
from rules.engine.open import types
from rules.engine.values import Value
from rules.facts.types import TIMESTAMP, Enum, List, Type
from rules.language.check import CheckedText, check_text
from rules.language.checked import BROKEN
from rules.language.tokens import tokens

Types = Mapping[str, Type]

_WORTH = 40_000
"""How many characters and types may be checked again and again, all in all."""


@dataclass(frozen=True, slots=True)
class Supposed:
    """The types of the names, and the expression as it was checked with them."""

    names: Types
    checked: CheckedText

    @property
    def is_wrong(self) -> bool:
        """Did the checker find an error?"""
        return any(problem.level == "error" for problem in self.checked.problems)


def suppose(text: str, values: Mapping[str, Value], *, has_now: bool) -> Supposed:
    """Check an expression with the types of these values.

    LeafError if the text has no tokens, types.Untyped if a value is of no type that rules have.
    """
    words = tuple(str(token.value) for token in tokens(text) if token.kind == "string")
    names: dict[str, Type] = {NOW: TIMESTAMP} if has_now else {}
    names |= {name: types.type_of(value, words) for name, value in values.items()}
    parts = [part for name, of in names.items() for part in types.parts(of, name)]
    chosen = {at: BROKEN for at, of in parts if of is types.UNREAD}
    found = _check(text, names, chosen)
    if found.checked.typed is not None or found.is_wrong:
        return found
    tries = islice(_tries(chosen, words), _WORTH // (len(text) + len(parts)))
    return _fitting(text, names, chosen, tries)


def _tries(at_all: Iterable[str], words: tuple[str, ...]) -> Iterator[tuple[str, Type]]:
    """What may be supposed of each path, the likeliest first."""
    singles = [*TYPES.values(), Enum(words)]
    candidates = [*singles, *(List(of, "item") for of in singles)]
    return ((at, of) for at in tuple(at_all) for of in candidates)


def _fitting(text: str, names: Types, chosen: Types, tries: Iterable[tuple[str, Type]]) -> Supposed:
    """The expression with the first type for each path with which nothing is wrong."""
    fits = dict(chosen)
    for at, of in tries:
        if fits[at] is BROKEN and not _check(text, names, {**fits, at: of}).is_wrong:
            fits[at] = of
    return _check(text, names, fits)


def _check(text: str, names: Types, chosen: Types) -> Supposed:
    filled = {name: types.fill(of, name, chosen) for name, of in names.items()}
    return Supposed(filled, check_text(text, filled))
