"""Which file of a pack is this, and what is in it? The first key names the form."""

from dataclasses import dataclass

from rules.compiled import literal
from rules.errors import Place, Problem
from rules.facts.index import CATALOGUE_VERSION
from rules.language import events, source, structure
from rules.language.document import Mapping, Scalar, Value
from rules.language.entry import Entry, Teller
from rules.language.forms.index import FORMS
from rules.language.model import RuleSource, rule_source
from rules.language.source import Source
from rules.language.suggest import did_you_mean


@dataclass(frozen=True, slots=True)
class File:
    """A file that could be read: its form, and its one document."""

    source: Source
    form: str
    of: Mapping

    @property
    def name(self) -> str:
        """The path by which problems name the file."""
        return self.source.file


@dataclass(frozen=True, slots=True)
class PackSource:
    """What `pack.yaml` says."""

    pack: str
    version: str
    title: str
    requires_facts: str
    retired: tuple[tuple[str, str, str], ...]
    place: Place


def read_text(name: str, data: bytes, problems: list[Problem]) -> Source | None:
    """The text of a file, the first step; what is wrong is added to `problems`."""
    read = source.read(name, data)
    if isinstance(read, Problem):
        problems.append(read)
        return None
    return read


def read_document(read: Source, problems: list[Problem]) -> File | None:
    """Read the text of a file as far as its form; what is wrong is added to `problems`."""
    value, found = events.compose(read)
    problems.extend(found)
    if value is None:
        return None
    form = _form(value, Teller(problems))
    return File(read, form, value) if form and isinstance(value, Mapping) else None


def read_file(name: str, data: bytes, problems: list[Problem]) -> File | None:
    """Read a file as far as its form; what is wrong is added to `problems`."""
    read = read_text(name, data, problems)
    return None if read is None else read_document(read, problems)


def _form(value: Value, teller: Teller) -> str | None:
    help_ = "begin the file with dentinel: rules/v1"
    if not isinstance(value, Mapping) or not value.entries:
        teller.say("DL108", "the file names no form", value.place, help_)
        return None
    key, form = value.entries[0]
    if key.text != "dentinel":
        teller.say("DL108", "the first key names the form", key.place, help_)
        return None
    named = form.text if isinstance(form, Scalar) else ""
    if named not in FORMS:
        help_ = did_you_mean(named, FORMS) or f"it is one of {', '.join(FORMS)}"
        teller.say("DL108", f"there is no form {named[:40]!r}", form.place, help_)
        return None
    return named


def read_entry(file: File, problems: list[Problem]) -> Entry:
    """What is sound of a file by the keys of its form; what is wrong is added to `problems`."""
    return structure.check(FORMS[file.form], file.of, problems)


def read_pack(file: File, problems: list[Problem]) -> PackSource | None:
    """Read `pack.yaml`."""
    of = read_entry(file, problems)
    facts = of.scalar("requires_facts")
    if facts is not None and literal.version(facts.text) > literal.version(CATALOGUE_VERSION):
        message = f"this release has the fact catalogue {CATALOGUE_VERSION}"
        help_ = f'upgrade dentinel, or ask for "{CATALOGUE_VERSION}" and what it has'
        of.say("DL314", message, facts.place, help_)
    texts = [of.text(key) for key in ("pack", "version", "title", "requires_facts")]
    name, version, title, needs = texts
    if name is None or version is None or title is None or needs is None:
        return None
    retired = [
        [one.text(key) or "" for key in ("id", "last", "why")] for one in of.entries("retired")
    ]
    found = tuple((identifier, last, why) for identifier, last, why in retired)
    return PackSource(name, version, title, needs, found, of.place)


def read_rules(file: File, problems: list[Problem]) -> tuple[str, tuple[RuleSource, ...]]:
    """The pack that a topic file names, and its rules as they were written."""
    of = read_entry(file, problems)
    return of.text("pack") or "", tuple(rule_source(one) for one in of.entries("rules"))
