"""How much is proven, of how much? Pure; numbers come in, numbers go out.

- Proven is a pass of a machine that still reports. A pass of a silent one is `stale`: it was so.
- Fail, error, unknown and stale are all not proven. What does not apply is outside, and shown.
- Accepted is a failure under a waiver that holds now: told apart from the other failures, and not
  proven either.
- Percentages round down, so 100 % is said only when all are. No number without its whole.
"""

from dataclasses import dataclass, replace
from typing import Self

from rules.counted import counted


@dataclass(frozen=True, slots=True)
class Tally:
    """Checks by what can be said of them now."""

    proven: int = 0
    failing: int = 0
    error: int = 0
    unknown: int = 0
    stale: int = 0
    not_applicable: int = 0
    accepted: int = 0

    def __add__(self, other: Self) -> Self:
        return type(self)(
            self.proven + other.proven,
            self.failing + other.failing,
            self.error + other.error,
            self.unknown + other.unknown,
            self.stale + other.stale,
            self.not_applicable + other.not_applicable,
            self.accepted + other.accepted,
        )

    @property
    def checks(self) -> int:
        """All that apply: the whole of every share."""
        return self.proven + self.failing + self.error + self.unknown + self.stale + self.accepted

    @property
    def not_proven(self) -> int:
        """All that apply and are not proven."""
        return self.checks - self.proven

    @property
    def percent(self) -> int:
        """Proven of all that apply, rounded down; 0 when nothing applies."""
        return percent(self.proven, self.checks)

    @property
    def words(self) -> str:
        """All of it: `1,043 of 1,120 checks proven (93 %). 30 failing. 60 do not apply.`"""
        if not self.checks:
            return f"Nothing judged yet.{self._outside}"
        parts = (
            (self.accepted, "accepted until a date"),
            (self.failing, "failing"),
            (self.error, "in error"),
            (self.unknown, "unknown"),
            (self.stale, "stale"),
        )
        rest = ", ".join(f"{n:,} {word}" for n, word in parts if n)
        share = f"{self.proven:,} of {counted(self.checks, 'check')} proven"
        return f"{share} ({self.percent} %).{f' {rest}.' if rest else ''}{self._outside}"

    @property
    def _outside(self) -> str:
        verb = "does" if self.not_applicable == 1 else "do"
        return f" {self.not_applicable:,} {verb} not apply." if self.not_applicable else ""

    def accepting(self, n: int) -> Self:
        """The same with `n` of the failures accepted; never more than there are."""
        moved = min(n, self.failing)
        return replace(self, failing=self.failing - moved, accepted=self.accepted + moved)


@dataclass(frozen=True, slots=True)
class Coverage:
    """Of how many machines is it known? In the inventory are all: enrolled, and listed besides."""

    reporting: int
    enrolled: int
    inventory: int

    @property
    def words(self) -> str:
        """`11 of 12 enrolled machines report; 14 are in the inventory.`"""
        machines = counted(self.enrolled, "enrolled machine")
        told = f"{self.reporting:,} of {machines} report"
        verb = "is" if self.inventory == 1 else "are"
        return f"{told}; {self.inventory:,} {verb} in the inventory."


def percent(part: int, whole: int) -> int:
    """`part` of `whole` in whole per cent, rounded down."""
    return part * 100 // whole if whole else 0
