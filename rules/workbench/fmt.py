"""Which files under some paths are not laid out as they should be, and what would they be?

A file with errors is left as it is, because nobody knows what it means; so is one whose layout
cannot be written anew. What is written takes the place of the old file at once or not at all.
"""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from rules.errors import Misused, Problem
from rules.language.files import File, read_entry
from rules.language.forms.index import FORMS
from rules.workbench.check import check, from_here
from rules.workbench.layout.read import Unreadable
from rules.workbench.layout.text import laid_out
from rules.workbench.packs import Checked

_BOM = b"\xef\xbb\xbf"


class State(StrEnum):
    """Of a file: it is as it should be, would be another, has errors, or is of an odd layout."""

    GOOD = "good"
    OTHER = "other"
    WRONG = "wrong"
    ODD = "odd"


@dataclass(frozen=True, slots=True)
class Formatted:
    """A file by its path and the name that problems use, and the bytes that it should have."""

    path: Path
    name: str
    state: State
    data: bytes = b""
    why: str = ""


def formatted(paths: Sequence[Path]) -> list[Formatted]:
    """Each file under the paths, in their order; Misused if there is none."""
    if not paths and not list(Path().glob("**/pack.yaml")):
        raise Misused("no pack lies here: say which files or folders are meant")
    report = check(paths)
    wrong = {problem.place.file for problem in report.problems if _hides_meaning(problem)}
    return [
        one
        for pack in report.packs
        for one in _of_pack(pack, wrong)
        if not paths or any(_is_meant(one.path, path) for path in paths)
    ]


def _hides_meaning(problem: Problem) -> bool:
    """A rule that lacks its tests is understood all the same."""
    return problem.level == "error" and problem.id != "DL409"


def write(one: Formatted) -> None:
    """Put the new text in the place of the old one, with its rights."""
    target = one.path.resolve()
    beside = target.with_name(f".{target.name}.new")
    try:
        beside.write_bytes(one.data)
        shutil.copymode(target, beside)
        beside.replace(target)
    finally:
        beside.unlink(missing_ok=True)


def _is_meant(file: Path, path: Path) -> bool:
    return file.is_relative_to(path) if path.is_dir() else file == path


def _of_pack(pack: Checked, wrong: set[str]) -> list[Formatted]:
    files = {file.name: file for file in pack.files}
    found = []
    for path in sorted(pack.folder.glob("*.yaml")):
        name = (from_here(pack.folder) / path.name).as_posix()
        file = files.get(name)
        if file is None or name in wrong or _is_unsound(file):
            found.append(Formatted(path, name, State.WRONG))
        else:
            found.append(_laid_out(path, file))
    return found


def _is_unsound(file: File) -> bool:
    problems: list[Problem] = []
    read_entry(file, problems)
    return any(problem.level == "error" for problem in problems)


def _laid_out(path: Path, file: File) -> Formatted:
    data = path.read_bytes()
    try:
        text = laid_out(FORMS[file.form], file.source.text)
    except Unreadable as odd:
        return Formatted(path, file.name, State.ODD, data, str(odd))
    mark = _BOM if data.startswith(_BOM) else b""
    made = mark + text.encode()
    return Formatted(path, file.name, State.GOOD if made == data else State.OTHER, made)
