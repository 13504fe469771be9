"""How much is proven, of how much? Pure; numbers come in, numbers go out.

- Proven is a pass of a machine that still reports. A pass of a silent one is `stale`: it was so.
- Fail, error, unknown and stale are all not proven. What does not apply is outside, and shown.
- Percentages round down, so 100 % is said only when all are. No number without its whole.
"""

from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True, slots=True)
class Tally:
    """Checks by what can be said of them now."""

    proven: int = 0
    failing: int = 0
    error: int = 0
    unknown: int = 0
    stale: int = 0
    not_applicable: int = 0

    def __add__(self, other: Self) -> Self:
        return type(self)(
            self.proven + other.proven,
            self.failing + other.failing,
            self.error + other.error,
            self.unknown + other.unknown,
            self.stale + other.stale,
            self.not_applicable + other.not_applicable,
        )

    @property
    def checks(self) -> int:
        """All that apply: the whole of every share."""
        return self.proven + self.failing + self.error + self.unknown + self.stale

    @property
    def not_proven(self) -> int:
        """All that apply and are not proven."""
        return self.checks - self.proven

    @property
    def percent(self) -> int:
        """Proven of all that apply, rounded down; 0 when nothing applies."""
        return percent(self.proven, self.checks)


def percent(part: int, whole: int) -> int:
    """`part` of `whole` in whole per cent, rounded down."""
    return part * 100 // whole if whole else 0
