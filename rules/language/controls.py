"""Which controls and sources are there to name? Two closed tables of the release, dated data.

A citation has its basis: law in force, the proposed rule, a benchmark. What is only proposed may
never stand under `in_force` (DL110).
"""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from rules.errors import Misused
from rules.language import events, source
from rules.language.document import Mapping, Scalar, Sequence
from rules.language.entry import Says
from rules.language.suggest import did_you_mean

_CONTROL = re.compile(r'^- id: (\S+)\n  title: "([^"\\]*)"$', re.MULTILINE)
_ROOM = Path(__file__).parent.parent


@dataclass(frozen=True, slots=True)
class Citation:
    """One source: its id, whose word it is, and whether it sets a number itself."""

    id: str
    basis: str
    title: str
    requirement: str | None = None
    sets: str | None = None


@dataclass(frozen=True, slots=True)
class Citations:
    """The table of sources, and the day on which it was last checked."""

    as_of: str
    table: dict[str, Citation]

    def check(self, teller: Says, basis: str, named: Scalar) -> bool:
        """May this source stand under this basis? What is wrong is told."""
        known = self.table.get(named.text)
        if known is None:
            help_ = did_you_mean(named.text, self.table)
            teller.say("DL109", f"there is no citation {named.text[:40]!r}", named.place, help_)
        elif known.basis != basis:
            message = f"{named.text} is {known.basis}, not {basis}"
            teller.say("DL110", message, named.place, f"name it under {known.basis}")
        return known is not None and known.basis == basis

    def sets_number(self, reference: str) -> bool:
        """Does this citation itself set a number?"""
        known = self.table.get(reference)
        return known is not None and known.sets is not None


@cache
def citations() -> Citations:
    """The citations that rules may name."""
    document = _load("citations.yaml")
    rows = [_row(one) for one in _list(document, "citations")]
    table = {
        row["id"]: Citation(
            id=row["id"],
            basis=row["basis"],
            title=row["title"],
            requirement=row.get("requirement"),
            sets=row.get("sets"),
        )
        for row in rows
    }
    as_of = document.get("as_of")
    return Citations(as_of.text if isinstance(as_of, Scalar) else "", table)


@cache
def controls() -> dict[str, str]:
    """The title of each control, by id.

    Picked out of the release's own file line by line: reading all 1,200 lines as YAML would take
    17 ms of every check. A test holds that YAML says the same.
    """
    text = (_ROOM / "controls.yaml").read_text(encoding="utf-8")
    return dict(_CONTROL.findall(text.partition("\ncontrols:\n")[2].partition("\nmetrics:\n")[0]))


def _load(name: str) -> Mapping:
    read = source.read(name, (_ROOM / name).read_bytes())
    if not isinstance(read, source.Source):
        raise Misused(f"{name} of this release cannot be read: {read.message}")
    value, problems = events.compose(read)
    if problems or not isinstance(value, Mapping):
        raise Misused(f"{name} of this release cannot be read: {problems}")
    return value


def _list(document: Mapping, key: str) -> tuple[Mapping, ...]:
    found = document.get(key)
    items = found.items if isinstance(found, Sequence) else ()
    return tuple(item for item in items if isinstance(item, Mapping))


def _row(of: Mapping) -> dict[str, str]:
    return {key.text: value.text for key, value in of.entries if isinstance(value, Scalar)}
