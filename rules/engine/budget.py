"""How much may one rule cost? So many steps, and so much time.

A step is a node evaluated or an item of a loop; what grows with its operands (`in`, `+`, `==`,
`contains`, `distinct`) is charged by their length too. A leaf is charged whole before it runs, so
the count depends on the rule and on the size of the facts, and not on what stands in them.

Time is looked at every 1,000 steps, by a stopwatch that is handed in: this room has no clock.
"""

from collections.abc import Callable

from rules.compiled import limits

Stopwatch = Callable[[], int]
"""Gives nanoseconds that only ever grow."""


class OverBudgetError(Exception):
    """The rule costs too much; `code` is the DL8 id. It ends the rule, not the run."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Budget:
    """What is left for one rule."""

    __slots__ = ("_deadline", "_look_at", "_stopwatch", "left")

    def __init__(self, stopwatch: Stopwatch) -> None:
        self.left = limits.STEPS
        self._look_at = limits.STEPS - limits.STEPS_BETWEEN_LOOKS
        self._stopwatch = stopwatch
        self._deadline = stopwatch() + limits.RULE_NANOSECONDS

    @property
    def spent(self) -> int:
        """Steps so far."""
        return limits.STEPS - self.left

    def spend(self, steps: int) -> None:
        """Charge steps; OverBudgetError DL806 when none are left, DL808 when time is up."""
        self.left -= steps
        if self.left < self._look_at:
            self._look()

    def _look(self) -> None:
        if self.left < 0:
            raise OverBudgetError("DL806")
        if self._stopwatch() > self._deadline:
            raise OverBudgetError("DL808")
        self._look_at = self.left - limits.STEPS_BETWEEN_LOOKS


def check_made(length: int, limit: int) -> None:
    """Refuse a string or a list that a leaf makes too big: OverBudgetError DL807."""
    if length > limit:
        raise OverBudgetError("DL807")
