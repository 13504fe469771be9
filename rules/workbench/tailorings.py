"""Are these tailorings sound, each by itself and all of them together?

- Each extends a pack that is at hand; its settings are checked against that pack.
- Together: nothing is set twice at one level for one machine. With a fleet, machines whose
  assignment is known, that is asked for each of them, and a scope that reaches none is DL605.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import combinations

from rules.compiled import limits, tailoring
from rules.compiled.assignment import Assignment
from rules.compiled.conflicts import conflict
from rules.compiled.objections import objections
from rules.compiled.rule import Pack
from rules.compiled.setting import Setting, Tailoring
from rules.errors import Misused, Problem
from rules.language.files import File
from rules.language.tailoring import check_tailoring, find_pack, read_tailoring

FORM = "tailoring/v1"


@dataclass(slots=True)
class CheckedTailorings:
    """Some tailorings after checking, and the packs that they extend."""

    tailorings: list[Tailoring] = field(default_factory=list)
    packs: list[Pack] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def has_errors(self) -> bool:
        """Is anything wrong that is more than a warning?"""
        return any(problem.level == "error" for problem in self.problems)

    @property
    def settings(self) -> Iterator[Setting]:
        """Everything that is set."""
        return (one for each in self.tailorings for one in each.settings)


def check_tailorings(
    files: Sequence[File],
    packs: Sequence[Pack],
    today: date | None,
    fleet: Sequence[Assignment] = (),
) -> CheckedTailorings:
    """Check files of form tailoring/v1 against the packs that they may extend.

    `today` is the day from which 366 days are counted where no beginning is given.
    """
    checked = CheckedTailorings()
    for file in files:
        _check(file, packs, today, checked)
    _check_count(checked)
    told: set[Problem] = set(checked.problems)
    found = [one for pack in checked.packs for one in objections(checked.tailorings, pack)]
    found += _in_fleet(list(checked.settings), fleet) if fleet else ()
    for problem in found:
        if problem not in told:
            told.add(problem)
            checked.problems.append(problem)
    return checked


def build(checked: CheckedTailorings, digests: Mapping[str, str]) -> bytes:
    """The bytes that machines get; Misused if something is wrong with the tailorings.

    `digests` holds the sha256 of each file by the name that its problems use.
    """
    if checked.has_errors or not checked.tailorings:
        raise Misused("the tailoring has errors: dentinel rules check tells them")
    data = tailoring.write(checked.tailorings, digests)
    tailoring.load(data, checked.packs)
    return data


def _check_count(checked: CheckedTailorings) -> None:
    settings = list(checked.settings)
    if len(settings) > limits.SETTINGS:
        message = f"{len(settings):,} things are set; machines take {limits.SETTINGS:,}"
        place = settings[limits.SETTINGS].place
        checked.problems.append(Problem("DL003", message, place, "name groups, not machines"))


def _check(
    file: File, packs: Sequence[Pack], today: date | None, checked: CheckedTailorings
) -> None:
    source = read_tailoring(file, checked.problems)
    pack = find_pack(source, packs, checked.problems) if source is not None else None
    if source is None or pack is None:
        return
    checked.tailorings.append(check_tailoring(source, pack, today, checked.problems))
    if pack not in checked.packs:
        checked.packs.append(pack)


def _in_fleet(settings: Sequence[Setting], fleet: Iterable[Assignment]) -> Iterator[Problem]:
    """Scopes that reach no machine, and settings that meet on one."""
    reached: set[Setting] = set()
    for machine in fleet:
        here = [one for one in settings if one.match.fits(machine)]
        reached.update(here)
        for one, other in combinations(here, 2):
            if one.contends_with(other):
                yield conflict(one, other)
    lost: dict[object, Setting] = {}
    for one in settings:
        if one not in reached:
            lost.setdefault((one.match, one.place.file), one)
    for one in lost.values():
        yield Problem("DL605", f"no machine is {one.match}", one.place, "", one.rule)
