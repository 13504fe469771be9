"""What would be signed: which targets follow from who gets what, and what speaks against it?

Everything at once, each problem where it stands in the author's files. Nothing is signed here.

- A pack of one's own comes from its sources, which were checked and tested just now; else from
  this release, or from what was signed before. A version names one file for ever.
- A serial grows only where something changed, so a machine sees at once whether it must act.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from evidence import distribution, strict_json
from evidence.distribution import Assignment, Bytes, Names, PackTarget, Stand, Table
from evidence.errors import EvidenceError
from evidence.roster import Clinic, Roster
from rules.compiled import limits, names
from rules.compiled.assignment import Assignment as Machine
from rules.compiled.assignment import of_site
from rules.compiled.rule import Pack
from rules.compiled.setting import Setting
from rules.errors import Place, Problem
from rules.language.assignments import AssignmentSource, ClinicSource
from rules.language.document import Scalar
from rules.language.files import File, read_file
from rules.language.source import Source
from rules.language.suggest import did_you_mean
from rules.workbench import tailorings


@dataclass(frozen=True, slots=True)
class Shelf:
    """The packs that can be assigned: by name and version their meaning and bytes."""

    packs: Mapping[tuple[str, str], tuple[Pack, bytes]]

    def versions(self, name: str) -> list[str]:
        """Which versions of a pack there are, the lowest first."""
        found = [version for pack, version in self.packs if pack == name]
        return sorted(found, key=lambda version: names.semver(version) or (0, 0, 0))


@dataclass(frozen=True, slots=True)
class Before:
    """What was signed last: targets by name, and what each clinic has."""

    contents: Mapping[str, bytes] = field(default_factory=dict)

    @property
    def assignments(self) -> dict[str, Assignment]:
        """The assignments by clinic."""
        found = (
            Assignment.from_bytes(data)
            for name, data in self.contents.items()
            if name.endswith("/assignment.json")
        )
        return {one.clinic: one for one in found}


@dataclass(frozen=True, slots=True)
class Asked:
    """What the draft is made of, beside the author's file."""

    folder: Path
    roster: Roster
    shelf: Shelf
    before: Before
    today: date
    may_go_back: bool = False


@dataclass(slots=True)
class Draft:
    """The targets to be, by name; and what speaks against signing them."""

    contents: dict[str, bytes] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    texts: dict[str, Source] = field(default_factory=dict)

    @property
    def has_errors(self) -> bool:
        """Is anything wrong that is more than a warning?"""
        return any(problem.level == "error" for problem in self.problems)


def draft(source: AssignmentSource, asked: Asked) -> Draft:
    """All targets that follow from the author's file."""
    made = Draft()
    for one in source.clinics:
        clinic = asked.roster.clinic(one.name.text)
        if clinic is None:
            known = [known.name for known in asked.roster.clinics]
            help_ = did_you_mean(one.name.text, known) or (
                "take the list anew: dentinel-controller packs online-keys"
            )
            message = f"the controller has no clinic {one.name.text!r}"
            made.problems.append(Problem("DL605", message, one.name.place, help_))
        else:
            _Clinic(one, clinic, asked, made).add()
    return made


