"""Which file of a pack is this, and what is in it? The first key names the form.

`pack/v1` says what the pack is; `rules/v1` holds rules of one topic. Tests have their own reader.
"""

import re
from dataclasses import dataclass

from rules.compiled import limits, literal
from rules.errors import Place, Problem
from rules.facts.index import CATALOGUE_VERSION
from rules.language import events, source
from rules.language.document import Mapping, Scalar, Value
from rules.language.fields import Fields
from rules.language.model import RuleSource, is_id, read_rule
from rules.language.source import Source

FORMS = ("pack/v1", "rules/v1", "rule-tests/v1")
_SEMVER = re.compile(r"(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)")
_FACTS = re.compile(r"[0-9]+\.[0-9]+")


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


def read_file(name: str, data: bytes, problems: list[Problem]) -> File | None:
    """Read a file as far as its form; what is wrong is added to `problems`."""
    read = source.read(name, data)
    if isinstance(read, Problem):
        problems.append(read)
        return None
    value, found = events.compose(read)
    problems.extend(found)
    if value is None:
        return None
    form = _form(value, problems)
    return File(read, form, value) if form and isinstance(value, Mapping) else None


def _form(value: Value, problems: list[Problem]) -> str | None:
    help_ = "begin the file with dentinel: rules/v1"
    if not isinstance(value, Mapping) or not value.entries:
        problems.append(Problem("DL108", "the file names no form", value.place, help_))
        return None
    key, form = value.entries[0]
    if key.text != "dentinel":
        problems.append(Problem("DL108", "the first key names the form", key.place, help_))
        return None
    if not isinstance(form, Scalar) or form.text not in FORMS:
        message = f"the form is none of {', '.join(FORMS)}"
        problems.append(Problem("DL108", message, form.place, help_))
        return None
    return form.text


def read_pack(file: File, problems: list[Problem]) -> PackSource | None:
    """Read `pack.yaml`."""
    fields = Fields(file.of, "pack.yaml", problems)
    fields.text("dentinel")
    name, version = fields.text("pack", required=True), fields.text("version", required=True)
    title = fields.text("title", required=True, limit=limits.TITLE_LENGTH)
    facts = fields.text("requires_facts", required=True)
    language = fields.number("language")
    retired = tuple(_retired(one, problems) for one in fields.mappings("retired"))
    fields.done()
    if language is None or language[0] != 1:
        fields.say("DL108", "this release reads language 1", file.of.place, "write language: 1")
    if name is not None and not is_id(name.text):
        fields.say("DL106", f"{name.text[:60]!r} is no name of a pack", name.place)
    if version is not None and not _SEMVER.fullmatch(version.text):
        fields.say("DL106", "a version has three numbers", version.place, 'such as "1.0.0"')
    if facts is not None:
        _check_facts(fields, facts)
    if name is None or version is None or title is None or facts is None:
        return None
    return PackSource(name.text, version.text, title.text, facts.text, retired, file.of.place)


def _check_facts(fields: Fields, facts: Scalar) -> None:
    if not _FACTS.fullmatch(facts.text):
        fields.say("DL103", "requires_facts is a version", facts.place, 'such as "1.0"')
    elif literal.version(facts.text) > literal.version(CATALOGUE_VERSION):
        message = f"this release has the fact catalogue {CATALOGUE_VERSION}"
        fields.say("DL314", message, facts.place)


def _retired(of: Mapping, problems: list[Problem]) -> tuple[str, str, str]:
    fields = Fields(of, "an entry of retired", problems)
    words = [fields.text(key, required=True) for key in ("id", "last", "why")]
    fields.done()
    texts = [word.text if word else "" for word in words]
    return texts[0], texts[1], texts[2]


def read_rules(file: File, problems: list[Problem]) -> tuple[str, tuple[RuleSource, ...]]:
    """The pack that a topic file names, and its rules as they were written."""
    fields = Fields(file.of, "a rules file", problems)
    fields.text("dentinel")
    pack = fields.text("pack", required=True)
    found = fields.mappings("rules", required=True)
    fields.done()
    if len(found) > limits.RULES_IN_FILE:
        message = f"a file holds at most {limits.RULES_IN_FILE} rules"
        fields.say("DL003", message, file.of.place, "split it by topic")
    rules = tuple(read_rule(one, problems) for one in found[: limits.RULES_IN_FILE])
    return (pack.text if pack else ""), rules
