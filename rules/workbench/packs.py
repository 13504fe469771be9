"""Which packs lie under a path, and is each of them sound as a whole?

A pack is a folder with `pack.yaml`. A path names a file, a pack or a folder that holds packs; all
files of a pack are read together, because ids and tests cross files. Files without `pack.yaml` are
checked and tested all the same, as a loose pack that cannot be built.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from rules.compiled import limits
from rules.compiled.rule import Rule
from rules.errors import Misused, Place, Problem
from rules.language.document import Scalar
from rules.language.files import File, PackSource, read_file, read_pack, read_rules
from rules.language.meaning import check_rule
from rules.language.model import RuleSource

SHIPPED = Path(__file__).parent.parent / "packs"


@dataclass(slots=True)
class Checked:
    """A pack after checking: its rules that are sound, and everything that is wrong."""

    folder: Path
    pack: PackSource | None = None
    files: list[File] = field(default_factory=list)
    digests: dict[str, str] = field(default_factory=dict)
    sources: list[RuleSource] = field(default_factory=list)
    rules: dict[str, Rule] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    is_loose: bool = False

    @property
    def leaves(self) -> int:
        """How many expressions its rules have."""
        return sum(source.leaves for source in self.sources)

    @property
    def has_errors(self) -> bool:
        """Is anything wrong that is more than a warning?"""
        return any(problem.level == "error" for problem in self.problems)

    def of_form(self, form: str) -> list[File]:
        """The files of one form."""
        return [file for file in self.files if file.form == form]


def folders(paths: Sequence[Path]) -> list[Path]:
    """The packs under the paths, each once; without paths those here, else those shipped."""
    if not paths:
        here = _below(Path())
        return here or _below(SHIPPED)
    found: dict[Path, None] = {}
    for path in paths:
        if not path.exists():
            raise Misused(f"there is no {path}")
        if path.is_file() and path.suffix != ".yaml":
            raise Misused(f"{path} is no file of rules: these end in .yaml")
        packs = _below(path) if path.is_dir() else [path.parent]
        if not packs and not list(path.glob("*.yaml")):
            raise Misused(f"no rules lie under {path}: they are files that end in .yaml")
        found.update(dict.fromkeys(packs or [path]))
    return list(found)


def _below(folder: Path) -> list[Path]:
    return sorted(file.parent for file in folder.glob("**/pack.yaml"))


def check_pack(folder: Path, *, display: Path | None = None) -> Checked:
    """Read and check all files of a pack; problems name files below `display`."""
    checked = Checked(folder)
    for path in sorted(folder.glob("*.yaml")):
        _read(checked, path, ((display or folder) / path.name).as_posix())
    packs = checked.of_form("pack/v1")
    if packs:
        checked.pack = read_pack(packs[0], checked.problems)
    for file in checked.of_form("rules/v1"):
        _check_rules(checked, file)
    _check_whole(checked)
    if not packs:
        checked.is_loose = True
        checked.pack = _loose(checked)
    return checked


def _loose(checked: Checked) -> PackSource:
    """What files without `pack.yaml` are judged as."""
    first = next(iter(checked.of_form("rules/v1")), None)
    named = first.of.get("pack") if first is not None else None
    name = named.text if isinstance(named, Scalar) else "loose"
    return PackSource(name, "0.0.0", name, "1.0", (), Place(checked.folder.as_posix()))


def _read(checked: Checked, path: Path, name: str) -> None:
    if not path.is_file():
        help_ = "give a folder, link or pipe another name: rules are files"
        checked.problems.append(Problem("DL001", "this is no file", Place(name), help_))
        return
    with path.open("rb") as opened:
        data = opened.read(limits.SOURCE_BYTES + 1)
    file = read_file(name, data, checked.problems)
    if file is None:
        return
    checked.files.append(file)
    if file.form == "rules/v1":
        checked.digests[name] = hashlib.sha256(data).hexdigest()


def _check_rules(checked: Checked, file: File) -> None:
    named, sources = read_rules(file, checked.problems)
    if checked.pack is not None and named not in ("", checked.pack.pack):
        key = file.of.key("pack")
        message = f"this folder is the pack {checked.pack.pack!r}, not {named[:40]!r}"
        place = key.place if key else file.of.place
        checked.problems.append(Problem("DL104", message, place))
    needs = checked.pack.requires_facts if checked.pack else "1.0"
    for source in sources:
        rule = check_rule(source, needs, checked.problems)
        checked.sources.append(source)
        if rule is not None:
            checked.rules[rule.id] = rule


def _check_whole(checked: Checked) -> None:
    first: dict[str, RuleSource] = {}
    for source in checked.sources:
        before = first.setdefault(source.id, source)
        if before is not source:
            message = f"the id {source.id!r} stands twice"
            help_ = f"it stands in {before.place} already; ids are never reused"
            checked.problems.append(Problem("DL105", message, source.place, help_, source.id))
    retired = {one[0] for one in checked.pack.retired} if checked.pack else set()
    for source in checked.sources:
        if source.id in retired:
            message = f"the id {source.id!r} was retired"
            help_ = "an id is never reused: take another"
            checked.problems.append(Problem("DL701", message, source.place, help_, source.id))
    if not checked.sources and not checked.has_errors:
        place = checked.pack.place if checked.pack else Place(checked.folder.as_posix())
        checked.problems.append(Problem("DL107", "there are no rules", place))


def in_order(problems: Iterable[Problem]) -> list[Problem]:
    """Errors before warnings, each by file, line and column."""
    return sorted(
        problems,
        key=lambda p: (p.level != "error", p.place.file, p.place.line, p.place.column, p.id),
    )
