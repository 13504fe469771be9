"""What do the conditions that hold already say of a value? Which values may still stand there.

`user.lock.after != null and …` leaves anything but null on its right; `volume.kind == "fixed"`
leaves one word. So a value that was compared may be used, and a comparison whose answer is known
before it is asked can be told.

- A path of a closed type (enum, bool) has a finite set of values; any other has all but some.
- What is said is never more than what holds: where two ways meet, either may have been taken.
"""

from collections.abc import Collection, Hashable, Mapping
from dataclasses import dataclass, field

from rules.facts.types import BOOL, Enum, Nullable, Type

Path = tuple[str, ...]
_BOOLS = (True, False)


@dataclass(frozen=True, slots=True)
class Possible:
    """The values that may stand somewhere: these, or all but these. Null is None."""

    values: frozenset[Hashable]
    is_all_but: bool = False

    @property
    def is_empty(self) -> bool:
        """Nothing may stand there: it never comes to this."""
        return not self.values and not self.is_all_but

    @property
    def may_be_null(self) -> bool:
        """Is null one of them?"""
        return (None in self.values) is not self.is_all_but

    @property
    def only(self) -> tuple[Hashable] | None:
        """The one value that is left, if it is one."""
        is_one = len(self.values) == 1 and not self.is_all_but
        return (next(iter(self.values)),) if is_one else None

    def __and__(self, other: "Possible") -> "Possible":
        if self.is_all_but and other.is_all_but:
            return Possible(self.values | other.values, is_all_but=True)
        if self.is_all_but:
            return other & self
        kept = self.values - other.values if other.is_all_but else self.values & other.values
        return Possible(kept)

    def __or__(self, other: "Possible") -> "Possible":
        return ~(~self & ~other)

    def __invert__(self) -> "Possible":
        return Possible(self.values, is_all_but=not self.is_all_but)


def these(*values: Hashable) -> Possible:
    """These values and no other."""
    return Possible(frozenset(values))


def domain(of: Type) -> Possible:
    """All values of a type."""
    match of:
        case Nullable(inner):
            return domain(inner) | these(None)
        case Enum(values):
            return these(*values)
    return these(*_BOOLS) if of == BOOL else ~these(None)


@dataclass(frozen=True, slots=True)
class Known:
    """What holds of some paths; all else may be anything. `never`: it cannot come to this."""

    of: Mapping[Path, Possible] = field(default_factory=dict)
    never: bool = False

    def narrowed(self, path: Path, kept: Possible) -> "Known":
        """With what is left of a path; if that is nothing, it never comes to this."""
        return Known({**self.of, path: kept}, self.never or kept.is_empty)

    def without(self, names: Collection[str]) -> "Known":
        """Nothing is known any more of what these names stood for."""
        if not names:
            return self
        return Known({p: kept for p, kept in self.of.items() if p[0] not in names}, self.never)

    def both(self, other: "Known") -> "Known":
        """Both hold."""
        of = dict(self.of)
        for path, kept in other.of.items():
            of[path] = of[path] & kept if path in of and of[path] != kept else kept
        never = self.never or other.never or any(kept.is_empty for kept in of.values())
        return Known(of, never)

    def either(self, other: "Known") -> "Known":
        """One of the two holds, and nobody knows which."""
        if self.never is not other.never:
            return other if self.never else self
        shared = self.of.keys() & other.of.keys()
        return Known({path: self.of[path] | other.of[path] for path in shared}, self.never)


NOTHING_KNOWN = Known()
NEVER = Known(never=True)
