"""What is said of an imaging file outside its machine, and of which files is it said?

All of it is here: a random id, the label of a folder, and closed words. On purpose there is no
field for a path, a name, an extension, a folder, a size, an age, any date, any hash of the file,
any DICOM element, any serial or user (trust.md section 8; 45 CFR 164.514(c) on why the id is
random and not made of the name).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import Annotated, Literal, Self, TypeAlias

from evidence import minimum, shape
from evidence.errors import Malformed
from evidence.marks import AtMost, By, Pattern
from evidence.strict_json import Json
from evidence.words import Count, Hex32
from rules.facts.base import Why
from rules.facts.imaging import LABEL, ExposedVerdict, FileKind, FileReason, RootRole

LISTED = 20
"""How many findings a report lists at most; the rest is counted."""

Shelter: TypeAlias = Literal[
    "protected", "unprotected", "suspended", "converting", "locked", "unknown"
]
Reach: TypeAlias = Literal["local", "removable", "share", "cloud_sync", "unknown"]
State: TypeAlias = Literal["open", "fixed", "gone"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One file that is readable, or cannot be shown not to be, where it lies."""

    id: Hex32
    root: Annotated[str, Pattern(LABEL)]
    role: RootRole
    verdict: ExposedVerdict
    kind: FileKind
    reason: FileReason
    volume: Shelter
    reach: Reach
    state: State

    @classmethod
    def from_fact(cls, item: Mapping[str, Json]) -> Self:
        """A finding of the fact `imaging`; what was not read of volume or reach is `unknown`.

        Malformed if anything else of it was not read: then there is nothing to report.
        """
        read = {name: _word(item.get(name)) for name in ("volume", "reach")}
        return shape.read(cls, {**item, **read}, closed=True)


def _part(fact: str, field: str) -> By:
    """A field of a fact's value, as it may leave."""

    def checked(value: Json) -> Json:
        minimum.check(fact, {field: value})
        return value

    return By(checked)


@dataclass(frozen=True, slots=True, kw_only=True)
class Imaging:
    """The imaging folders: counts, coverage, and at most 20 findings; `unlisted` are the others."""

    roots: Annotated[Json, _part("imaging", "roots")]
    findings: Annotated[tuple[Finding, ...], AtMost(LISTED)]
    unlisted: Count
    coverage: Annotated[Json, _part("imaging", "coverage")]
    mass_change: Annotated[Json, _part("imaging", "mass_change")]

    @classmethod
    def from_fact(cls, value: Mapping[str, Json]) -> Self:
        """Of the fact `imaging`, redacted.

        A list of findings that was not read is empty; one finding that says too little to be
        listed is counted in `unlisted`.
        """
        exposed = value.get("exposed", [])
        items = exposed if isinstance(exposed, list) else exposed.get("$items", [])
        readable = [finding for item in items if (finding := _readable(item))]
        listed, unlisted = choose(readable)
        not_collected = {"$unknown": str(Why.NOT_COLLECTED)}
        return cls(
            roots=value.get("roots", not_collected),
            findings=listed,
            unlisted=unlisted + len(items) - len(readable),
            coverage=value.get("coverage", not_collected),
            mass_change=value.get("mass_change", not_collected),
        )


def choose(findings: Sequence[Finding], most: int = LISTED) -> tuple[tuple[Finding, ...], int]:
    """The findings to list, and how many are not: in the order given, at least one of each kind.

    There are fewer kinds than places, so that each kind finds one.
    """
    first = {finding.kind: number for number, finding in reversed([*enumerate(findings)])}
    others = (number for number in range(len(findings)) if number not in first.values())
    chosen = sorted(islice(chain(sorted(first.values()), others), most))
    return tuple(findings[number] for number in chosen), len(findings) - len(chosen)


def _readable(item: Json) -> Finding | None:
    try:
        return Finding.from_fact(item)
    except Malformed:
        return None


def _word(value: Json) -> Json:
    return "unknown" if isinstance(value, dict) else value