@dataclass(frozen=True, slots=True)
class _Clinic:
    """One clinic: as it is written, as the controller knows it, and where its targets go."""

    source: ClinicSource
    known: Clinic
    asked: Asked
    made: Draft

    def add(self) -> None:
        """Put the targets of this clinic into the draft."""
        packs = [*self._packs()]
        self._require_apart([pack for pack, _ in packs])
        stands = dict(self._stands())
        tailoring = self._tailoring([pack for pack, _ in packs], stands)
        tables = [*self._tables()]
        if self.made.has_errors or not packs:
            return
        was = self.asked.before.assignments.get(self.known.id)
        found = Assignment(
            org=self.asked.roster.org.id,
            clinic=self.known.id,
            serial=was.serial if was else 1,
            patrol=f"{self.source.patrol_seconds}s",
            packs=tuple(_target(pack, data) for pack, data in packs),
            tailoring=None if tailoring is None else Bytes(sha256=_sha(tailoring)),
            data=tuple(Table(table=name, sha256=_sha(data)) for name, data in tables),
            names=Names(org=self.asked.roster.org.name, clinic=self.known.name),
            machines=dict(sorted(stands.items())),
        )
        target, contents = distribution.assignment_target(self.known.id), self.made.contents
        if was is not None and found != was:
            found = replace(found, serial=was.serial + 1)
        same = was is not None and found == was
        contents[target] = self.asked.before.contents[target] if same else found.to_bytes()
        if tailoring is not None:
            contents[distribution.tailoring_target(self.known.id)] = tailoring
        for pack, data in packs:
            contents[distribution.pack_target(pack.pack, pack.version)] = data
        contents.update({distribution.table_target(name): data for name, data in tables})

    def _say(self, code: str, message: str, at: Scalar | Place, help_: str = "") -> None:
        place = at if isinstance(at, Place) else at.place
        self.made.problems.append(Problem(code, message, place, help_))

    def _packs(self) -> Iterator[tuple[Pack, bytes]]:
        shelf = self.asked.shelf
        for name, version in self.source.packs:
            found = shelf.packs.get((name.text, version.text))
            if found is None:
                have = shelf.versions(name.text)
                help_ = (
                    f"there is {', '.join(have)}"
                    if have
                    else did_you_mean(name.text, [pack for pack, _ in shelf.packs])
                    or "name its folder: sources: [packs/NAME]"
                )
                self._say("DL605", f"there is no {name.text} {version.text} here", version, help_)
                continue
            self._refuse_older(name, version)
            yield found

    def _require_apart(self, packs: Sequence[Pack]) -> None:
        """A rule goes by its id alone: a machine takes no two packs that both have it."""
        first: dict[str, str] = {}
        for pack in packs:
            for rule in pack.rules:
                other = first.setdefault(rule.id, pack.pack)
                if other != pack.pack:
                    message = f"{other} and {pack.pack} both have a rule {rule.id}"
                    self._say("DL105", message, self.source.name, "give one of them another id")

    def _refuse_older(self, name: Scalar, version: Scalar) -> None:
        was = self.asked.before.assignments.get(self.known.id)
        held = next((one for one in was.packs if one.pack == name.text), None) if was else None
        if held is None or self.asked.may_go_back:
            return
        if (names.semver(version.text) or ()) < (names.semver(held.version) or ()):
            help_ = "publish it under a higher version, or say --back if that is what you want"
            self._say("DL702", f"the clinic has {name.text} {held.version} already", version, help_)

    def _stands(self) -> Iterator[tuple[str, Stand]]:
        for one in self.source.machines:
            found = [
                known
                for known in self.known.machines
                if known.name is not None and known.name.casefold() == one.name.text.casefold()
            ]
            if len(found) != 1:
                self._say_unknown(one.name, len(found))
                continue
            stand = Stand(site=one.site, groups=one.groups, role=one.role, name=found[0].name)  # type: ignore[arg-type]
            yield found[0].id, stand

    def _say_unknown(self, name: Scalar, count: int) -> None:
        known = [one.name for one in self.known.machines if one.name is not None]
        again = "take the list anew: dentinel-controller packs online-keys"
        if count:
            message = f"{count} machines of {self.known.name} are called {name.text}"
            self._say("DL105", message, name, "rename one, or retire the one that is gone")
        else:
            message = f"{self.known.name} has no machine {name.text}"
            self._say("DL605", message, name, did_you_mean(name.text, known) or again)

    def _fleet(self, stands: Mapping[str, Stand]) -> list[Machine]:
        """Every machine of the clinic as scopes see it; one that is not named as it joined."""
        found = []
        for one in self.known.machines:
            stand = stands.get(one.id)
            site, role = (stand.site, stand.role) if stand else (one.site, one.role)
            groups = {*(stand.groups if stand else one.groups)}
            groups |= {of_site(site)} if site else set()
            groups |= {f"role:{role}"} if role else set()
            name = stand.name if stand and stand.name else one.id
            org = self.asked.roster.org.name
            found.append(Machine(org, self.known.name, frozenset(groups), name))
        return found

    def _tailoring(self, packs: Sequence[Pack], stands: dict[str, Stand]) -> bytes | None:
        """The bytes of what is set otherwise; a machine that it names is placed as it joined."""
        files: list[File] = []
        digests: dict[str, str] = {}
        for path in self.source.tailoring:
            data = self._read(path)
            file = None if data is None else self._tailoring_file(path, data)
            if file is not None and data is not None:
                files.append(file)
                digests[file.name] = _sha(data)
        if not files or len(files) < len(self.source.tailoring):
            return None
        today = self.asked.today
        self._place_named(tailorings.check_tailorings(files, packs, today).settings, stands)
        checked = tailorings.check_tailorings(files, packs, today, self._fleet(stands))
        self.made.problems += checked.problems
        return None if checked.has_errors else tailorings.build(checked, digests)

    def _place_named(self, settings: Iterable[Setting], stands: dict[str, Stand]) -> None:
        """A machine knows itself by a name only if its assignment says so."""
        named = {dict(one.match.keys).get("machine", "").casefold() for one in settings}
        for one in self.known.machines:
            if one.id not in stands and one.name and one.name.casefold() in named:
                stands[one.id] = Stand(
                    site=one.site, groups=one.groups, role=one.role, name=one.name
                )

    def _tailoring_file(self, path: Scalar, data: bytes) -> File | None:
        name = (self.asked.folder / path.text).as_posix()
        file = read_file(name, data, self.made.problems)
        if file is None:
            return None
        self.made.texts[file.name] = file.source
        if file.form != tailorings.FORM:
            self._say("DL108", f"it is of form {file.form}, not {tailorings.FORM}", path)
            return None
        return file

    def _tables(self) -> Iterator[tuple[str, bytes]]:
        for name, path in self.source.data:
            data = self._read(path)
            if data is None:
                continue
            target = distribution.table_target(name.text)
            try:
                strict_json.read(data)
            except EvidenceError as error:
                self._say("DL106", f"{path.text} is no table: {error}", path)
                continue
            if self.made.contents.get(target, data) != data:
                message = f"another clinic has another table {name.text}"
                self._say("DL105", message, name, "give one of them another name")
            yield name.text, data

    def _read(self, path: Scalar) -> bytes | None:
        file = self.asked.folder / path.text
        try:
            with file.open("rb") as opened:
                return opened.read(limits.SOURCE_BYTES + 1)
        except OSError as error:
            self._say("DL001", f"{file.as_posix()} cannot be read: {error.strerror}", path)
            return None


def _target(pack: Pack, data: bytes) -> PackTarget:
    return PackTarget(pack=pack.pack, version=pack.version, sha256=_sha(data), length=len(data))


def _sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
