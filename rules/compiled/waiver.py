"""What is a waiver: a failure that a practice accepts, for a time, with a reason and an owner?

An overlay that the controller lays on verdicts; agents know none of it. `items` are leaves over
the item as it left the machine; of several all must hold.
"""

from dataclasses import dataclass

from rules.compiled.assignment import Match
from rules.compiled.grant import Grant
from rules.compiled.tree import Node
from rules.errors import Place


@dataclass(frozen=True, slots=True)
class Waiver:
    """One accepted failure; `grant` holds its reason, who carries the risk, and its period."""

    id: str
    rule: str
    match: Match
    grant: Grant
    place: Place
    items: tuple[Node, ...] = ()
    compensating: str | None = None

    def state(self, at: int) -> str:
        """`ahead`, `holds` or `ended` at an instant in nanoseconds since 1970."""
        return self.grant.state(at)
