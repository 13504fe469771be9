"""What has been found against a bundle so far?

A check is met unless something was found against it: false, or incomplete. All checks run, and
the first failure stops none.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

CHECKS = {
    "B1": "names, sizes and hashes agree with the manifest",
    "B2": "the manifest is signed by a key that the log names",
    "K1": "a policy names this log's key",
    "C1": "the log signed the checkpoint",
    "C2": "no cosignature of a known witness is wrong",
    "C3": "as many witnesses as the policy asks for saw the log",
    "L1": "the lines lead to the checkpoint's root",
    "L2": "checkpoints that others kept, and machines quote, are of this log",
    "L3": "the newest checkpoint goes on from this one",
    "R1": "each report that was logged is here",
    "R2": "each is signed by the key that was valid at its line",
    "R3": "each says the same as its line",
    "R4": "each follows the one before",
    "R5": "each keeps to the schema, and holds nothing that may not leave its machine",
    "G1": "no gap, fork, rejected report or restart of the log",
    "H1": "the history of keys is whole",
    "P1": "the rules are those that reports name, signed by their author or carried by the agent",
    "W1": "the documents of waivers and attestations are those that were logged",
    "W2": "the entries shown of the organisation's log stand in it",
}
"""The checks that are made, in the order in which they are told."""


class Standing(StrEnum):
    """How it stands with a check, or with the whole."""

    PROVEN = "proven"
    INCOMPLETE = "incomplete"
    FALSE = "false"


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing found: in which check, how grave, in words, and where."""

    check: str
    standing: Standing
    what: str
    file: str | None = None
    line: int | None = None
    expected: str | None = None
    found: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where in the bundle, and what stood there in place of what."""

    file: str | None = None
    line: int | None = None
    expected: str | None = None
    found: str | None = None


@dataclass(slots=True)
class Case:
    """The problems found, in the order in which they were."""

    problems: list[Problem] = field(default_factory=list)

    def false(self, check: str, what: str, place: Place | None = None) -> None:
        """Something that cannot be, were the bundle true."""
        self._add(check, Standing.FALSE, what, place)

    def lacks(self, check: str, what: str, place: Place | None = None) -> None:
        """Something that would be needed to prove the whole."""
        self._add(check, Standing.INCOMPLETE, what, place)

    def _add(self, check: str, standing: Standing, what: str, place: Place | None) -> None:
        at = place or Place()
        self.problems.append(
            Problem(
                check=check,
                standing=standing,
                what=what,
                file=at.file,
                line=at.line,
                expected=at.expected,
                found=at.found,
            )
        )

    def standings(self) -> dict[str, Standing]:
        """How it stands with each check."""
        return {
            check: worst([problem for problem in self.problems if problem.check == check])
            for check in CHECKS
        }


def worst(problems: Sequence[Problem]) -> Standing:
    """False before incomplete before proven."""
    standings = {problem.standing for problem in problems}
    if Standing.FALSE in standings:
        return Standing.FALSE
    return Standing.INCOMPLETE if standings else Standing.PROVEN
