"""What does an author's tailoring set, for which machines, and may it?

Text in, settings out: each with its place, so that what speaks against one is told where it
stands. What has to hold of a setting is asked by rules.compiled.objections, of which every machine
asks it again; here are the questions that only text can answer: is there such a rule, such a
param, and does the text read as a value of it?
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, tzinfo

from rules.compiled.assignment import Match
from rules.compiled.grant import Grant
from rules.compiled.literal import Literal
from rules.compiled.objections import unknown_rule
from rules.compiled.rule import Pack, Param, Rule
from rules.compiled.setting import DISABLED, OFF, PARAM, SEVERITY, Setting, Tailoring
from rules.errors import Problem
from rules.facts.types import List
from rules.language.dates import check_period, granted, zone_of
from rules.language.document import Mapping, Scalar, Value
from rules.language.entry import Entry, Names, Teller
from rules.language.files import File, read_entry
from rules.language.scopes import read_match
from rules.language.suggest import did_you_mean
from rules.language.written import read_value


@dataclass(frozen=True, slots=True)
class TailoringSource:
    """A tailoring as it was written, once its keys are in order."""

    pack: Scalar
    versions: Scalar
    zone: tzinfo
    scopes: tuple[Entry, ...]


def read_tailoring(file: File, problems: list[Problem]) -> TailoringSource | None:
    """Read the keys of a file; None if it does not say what it extends."""
    entry = read_entry(file, problems)
    extends = entry.entry("extends")
    pack = extends.scalar("pack") if extends else None
    versions = extends.scalar("version") if extends else None
    if pack is None or versions is None:
        return None
    zone = zone_of(entry.scalar("zone"), entry)
    return TailoringSource(pack, versions, zone, entry.entries("scopes"))


def find_pack(
    source: TailoringSource, packs: Sequence[Pack], problems: list[Problem]
) -> Pack | None:
    """The pack that a tailoring extends; DL605 if it is not here, or in another version."""
    teller = Teller(problems)
    named = [pack for pack in packs if pack.pack == source.pack.text]
    probe = Tailoring(source.pack.text, source.versions.text, ())
    found = next((pack for pack in named if probe.extends(pack)), None)
    if not named:
        help_ = did_you_mean(source.pack.text, [pack.pack for pack in packs])
        teller.say("DL605", f"there is no pack {source.pack.text!r} here", source.pack.place, help_)
    elif found is None:
        have = ", ".join(pack.version for pack in named)
        message = f"{source.pack.text} is {have} here"
        teller.say("DL605", message, source.versions.place, "extend the version that is used")
    return found


def check_tailoring(
    source: TailoringSource, pack: Pack, today: date | None, problems: list[Problem]
) -> Tailoring:
    """The settings that are sound by themselves; what is wrong is added to `problems`."""
    reader = _Reader(pack, source.zone, today, problems)
    settings = tuple(one for scope in source.scopes for one in reader.scope(scope))
    return Tailoring(source.pack.text, source.versions.text, settings)


_TO_DISABLE = ("reason", "approved_by", "until")
_NOWHERE = Match((("machine", ""),))
"""Stands for a scope that could not be read, so that what it sets is checked all the same."""


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads the scopes of one file for one pack."""

    pack: Pack
    zone: tzinfo
    today: date | None
    problems: list[Problem]

    def scope(self, scope: Entry) -> Iterator[Setting]:
        """What one scope sets; nothing if it is no scope."""
        match = read_match(scope.entry("match"))
        at = match or _NOWHERE
        found = [*self._params(scope, at), *self._severities(scope, at), *self._disabled(scope, at)]
        yield from found if match is not None else ()

    def _params(self, scope: Entry, match: Match) -> Iterator[Setting]:
        for name, params in scope.named("set"):
            rule = self._rule(name)
            written = _below(_below(scope.of, "set"), name.text)
            if rule is None or not isinstance(params, Names):
                continue
            if not params.of:
                Teller(self.problems, rule.id).say("DL107", "nothing is set here", name.place)
            for param, sound in params.of:
                value = sound if isinstance(sound, Entry) else _below(written, param.text)
                yield from self._param(rule, param, value, match)

    def _param(
        self, rule: Rule, name: Scalar, value: Entry | Value | None, match: Match
    ) -> Iterator[Setting]:
        teller = Teller(self.problems, rule.id)
        param = rule.params.get(name.text)
        if param is None:
            message = f"{rule.id} has no param {name.text[:40]!r}"
            teller.say("DL601", message, name.place, _instead(name.text, rule))
            return
        before = len(self.problems)
        setting = Setting(match, rule.id, f"{PARAM}{param.name}", name.place)
        if isinstance(value, Entry):
            setting = self._because(param, setting, value)
        elif value is not None:
            setting = replace(setting, value=read_value(param.type, value, teller))
        is_whole = not isinstance(value, Entry) or value.lost_nothing
        if is_whole and len(self.problems) == before:
            yield setting

    def _because(self, param: Param, setting: Setting, entry: Entry) -> Setting:
        """A value, or what to add and to remove, with the reason for it."""
        whole = entry.value("value")
        value = None if whole is None else read_value(param.type, whole, entry)
        edits = [self._items(param, entry, key) for key in ("add", "remove")]
        grant = self._grant(entry)
        return replace(setting, value=value, add=edits[0], remove=edits[1], grant=grant)

    def _items(self, param: Param, entry: Entry, key: str) -> tuple[Literal, ...]:
        of = param.type if isinstance(param.type, List) else List(param.type, "item")
        value = entry.value(key)
        read = None if value is None else read_value(of, value, entry)
        return () if read is None else read.value

    def _severities(self, scope: Entry, match: Match) -> Iterator[Setting]:
        for name, word in scope.named_scalars("severity"):
            if self._rule(name) is not None:
                value = Literal("string", word.text)
                yield Setting(match, name.text, SEVERITY, name.place, value)

    def _disabled(self, scope: Entry, match: Match) -> Iterator[Setting]:
        for name, entry in scope.named_entries("disable"):
            before = len(self.problems)
            grant, rule = self._grant(entry), self._rule(name)
            is_whole = entry.lost_nothing and all(map(entry.has, _TO_DISABLE))
            if rule is not None and is_whole and len(self.problems) == before:
                yield Setting(match, rule.id, DISABLED, name.place, OFF, grant=grant)

    def _grant(self, entry: Entry) -> Grant:
        grant = granted(entry, self.zone)
        check_period(grant, entry.scalar("until"), self.today, entry)
        return grant

    def _rule(self, name: Scalar) -> Rule | None:
        """The rule of that name; DL601 or DL607 if there is none, with what to write instead."""
        rule = self.pack.rule(name.text)
        if rule is None:
            missing = unknown_rule(self.pack, name.text, name.place)
            near = did_you_mean(name.text, [one.id for one in self.pack.rules])
            self.problems.append(missing._replace(help=missing.help or near))
        return rule


def _below(value: Value | None, key: str) -> Value | None:
    return value.get(key) if isinstance(value, Mapping) else None


def _instead(word: str, rule: Rule) -> str:
    known = f"it has {', '.join(rule.params)}" if rule.params else "it has none"
    return did_you_mean(word, rule.params) or known
