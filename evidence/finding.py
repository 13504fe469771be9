"""What is said of an imaging file outside its machine, and of which files is it said?

All of it is here: a random id, the label of a folder, and closed words. On purpose there is no
field for a path, a name, an extension, a folder, a size, an age, any date, any hash of the file,
any DICOM element, any serial or user (trust.md section 8; 45 CFR 164.514(c) on why the id is
random and not made of the name).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import Annotated, Literal, TypeAlias

from evidence import shape
from evidence.marks import Pattern
from evidence.strict_json import Json
from evidence.words import Hex32
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


def from_fact(item: Mapping[str, Json]) -> Finding:
    """A finding of the fact `imaging`; what was not read of volume or reach is `unknown`.

    Malformed if anything else of it was not read: then there is nothing to report.
    """
    unread = {name: _word(item.get(name)) for name in ("volume", "reach")}
    return shape.read(Finding, {**item, **unread}, closed=True)


def choose(findings: Sequence[Finding], most: int = LISTED) -> tuple[tuple[Finding, ...], int]:
    """The findings to list, and how many are not: in the order given, at least one of each kind.

    There are fewer kinds than places, so that each kind finds one.
    """
    first = {finding.kind: number for number, finding in reversed([*enumerate(findings)])}
    others = (number for number in range(len(findings)) if number not in first.values())
    chosen = sorted(islice(chain(sorted(first.values()), others), most))
    return tuple(findings[number] for number in chosen), len(findings) - len(chosen)


def _word(value: Json) -> Json:
    return "unknown" if isinstance(value, dict) else value
