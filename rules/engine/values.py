"""What is a value while a rule runs, and what stands there when there is none?

| type | value |
|---|---|
| bool, int, double, string, enum | Python's own |
| duration, timestamp | int of nanoseconds |
| version | tuple of numbers |
| record | dict of its fields; `decode.Decoded` reads each when it is asked for |
| list | `Listing`, which knows whether it is whole |
| null | None |

Where a fact was not read, or an evaluation broke, stands a `Gap`. A gap has no truth: a condition
that meets one raises, so no code can let it through as true or as false.
"""

from collections.abc import Iterable
from typing import Any, NamedTuple, NoReturn, TypeAlias

from rules.engine.fold import fold
from rules.errors import Place

Value: TypeAlias = Any


class Gap(NamedTuple):
    """No value, and why; a tuple, because a machine's facts may hold a hundred thousand.

    Unknown: a fact was not read; `code` is a reason code of facts, `at` the path of the hole.
    Error: the evaluation broke; `code` is a DL8 id, and `place` says where in the text, if asked.
    """

    code: str
    is_error: bool = False
    at: str = ""
    place: Place | None = None

    def __bool__(self) -> NoReturn:
        raise TypeError(f"a gap ({self.code}) is neither true nor false")


def broken(code: str, at: str = "") -> Gap:
    """A gap that is an error."""
    return Gap(code, is_error=True, at=at)


NO_OVERLOAD = broken("DL801")
DIVIDED_BY_ZERO = broken("DL802")
OUT_OF_RANGE = broken("DL803")
NO_SUCH_INDEX = broken("DL804")
NOT_CONVERTIBLE = broken("DL805")


class Listing:
    """Items of one type; with `missing` there may be more of them than these."""

    __slots__ = ("_members", "items", "missing")

    def __init__(self, items: tuple[Value, ...], missing: Gap | None = None) -> None:
        self.items = items
        self.missing = missing
        self._members: dict[bool, frozenset[Value] | None] = {}

    def members(self, *, folds: bool) -> frozenset[Value] | None:
        """The items as a set for quick look-ups, made when it is first asked for.

        None if not all are words, numbers or null: a hole is equal to nothing, and neither is NaN,
        which a set thinks equal to itself.
        """
        if folds not in self._members:
            is_plain = all(item.__class__ in _PLAIN for item in self.items)
            items = map(fold, self.items) if folds else self.items
            self._members[folds] = frozenset(items) if is_plain else None
        return self._members[folds]

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Listing):
            return NotImplemented
        return (self.items, self.missing) == (other.items, other.missing)

    def __hash__(self) -> int:
        return hash((self.items, self.missing))

    def __repr__(self) -> str:
        return f"Listing({self.items!r}, {self.missing!r})"


_PLAIN = (str, int, tuple, bool, type(None))


def gap_in(values: Iterable[Value]) -> Gap | None:
    """What a strict operation on these gives because of a gap: error before unknown."""
    found: Gap | None = None
    for value in values:
        if value.__class__ is Gap and (found is None or (value.is_error and not found.is_error)):
            found = value
    return found


def strict(one: Value, other: Value) -> Gap:
    """What an operation gives that cannot use its operands: their gap, else error DL801."""
    gap = gap_in((one, other))
    return NO_OVERLOAD if gap is None else gap


def in_logic(one: Value, other: Value) -> Gap:
    """What `and` and `or` give when nothing has decided them: unknown before error."""
    gaps = [value for value in (one, other) if value.__class__ is Gap]
    return next((gap for gap in gaps if not gap.is_error), strict(one, other))
