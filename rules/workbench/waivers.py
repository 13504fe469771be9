"""Are these files of waivers sound, each by itself and all of them together?"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, tzinfo

from rules.compiled.rule import Pack
from rules.compiled.waiver import Waiver
from rules.errors import Problem
from rules.language.files import File
from rules.language.waivers import read_waivers

FORM = "waivers/v1"


@dataclass(slots=True)
class CheckedWaivers:
    """Some waivers after checking; `zone` was the clinic's."""

    waivers: list[Waiver] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def check_waivers(
    files: Sequence[File], packs: Sequence[Pack], zone: tzinfo = UTC
) -> CheckedWaivers:
    """Check files of form waivers/v1 against the packs whose failures they accept."""
    checked = CheckedWaivers()
    first: dict[str, Waiver] = {}
    for file in files:
        for waiver in read_waivers(file, packs, zone, checked.problems):
            before = first.setdefault(waiver.id, waiver)
            if before is waiver:
                checked.waivers.append(waiver)
            elif before.place.file != waiver.place.file:
                message = f"the id {waiver.id!r} stands twice"
                help_ = f"it stands in {before.place} already; ids are never reused"
                problem = Problem("DL105", message, waiver.place, help_, waiver.rule)
                checked.problems.append(problem)
    return checked
