"""Where does a machine stand, and which scopes of a tailoring or a waiver reach it?

A scope names an org, a clinic, a group or a machine, or several of them: then all must hold. Its
level is its most specific key. Sites and roles are groups: `site:main`, `role:server`. A machine
goes by its name without regard to case, as names of hosts do (RFC 4343); all else is exact.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

from rules.compiled import catalogue
from rules.facts.types import Enum, Nullable

LEVELS = ("org", "clinic", "group", "machine")
"""From the broadest to the most specific; the pack itself stands below them."""

_LABEL = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
_MACHINE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_SITE, _ROLE = "site:", "role:"


@dataclass(frozen=True, slots=True)
class Assignment:
    """One machine: its org, clinic, groups (sites and roles among them) and name."""

    org: str | None = None
    clinic: str | None = None
    groups: frozenset[str] = frozenset()
    machine: str | None = None


@dataclass(frozen=True, slots=True, order=True)
class Match:
    """What a machine must be for a scope to reach it: level and name, broadest level first."""

    keys: tuple[tuple[str, str], ...]

    @property
    def level(self) -> str:
        """The most specific level that it names."""
        return self.keys[-1][0]

    @property
    def rank(self) -> int:
        """The level as a number: a higher one wins."""
        return LEVELS.index(self.level)

    def fits(self, machine: Assignment) -> bool:
        """Does it reach this machine? What is not known of a machine fits nothing."""
        return all(_stands(machine, level, name) for level, name in self.keys)

    def may_meet(self, other: "Match") -> bool:
        """Can one machine be reached by both? It has one org, one clinic and one name."""
        mine, theirs = dict(self.keys), dict(other.keys)
        return all(
            _folded(level, mine[level]) == _folded(level, theirs[level])
            for level in mine.keys() & theirs.keys()
            if level != "group"
        )

    @property
    def folded(self) -> frozenset[tuple[str, str]]:
        """The keys as they are compared."""
        return frozenset((level, _folded(level, name)) for level, name in self.keys)

    def wider(self) -> Iterator[frozenset[tuple[str, str]]]:
        """The keys of all scopes of this level that reach every machine that this one reaches."""
        keys = sorted(self.folded)
        for count in range(1, len(keys) + 1):
            for some in combinations(keys, count):
                if any(level == self.level for level, _ in some):
                    yield frozenset(some)

    def __str__(self) -> str:
        """`machine PANO-01`, `group imaging-servers of clinic bright-smiles`."""
        return " of ".join(f"{level} {name}" for level, name in reversed(self.keys))


def is_name(level: str, name: str) -> bool:
    """Can anything of that level go by this name?"""
    if level == "machine":
        return _MACHINE.fullmatch(name) is not None
    if level == "group" and name.startswith(_ROLE):
        return name.removeprefix(_ROLE) in roles()
    label = name.removeprefix(_SITE) if level == "group" else name
    return _LABEL.fullmatch(label) is not None


def roles() -> tuple[str, ...]:
    """The roles that the fact catalogue knows."""
    field = catalogue.field(("host", "role"))
    of = field.type if field else None
    of = of.of if isinstance(of, Nullable) else of
    return of.values if isinstance(of, Enum) else ()


def of_site(name: str) -> str:
    """The group of a site."""
    return f"{_SITE}{name}"


def of_role(name: str) -> str:
    """The group of a role."""
    return f"{_ROLE}{name}"


def _stands(machine: Assignment, level: str, name: str) -> bool:
    if level == "group":
        return name in machine.groups
    own = {"org": machine.org, "clinic": machine.clinic, "machine": machine.machine}[level]
    return own is not None and _folded(level, own) == _folded(level, name)


def _folded(level: str, name: str) -> str:
    return name.casefold() if level == "machine" else name
