"""How good is a control? As good as its worst part, and it says which. Pure.

What is not known is no pass; what a person stated is never shown like a measurement; what nobody
looks at is said to be so.
"""

from dataclasses import dataclass

from controller.controls.catalogue import Control
from rules.counted import counted

WORST_FIRST = (
    *("fail", "expired", "error", "unknown", "stale", "due"),
    *("waived", "attested", "pass", "not-applicable"),
)
"""The states of a part, the worst first; each is a word of the pages."""


NEVER = "never stated"
"""The words of a statement that nobody ever made."""


SAID = (*WORST_FIRST[:1], NEVER, *WORST_FIRST[1:])
"""The words in which a control is summed up, the worst first."""


@dataclass(frozen=True, slots=True)
class Part:
    """One way in which a control is covered: `kind` is rule, check or statement.

    `rule_no` is the number of a rule.
    """

    kind: str
    name: str
    state: str
    words: str
    rule_no: int | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """A control and its parts, the worst first; none where it is not covered at all."""

    control: Control
    parts: tuple[Part, ...]

    @property
    def worst(self) -> Part | None:
        """The part that the control is as good as."""
        return self.parts[0] if self.parts else None

    @property
    def state(self) -> str:
        """The state of the worst part; empty where the control is not covered."""
        return self.parts[0].state if self.parts else ""

    @property
    def said(self) -> str:
        """The same in words: what was never stated is told apart from what ran out."""
        expired = [one for one in self.parts if one.state == "expired"]
        is_never = self.state == "expired" and all(one.words == NEVER for one in expired)
        return NEVER if is_never else self.state


@dataclass(frozen=True, slots=True)
class Judged:
    """How the machines of a clinic stand on a rule. `stale` are passes of silent machines."""

    proven: int = 0
    failing: int = 0
    error: int = 0
    unknown: int = 0
    stale: int = 0
    accepted: int = 0
    not_applicable: int = 0

    @property
    def applies(self) -> int:
        """On how many machines it applies: the whole of every share."""
        return sum((self.proven, self.failing, self.error, self.unknown, self.stale, self.accepted))

    @property
    def state(self) -> str:
        """The worst that is said; unknown where no machine has said anything."""
        said = (
            ("fail", self.failing),
            ("error", self.error),
            ("unknown", self.unknown),
            ("stale", self.stale),
            ("waived", self.accepted),
            ("pass", self.proven),
            ("not-applicable", self.not_applicable),
        )
        return next((state for state, n in said if n), "unknown")

    @property
    def words(self) -> str:
        """`41 of 48 machines proven, 5 failing, 2 stale`."""
        if not self.applies:
            n = self.not_applicable
            return f"does not apply on {n:,}" if n else "no machine has judged it"
        parts = (
            (self.failing, "failing"),
            (self.error, "in error"),
            (self.unknown, "unknown"),
            (self.stale, "stale"),
            (self.accepted, "accepted until a date"),
        )
        rest = "".join(f", {n:,} {word}" for n, word in parts if n)
        return f"{self.proven:,} of {counted(self.applies, 'machine')} proven{rest}"


def shown(control: Control, parts: list[Part]) -> Shown:
    """A control with its parts in order; a way that it names and nobody serves is unknown."""
    ways = {part.kind for part in parts}
    lacking = [
        Part(kind, control.id, "unknown", words)
        for kind, modes, words in _LACKING
        if kind not in ways and modes & set(control.mode)
    ]
    ordered = sorted(
        (*parts, *lacking), key=lambda part: (WORST_FIRST.index(part.state), part.name)
    )
    return Shown(control, tuple(ordered))


_LACKING = (
    ("rule", {"M", "F", "S"}, "no machine of this clinic judges a rule for it"),
    ("check", {"C"}, "the controller does not check this"),
    ("statement", {"A"}, "no statement of this kind is on file"),
)
