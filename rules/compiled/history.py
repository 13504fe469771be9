"""Since when does the fact catalogue have a name, and what was it called before?

The catalogue is versioned as Semantic Versioning 2.0.0 has it: a new fact, field or word of an
enum is a minor version; a removal or another type is a major one. What is renamed keeps its old
name as an alias for two minor versions, so that a pack built before goes on meaning the same.

A fact says itself since when it is there (`Fact.since`). To add a field or a word to a fact that
was there before, add its line to `SINCE`; to rename one, a line to `RENAMED`. Lines are never
taken out.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from rules.compiled import catalogue, names

ALIAS_MINORS = 2

SINCE: Mapping[str, str] = MappingProxyType({})
"""The version that brought a name later than its fact: a field by its record (`volume.cipher`), a
word of an enum by the field (`volume.cipher:aes_gcm`)."""


@dataclass(frozen=True, slots=True)
class Renamed:
    """A fact, or a field of a record (`volume.cypher`), and its name since a version."""

    old: str
    new: str
    since: str


RENAMED: tuple[Renamed, ...] = ()


def order(version: str) -> tuple[int, int]:
    """A version of the catalogue, to be compared; ValueError if it is none."""
    found = names.facts_version(version)
    if found is None:
        raise ValueError(f"{version[:40]!r} is no version of the fact catalogue, such as 1.0")
    return found


@dataclass(frozen=True, slots=True)
class History:
    """What a release knows of its fact catalogue, and of the ones before."""

    version: str = field(default_factory=catalogue.version)
    since: Mapping[str, str] = field(default_factory=lambda: SINCE)
    renamed: tuple[Renamed, ...] = RENAMED

    def has(self, needs: str) -> bool:
        """Has this release all that was there in a version of the catalogue?"""
        return order(needs) <= order(self.version)

    def brought(self, name: str) -> str:
        """The version that brought a fact, or a field or word later than its fact."""
        return self.since.get(name) or catalogue.since(name)

    def alias(self, old: str) -> str | None:
        """What an old name means here; None if it is no alias, or is one no longer."""
        major, minor = order(self.version)
        for row in self.renamed:
            first_major, first = order(row.since)
            if row.old == old and major == first_major and first <= minor < first + ALIAS_MINORS:
                return row.new
        return None
