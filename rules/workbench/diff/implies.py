"""If one expression holds, does the other surely hold too?

Found from their terms alone, so "yes" is certain wherever everything is known, and "no" means only
that it cannot be seen. All that is looked at: parts of `and` and `or`, bounds, sets of words, what
stands inside `all`, `exists` and `filter(…).size()`.
"""

from collections.abc import Callable
from enum import Enum
from typing import Any

from rules.workbench.diff.normal import FALSE, TRUE, Term


class Relation(Enum):
    """How the later of two expressions stands to the earlier."""

    SAME = "same"
    STRONGER = "stronger"
    WEAKER = "weaker"
    OTHER = "other"


def relation(before: Term, after: Term) -> Relation:
    """Stronger: it holds less often."""
    if before == after:
        return Relation.SAME
    look = _Look()
    is_stronger, is_weaker = look.implies(after, before), look.implies(before, after)
    if is_stronger and is_weaker:
        return Relation.SAME
    if is_stronger or is_weaker:
        return Relation.STRONGER if is_stronger else Relation.WEAKER
    return Relation.OTHER


_MOST = 50_000


class _Look:
    """Answers once for each pair of terms; after very many pairs it sees no more."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, int], tuple[Term, Term, bool]] = {}

    def implies(self, one: Term, other: Term) -> bool:
        key = (id(one), id(other))
        if key not in self._known:
            if len(self._known) >= _MOST:
                return False
            self._known[key] = (one, other, self._decide(one, other))
        return self._known[key][2]

    def _decide(self, one: Term, other: Term) -> bool:
        if one in (other, FALSE) or other == TRUE:
            return True
        if one[0] == "or":
            return all(self.implies(part, other) for part in one[1])
        if other[0] == "and":
            return all(self.implies(one, part) for part in other[1])
        if one[0] == "and" and any(self.implies(part, other) for part in one[1]):
            return True
        if other[0] == "or" and any(self.implies(one, part) for part in other[1]):
            return True
        return self._atoms(one, other)

    def _atoms(self, one: Term, other: Term) -> bool:
        if one[0] == other[0] == "not":
            return self.implies(other[1], one[1])
        if one[0] == other[0] and one[0] in ("all", "exists"):
            return one[1] == other[1] and self.implies(one[2], other[2])
        if len(one) != 3 or len(other) != 3 or not _is_bound(one) or not _is_bound(other):
            return False
        if one[1] == other[1]:
            return _is_null_denied(one, other) or _bounds(one, other)
        return self._counts(one, other)

    def _counts(self, one: Term, other: Term) -> bool:
        """Fewer are chosen, so at most as many; more are chosen, so at least as many."""
        mine, theirs = _chosen(one[1]), _chosen(other[1])
        if mine is None or theirs is None or mine[1] != theirs[1]:
            return False
        less = _name(one) in ("lt", "le") and _name(other) in ("lt", "le")
        more = _name(one) in ("gt", "ge") and _name(other) in ("gt", "ge")
        if less and self.implies(theirs[2], mine[2]):
            return _bounds(one, other)
        return more and self.implies(mine[2], theirs[2]) and _bounds(one, other)


def _is_null_denied(one: Term, other: Term) -> bool:
    """What is compared with a constant, and holds, is not null."""
    return other[0] == "ne.null" and one[2][1].kind != "null" and _name(one) != "ne"


def _name(term: Term) -> str:
    return str(term[0]).partition(".")[0]


def _is_bound(term: Term) -> bool:
    return _name(term) in _HOLDS and bool(term[2][0] == "value")


def _chosen(term: Any) -> Term | None:  # noqa: ANN401 - a part of a term
    """The filter whose items are counted."""
    if term[0] == "size.list" and term[1][0] == "filter":
        return term[1]  # type: ignore[no-any-return]
    return None


_HOLDS: dict[str, Callable[[Any, Any], bool]] = {
    "eq": lambda value, bound: bool(value == bound),
    "ne": lambda value, bound: bool(value != bound),
    "lt": lambda value, bound: bool(value < bound),
    "le": lambda value, bound: bool(value <= bound),
    "gt": lambda value, bound: bool(value > bound),
    "ge": lambda value, bound: bool(value >= bound),
}
_BELOW, _ABOVE = ("lt", "le"), ("gt", "ge")


def _bounds(one: Term, other: Term) -> bool:
    """Does a bound of a value follow from another of the same value?"""
    bound, wanted = one[2][1], other[2][1]
    if bound.kind != wanted.kind or bound.kind in ("null", "list"):
        return False
    name, then = _name(one), _name(other)
    a, b = bound.value, wanted.value
    if name == "eq":
        return _HOLDS[then](a, b)
    if name in _BELOW:
        return (then in _BELOW and _is_inside(a, b, name, then)) or (
            then == "ne" and (b > a or (b == a and name == "lt"))
        )
    if name in _ABOVE:
        return (then in _ABOVE and _is_inside(b, a, name, then)) or (
            then == "ne" and (b < a or (b == a and name == "gt"))
        )
    return False


def _is_inside(less: Any, more: Any, name: str, then: str) -> bool:  # noqa: ANN401 - one kind
    return bool(less < more or (less == more and (name == then or then in ("le", "ge"))))
