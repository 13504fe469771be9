"""On which terms does somebody want to see a rule judged: by whose tailoring, with which values?"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from rules.compiled import limits, literal, tailoring
from rules.compiled.assignment import Assignment, is_name, roles
from rules.compiled.canonical import Json
from rules.compiled.rule import Pack, Rule
from rules.compiled.setting import Tailoring
from rules.engine.tailor import tailor, with_given
from rules.engine.terms import Terms, plain
from rules.errors import Misused, Problem
from rules.language import events, source
from rules.language.entry import Teller
from rules.language.files import File, read_file
from rules.language.suggest import did_you_mean
from rules.language.written import read_value
from rules.workbench.tailorings import check_tailorings


def read_tailorings(paths: Iterable[Path], pack: Pack) -> tuple[Tailoring, ...]:
    """The tailorings in these files, as text or compiled; Misused if one is not sound."""
    found: list[Tailoring] = []
    files: list[File] = []
    for path in paths:
        with path.open("rb") as opened:
            data = opened.read(limits.SOURCE_BYTES + 1)
        if path.suffix == ".json":
            found += tailoring.load(data, [pack]).tailorings
        else:
            files.append(_file(path, data))
    checked = check_tailorings(files, [pack], None)
    if checked.has_errors:
        raise _refused(checked.problems[0])
    return (*found, *checked.tailorings)


def _file(path: Path, data: bytes) -> File:
    problems: list[Problem] = []
    file = read_file(path.name, data, problems)
    if file is None:
        raise _refused(problems[0])
    if file.form != tailoring.FORM:
        raise Misused(f"{path} is of form {file.form}; a tailoring begins with {tailoring.FORM}")
    return file


def _refused(problem: Problem) -> Misused:
    help_ = f"; {problem.help}" if problem.help else ""
    return Misused(f"{problem.place}: {problem.id}: {problem.message}{help_}")


def assignment(
    machine: str | None, clinic: str | None, org: str | None, groups: Sequence[str]
) -> Assignment:
    """Where a machine stands, by names from the command line; Misused if one is no name."""
    named = [("machine", machine), ("clinic", clinic), ("org", org)]
    for level, name in (*named, *(("group", group) for group in groups)):
        if name is not None and not is_name(level, name):
            known = f"; roles are {', '.join(roles())}" if name.startswith("role:") else ""
            raise Misused(f"{name[:64]!r} is no name of a {level}{known}")
    return Assignment(org, clinic, frozenset(groups), machine)


def terms(
    pack: Pack,
    tailorings: Sequence[Tailoring],
    machine: Assignment,
    now: datetime,
) -> Mapping[str, Terms]:
    """The terms of all rules for which something is set on that machine at that time."""
    return tailor(pack, tailorings, machine, now)


def given(rule: Rule, before: Terms | None, texts: Iterable[str]) -> Terms:
    """The terms of a rule with values of `NAME=VALUE`; Misused says what does not fit."""
    forms = dict(_form(rule, text) for text in texts)
    return with_given(rule, before or plain(rule), forms)


def _form(rule: Rule, text: str) -> tuple[str, Json]:
    name, sign, written = text.partition("=")
    param = rule.params.get(name)
    if not sign:
        raise Misused(f"{text[:60]!r} gives no value: write NAME=VALUE")
    if param is None:
        known = f"it has {', '.join(rule.params)}" if rule.params else "it has none"
        near = did_you_mean(name, rule.params) or known
        raise Misused(f"{rule.id} has no param {name[:40]!r}; {near}")
    problems: list[Problem] = []
    read = source.read(name, written.encode("utf-8", "surrogateescape"))
    value = events.compose(read)[0] if isinstance(read, source.Source) else None
    found = None if value is None else read_value(param.type, value, Teller(problems))
    if found is None:
        why = f": {problems[0].message}; {problems[0].help}" if problems else ""
        raise Misused(f"{written[:60]!r} is no {param.type_text} for {name}{why}".rstrip("; "))
    return name, literal.plain(found)
