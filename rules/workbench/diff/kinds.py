"""In which ways can a rule differ from what it was, and how big a step of the version is each?

| kind | on a machine of which everything is known | step |
|---|---|---|
| reworded | no verdict changes: texts, citations, places | patch |
| added | there is something more to pass | minor |
| tightened | what passed may fail, what failed does not pass | minor |
| loosened | what failed may pass, or counts for less | major |
| changed | both may be: the direction cannot be known | major |
| gone | there is something less to pass | major |

A direction is claimed only where it follows from the rule itself. For a param it follows from what
the author declared by `tighten` or `loosen`.
"""

from dataclasses import dataclass
from enum import IntEnum, StrEnum

from rules.compiled import names
from rules.errors import Misused


class Step(IntEnum):
    """The part of a version that must grow, or a bigger one."""

    NONE = 0
    PATCH = 1
    MINOR = 2
    MAJOR = 3

    @property
    def word(self) -> str:
        """The step as people call it."""
        return self.name.lower()

    def after(self, version: str) -> str:
        """The smallest version after `version` by this step."""
        major, minor, patch = _numbers(version)
        match self:
            case Step.NONE:
                return version
            case Step.PATCH:
                return f"{major}.{minor}.{patch + 1}"
            case Step.MINOR:
                return f"{major}.{minor + 1}.0"
        return f"{major + 1}.0.0"

    def is_made(self, before: str, after: str) -> bool:
        """Is the version `after` far enough from the one before?"""
        return _numbers(after) >= _numbers(self.after(before))


def _numbers(version: str) -> tuple[int, int, int]:
    found = names.semver(version)
    if found is None:
        raise Misused(f"{version[:40]!r} is no version of a pack, such as 1.0.0")
    return found


class Kind(StrEnum):
    """What a change does."""

    REWORDED = "reworded"
    ADDED = "added"
    TIGHTENED = "tightened"
    LOOSENED = "loosened"
    CHANGED = "changed"
    GONE = "gone"

    @property
    def step(self) -> Step:
        """The smallest step of the version that this asks for."""
        return _STEPS[self]


_STEPS = {
    Kind.REWORDED: Step.PATCH,
    Kind.ADDED: Step.MINOR,
    Kind.TIGHTENED: Step.MINOR,
    Kind.LOOSENED: Step.MAJOR,
    Kind.CHANGED: Step.MAJOR,
    Kind.GONE: Step.MAJOR,
}


WHOLE = "whole"
"""In place of a key: the rule itself came or went."""


@dataclass(frozen=True, slots=True)
class Change:
    """One difference: of which rule, in which key, and how that read before and reads now.

    `rule` is empty for what the pack says of itself; a kind of attestation stands for a rule.
    """

    rule: str
    kind: Kind
    what: str
    before: str | None = None
    after: str | None = None
