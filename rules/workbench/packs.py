"""Which packs lie under a path, and is each of them sound as a whole?

A pack is a folder with `pack.yaml`. A path names a file, a pack or a folder that holds packs; all
files of a pack are read together, because ids and tests cross files. Files without `pack.yaml` are
checked and tested all the same, as a loose pack that cannot be built.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from rules.compiled import catalogue, limits, names
from rules.compiled.attestation import Attestation
from rules.compiled.history import History, order
from rules.compiled.rule import Rule
from rules.compiled.sound import excess
from rules.compiled.uses import needs
from rules.errors import Misused, Place, Problem
from rules.language.document import Scalar
from rules.language.files import File, PackSource, read_document, read_pack, read_rules, read_text
from rules.language.meaning import check_rule
from rules.language.model import RuleSource
from rules.language.source import Source
from rules.workbench.attested import check_attestations

SHIPPED = Path(__file__).parent.parent / "packs"


@dataclass(slots=True)
class Checked:
    """A pack after checking: its rules that are sound, and everything that is wrong."""

    folder: Path
    pack: PackSource | None = None
    texts: dict[str, Source] = field(default_factory=dict)
    files: list[File] = field(default_factory=list)
    digests: dict[str, str] = field(default_factory=dict)
    sources: list[RuleSource] = field(default_factory=list)
    rules: dict[str, Rule] = field(default_factory=dict)
    kinds: dict[str, Attestation] = field(default_factory=dict)
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

    @property
    def whole(self) -> Place:
        """Where the pack as a whole stands: in pack.yaml, else its folder."""
        return self.pack.place if self.pack else Place(self.folder.as_posix())

    def said(self, key: str) -> Place | None:
        """Where pack.yaml says something; None if it does not."""
        packs = self.of_form("pack/v1")
        value = packs[0].of.get(key) if packs else None
        return value.place if value is not None else None

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
    for file in packs[1:]:
        help_ = f"{packs[0].name} says it already"
        checked.problems.append(
            Problem("DL105", "a second file says what the pack is", file.of.place, help_)
        )
    if packs:
        checked.pack = read_pack(packs[0], checked.problems)
    for file in checked.of_form("rules/v1"):
        _check_rules(checked, file)
    checked.kinds = check_attestations(
        checked.of_form("attestations/v1"),
        checked.pack,
        {source.id: source.place for source in checked.sources},
        checked.problems,
    )
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
    text = read_text(name, data, checked.problems)
    if text is None:
        return
    checked.texts[name] = text
    file = read_document(text, checked.problems)
    if file is None:
        return
    checked.files.append(file)
    if file.form in ("rules/v1", "attestations/v1"):
        checked.digests[name] = hashlib.sha256(data).hexdigest()


def _check_rules(checked: Checked, file: File) -> None:
    named, sources = read_rules(file, checked.problems)
    if checked.pack is not None and named not in ("", checked.pack.pack):
        key = file.of.key("pack")
        message = f"this folder is the pack {checked.pack.pack!r}, not {named[:40]!r}"
        place = key.place if key else file.of.place
        checked.problems.append(Problem("DL104", message, place))
    facts = checked.pack.requires_facts if checked.pack else catalogue.FIRST
    history = History()
    enough = len(checked.problems) + limits.PROBLEMS_IN_FILE
    for source in sources:
        checked.sources.append(source)
        if len(checked.problems) >= enough:
            continue
        rule = check_rule(source, facts, checked.problems)
        if rule is not None:
            checked.rules[rule.id] = replace(rule, needs=needs(rule, history))
            for what in excess(rule):
                message = f"a machine would refuse {rule.id}: {what}"
                checked.problems.append(Problem("DL003", message, rule.place, "", rule.id))


def _check_whole(checked: Checked) -> None:
    first: dict[str, RuleSource] = {}
    for source in checked.sources:
        before = first.setdefault(source.id, source)
        if before is not source:
            message = f"the id {source.id!r} stands twice"
            help_ = f"it stands in {before.place} already; ids are never reused"
            checked.problems.append(Problem("DL105", message, source.place, help_, source.id))
    if checked.pack is not None:
        _check_retired(checked, checked.pack)
        _check_needs(checked, checked.pack)
    if not checked.sources and not checked.has_errors and not _is_beside(checked):
        checked.problems.append(Problem("DL107", "there are no rules", checked.whole))
    if len(checked.sources) > limits.RULES:
        message = f"{len(checked.sources):,} rules; a pack holds at most {limits.RULES:,}"
        checked.problems.append(Problem("DL003", message, checked.whole, "make two packs of it"))


def _is_beside(checked: Checked) -> bool:
    """Does it hold tailorings, waivers or who gets what of packs elsewhere, and no pack?"""
    forms = {file.form for file in checked.files}
    return bool(forms) and forms <= {"tailoring/v1", "waivers/v1", "assignment/v1"}


def _check_retired(checked: Checked, pack: PackSource) -> None:
    retired = {one[0] for one in pack.retired}
    for source in checked.sources:
        if source.id in retired:
            message = f"the id {source.id!r} was retired"
            help_ = "an id is never reused: take another"
            checked.problems.append(Problem("DL701", message, source.place, help_, source.id))


def _check_needs(checked: Checked, pack: PackSource) -> None:
    """An agent that has what the pack requires must be able to judge every rule."""
    said = names.facts_version(pack.requires_facts)
    for rule in checked.rules.values():
        if said is not None and order(rule.needs) > said:
            message = f"{rule.id} needs facts {rule.needs}; the pack says {pack.requires_facts}"
            help_ = f'write requires_facts: "{rule.needs}"'
            place = checked.said("requires_facts") or rule.place
            checked.problems.append(Problem("DL703", message, place, help_, rule.id))


def in_order(problems: Iterable[Problem]) -> list[Problem]:
    """Errors before warnings, each by file, line and column."""
    return sorted(
        problems,
        key=lambda p: (p.level != "error", p.place.file, p.place.line, p.place.column, p.id),
    )
