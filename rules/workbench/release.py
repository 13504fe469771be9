"""May a folder of rules go out as a pack, and which files are that?

Five stages, and the first with an error is the last: the rules are checked; their tests run, with
each fact lost and each mutant killed; the pack is compiled and read back as a machine reads it;
it keeps faith with the version before; tailorings fit it.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from rules.compiled import limits
from rules.compiled.rule import Pack
from rules.counted import counted
from rules.errors import Misused, PackRefused, Place, Problem
from rules.language.files import File, read_file
from rules.workbench import compat, tailorings
from rules.workbench.build import build
from rules.workbench.packs import Checked, in_order
from rules.workbench.reports.base import Outcome
from rules.workbench.tailorings import CheckedTailorings
from rules.workbench.test import Progress, Tested, Wanted, run

TAILORING = "tailoring.json"


@dataclass(frozen=True, slots=True)
class Draft:
    """What is to go out: the folder, the version before, tailorings, and the day of today.

    Without `mutants` the tests run and lose their facts, and that is all.
    """

    folder: Path
    today: date
    previous: Pack | None = None
    tailorings: tuple[Path, ...] = ()
    mutants: bool = True


@dataclass(frozen=True, slots=True)
class Release:
    """What came of a draft: files by name, or none and the problems of the stage that stopped."""

    outcome: Outcome
    pack: Pack | None = None
    files: Mapping[str, bytes] = field(default_factory=dict)


def release(draft: Draft, progress: Progress) -> Release:
    """Build a pack; Misused if the folder is no pack, or the version before is of another."""
    try:
        return _staged(draft, progress)
    except PackRefused as refused:
        message = f"a machine would refuse the compiled pack: {refused.because}"
        place = Place((draft.folder / "pack.yaml").as_posix())
        return Release(Outcome([Problem(refused.code, message, place)], {"packs": 1}, {}))


def _staged(draft: Draft, progress: Progress) -> Release:
    tested = run([draft.folder], Wanted(mutants=draft.mutants), progress)
    if not tested.is_green:
        return Release(tested.outcome)
    checked = _one(tested, draft.folder)
    pack, data = build(checked, to_publish=True)
    found = [] if draft.previous is None else [*compat.problems(checked, pack, draft.previous)]
    if found:
        return _stopped(tested, found)
    files = {f"{pack.version}.json": data}
    if draft.tailorings:
        tailored = _tailorings(draft, pack)
        if tailored.problems:
            return _stopped(tested, tailored.problems, tailored.files)
        files[TAILORING] = tailorings.build(tailored.checked, tailored.digests)
    return Release(tested.outcome, pack, files)


def _one(tested: Tested, folder: Path) -> Checked:
    packs = tested.report.packs
    if len(packs) != 1:
        raise Misused(
            f"{counted(len(packs), 'pack')} lie under {folder}; build one of them at a time"
        )
    return packs[0]


def _stopped(tested: Tested, found: Sequence[Problem], files: Sequence[File] = ()) -> Release:
    """What stopped it, above the warnings of before."""
    before = tested.outcome
    sources = {**before.sources, **{file.name: file.source for file in files}}
    return Release(Outcome(in_order([*before.problems, *found]), before.counts, sources))


@dataclass(slots=True)
class _Tailored:
    """Files of tailorings, as far as they could be read, and all that is wrong with them."""

    files: list[File] = field(default_factory=list)
    digests: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    checked: CheckedTailorings = field(default_factory=CheckedTailorings)


def _tailorings(draft: Draft, pack: Pack) -> _Tailored:
    found = _Tailored()
    for path in draft.tailorings:
        with path.open("rb") as opened:
            data = opened.read(limits.SOURCE_BYTES + 1)
        file = read_file(path.as_posix(), data, found.problems)
        if file is not None:
            found.files.append(file)
            found.digests[file.name] = hashlib.sha256(data).hexdigest()
    for file in found.files:
        if file.form != tailorings.FORM:
            message = f"this is a file of form {file.form}, not {tailorings.FORM}"
            found.problems.append(Problem("DL108", message, file.of.place))
    meant = [file for file in found.files if file.form == tailorings.FORM]
    found.checked = tailorings.check_tailorings(meant, [pack], draft.today)
    found.problems += [one for one in found.checked.problems if one.level == "error"]
    return found
