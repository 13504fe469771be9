"""How are the files of tests read? What is wrong in one test hides no other.

The keys are checked by their table; here what they say is held against the rules and the fact
catalogue. No test reads the wall clock: a rule that asks for the time needs `now` (DL509).
"""

import sys
from datetime import UTC, datetime

from rules.compiled import tree
from rules.compiled.rule import Rule
from rules.errors import Place, Problem
from rules.language.document import Scalar
from rules.language.entry import Entry as Keys
from rules.language.files import File, read_entry
from rules.language.suggest import did_you_mean
from rules.workbench.cases import parts
from rules.workbench.cases.case import Case, Equivalent, Suite
from rules.workbench.cases.facts import FactText
from rules.workbench.packs import Checked
from rules.workbench.variants.leaves import leaves
from rules.workbench.variants.mutants import mutants
from rules.workbench.variants.written import Written

NO_TIME = datetime(2000, 1, 1, tzinfo=UTC)
"""The instant of a test whose rule never asks for it."""

_Position = tuple[int, int]
"""Line and column."""


def read_suite(pack: Checked, *, is_shipped: bool) -> Suite:
    """All tests of a pack; a rule without any is a warning, and an error in a pack we ship."""
    suite = Suite()
    named: set[str] = set()
    for file in pack.of_form("rule-tests/v1"):
        reader = _CaseFile(pack, file, suite)
        reader.read()
        named |= reader.named
    for source in pack.sources:
        if source.id and source.id not in named:
            message = f"the rule {source.id} has no test"
            help_ = f"write one in a file such as {_test_file(source.place)}"
            suite.problems.append(
                Problem("DL409", message, source.place, help_, source.id, of_shipped=is_shipped)
            )
    return suite


def asks_time(rule: Rule) -> bool:
    """Does a leaf of the rule use `now` or `age()`?"""
    nodes = (node for _, leaf in leaves(rule) for node in tree.walk(leaf))
    return any(node.op == "age" or (node.op == "name" and node.args[0] == "now") for node in nodes)


def _test_file(place: Place) -> str:
    return f"{place.file.rpartition('/')[2].removesuffix('.yaml')}_test.yaml"


class _CaseFile:
    """Reads one file of tests into a suite."""

    def __init__(self, pack: Checked, file: File, suite: Suite) -> None:
        self._pack = pack
        self._suite = suite
        self._keys = read_entry(file, suite.problems)
        self._rules = {source.id: source for source in pack.sources}
        self._mutants: dict[str, list[str]] = {}
        self._now = parts.instant(self._keys)
        self.named: set[str] = set()

    def read(self) -> None:
        """Read everything that the file holds."""
        keys = self._keys
        self._check_pack(keys.scalar("pack"))
        fixtures = parts.fixtures(keys)
        text = FactText({name.text: of for name, of in fixtures.items()}, keys)
        tests = keys.entries("tests")
        ends = [_at(one.place) for one in tests[1:]] + [self._end_of_tests()]
        for one, end in zip(tests, ends, strict=False):
            self._case(one, text, end)
        for name in fixtures:
            if name.text not in text.used:
                help_ = f"write {{$use: {name.text}}} in a test, or leave it out"
                keys.say("DL502", f"no test uses {name.text}", name.place, help_)
        for one in keys.entries("equivalent"):
            self._equivalent(one)

    def _end_of_tests(self) -> _Position:
        """Where the next key of the file stands, or its end."""
        tests = self._keys.of.key("tests")
        after = [_at(key.place) for key, _ in self._keys.of.entries]
        first = _at(tests.place) if tests is not None else (0, 0)
        return min((at for at in after if at > first), default=(sys.maxsize, 0))

    def _check_pack(self, named: Scalar | None) -> None:
        pack = self._pack.pack
        if named is not None and pack is not None and named.text != pack.pack:
            message = f"this folder is the pack {pack.pack!r}, not {named.text[:40]!r}"
            self._keys.say("DL104", message, named.place, f"write pack: {pack.pack}")

    def _case(self, keys: Keys, text: FactText, end: _Position) -> None:
        """A test in which anything is wrong is told, and not run."""
        text.is_sound = True
        rule, facts, now = (
            self._rule(keys),
            parts.facts(keys, text),
            parts.instant(keys) or self._now,
        )
        name, expect = keys.scalar("name"), keys.entry("expect")
        if name is None or rule is None or expect is None:
            return
        params, expected = parts.params(keys, rule), parts.expected(expect, rule)
        if now is None and asks_time(rule):
            help_ = 'write now: "2026-11-22T10:00:00Z", in the test or once for the file'
            message = f"{rule.id} asks for the time: a test of it needs now"
            keys.say("DL509", message, name.place, help_)
        if expected is not None and text.is_sound and not self._is_told(_at(keys.place), end):
            at, is_todo = now or NO_TIME, keys.truth("todo")
            case = Case(name.text, name.place, rule, facts, params, at, is_todo, expected)
            self._suite.cases.append(case)

    def _is_told(self, start: _Position, end: _Position) -> bool:
        """Is anything wrong between two positions of the file?"""
        file = self._keys.place.file
        places = [one.place for one in self._suite.problems if one.level == "error"]
        return any(at.file == file and start <= _at(at) < end for at in places)

    def _rule(self, keys: Keys) -> Rule | None:
        named = keys.scalar("rule")
        if named is None:
            return None
        self.named.add(named.text)
        if named.text not in self._rules:
            help_ = did_you_mean(named.text, self._rules)
            keys.say("DL501", f"there is no rule {named.text[:48]!r}", named.place, help_)
        return self._pack.rules.get(named.text)

    def _equivalent(self, keys: Keys) -> None:
        at, why = keys.scalar("at"), keys.text("why")
        if at is None or why is None:
            return
        rule = at.text.partition(" ")[0]
        if rule not in self._rules:
            help_ = did_you_mean(rule, self._rules) or "at begins with the id of a rule"
            keys.say("DL501", f"there is no rule {rule[:48]!r}", at.place, help_)
            return
        known = self._mutants_of(rule)
        if known and at.text not in known:
            help_ = did_you_mean(at.text, known) or "take the words that rules test --mutate prints"
            keys.say("DL510", f"{rule} has no such mutant", at.place, help_)
        self._suite.equivalents.append(Equivalent(rule, at.text, why, at.place))

    def _mutants_of(self, identifier: str) -> list[str]:
        """The names of the mutants of a rule; none if the rule is broken."""
        rule = self._pack.rules.get(identifier)
        if rule is not None and identifier not in self._mutants:
            written = Written(self._rules[identifier], {})
            self._mutants[identifier] = [one.at for one in mutants(rule, written)]
        return self._mutants.get(identifier, [])


def _at(place: Place) -> _Position:
    return place.line, place.column
