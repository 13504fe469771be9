"""What do the tests of a pack ask? Read from `*_test.yaml`, form rule-tests/v1.

A test says facts, and what is expected of one rule: verdict, why, and the exact set of entries
that failed. No test reads the wall clock: a rule that asks for the time needs `now` (DL509).
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from rules.compiled import catalogue, instants, limits, tree
from rules.compiled.literal import plain
from rules.compiled.rule import Rule
from rules.errors import Place, Problem
from rules.facts.index import CATALOGUE
from rules.language.document import Mapping, Scalar
from rules.language.fields import Fields
from rules.language.files import File
from rules.language.params import read_value
from rules.language.suggest import did_you_mean
from rules.verdict import Verdict
from rules.workbench.fact_text import FactText
from rules.workbench.packs import Checked

NO_TIME = datetime(2000, 1, 1, tzinfo=UTC)
"""The instant of a test whose rule never asks for it."""

Json = Any


@dataclass(frozen=True, slots=True)
class Expected:
    """One entry that must fail: what is given of it must be so."""

    item: str | None
    clause: int | None
    say: str | None


@dataclass(frozen=True, slots=True)
class Case:
    """One test, ready to run."""

    name: str
    place: Place
    rule: Rule
    facts: dict[str, Json]
    params: dict[str, Json]
    now: datetime
    is_todo: bool
    verdict: Verdict
    why: str | None
    items: tuple[Expected, ...] | None


def read_cases(pack: Checked, *, is_shipped: bool) -> tuple[Case, ...]:
    """All tests of a pack; what is wrong is added to its problems."""
    cases: list[Case] = []
    tested: set[str] = set()
    for file in pack.of_form("rule-tests/v1"):
        cases += _TestFile(pack, file).cases(tested)
    for source in pack.sources:
        if source.id not in tested:
            message = f"the rule {source.id} has no test"
            problem = Problem("DL409", message, source.place, "", source.id, of_shipped=is_shipped)
            pack.problems.append(problem)
    return tuple(cases)


def asks_time(rule: Rule) -> bool:
    """Does a leaf of the rule use `now` or `age()`?"""
    over = rule.over
    leaves = [rule.when, *rule.define.values(), *(clause.that for clause in rule.clauses)]
    leaves += [] if over is None else list(over.where)
    nodes = [node for leaf in leaves if leaf is not None for node in tree.walk(leaf)]
    return any(node.op == "age" or (node.op == "name" and node.args[0] == "now") for node in nodes)


class _TestFile:
    """Reads one file of tests."""

    def __init__(self, pack: Checked, file: File) -> None:
        self._pack = pack
        self._problems = pack.problems
        self._of = file.of
        self._fields = Fields(file.of, "a test file", pack.problems)
        fixtures = self._fields.mapping("fixtures")
        entries = fixtures.entries if fixtures is not None else ()
        self._fixtures = {name: value for name, value in entries if isinstance(value, Mapping)}
        by_name = {name.text: value for name, value in self._fixtures.items()}
        self._text = FactText(by_name, self._fields)

    def cases(self, tested: set[str]) -> list[Case]:
        """The tests of the file; the rules that they name are added to `tested`."""
        self._fields.text("dentinel")
        self._fields.text("pack", required=True)
        now = self._now(self._fields)
        found = self._fields.mappings("tests", required=True)
        self._fields.done()
        if len(found) > limits.TESTS_IN_FILE:
            message = f"a file holds at most {limits.TESTS_IN_FILE} tests"
            self._fields.say("DL003", message, self._of.place, "split it by topic")
        cases = [self._case(one, now, tested) for one in found[: limits.TESTS_IN_FILE]]
        for name in self._fixtures:
            if name.text not in self._text.used:
                self._fields.say("DL502", f"no test uses {name.text}", name.place, "leave it out")
        return [case for case in cases if case is not None]

    def _now(self, fields: Fields) -> datetime | None:
        text = fields.text("now")
        if text is None:
            return None
        try:
            return instants.to_datetime(instants.read_timestamp(text.text))
        except ValueError:
            help_ = 'such as "2026-11-22T10:00:00Z"'
            fields.say("DL305", f"{text.text[:40]!r} is no timestamp", text.place, help_)
            return None

    def _case(self, of: Mapping, now: datetime | None, tested: set[str]) -> Case | None:
        fields = Fields(of, "a test", self._problems)
        name, named = fields.text("name", required=True), fields.text("rule", required=True)
        is_todo, own = fields.flag("todo"), self._now(fields)
        facts, params = fields.mapping("facts"), fields.mapping("params")
        expect = fields.mapping("expect")
        fields.done()
        rule = self._rule(fields, named, tested)
        forms = self._facts(fields, facts)
        if name is None or rule is None or expect is None:
            if expect is None:
                fields.say("DL102", "a test needs expect", of.place)
            return None
        if own is None and now is None and asks_time(rule):
            help_ = 'now: "2026-11-22T10:00:00Z"'
            fields.say("DL509", f"{rule.id} asks for the time: say now", name.place, help_)
        wanted = self._expect(expect)
        if wanted is None:
            return None
        return Case(
            name=name.text,
            place=name.place,
            rule=rule,
            facts=forms,
            params=self._params(fields, rule, params),
            now=own or now or NO_TIME,
            is_todo=is_todo,
            verdict=wanted[0],
            why=wanted[1],
            items=wanted[2],
        )

    def _rule(self, fields: Fields, named: Scalar | None, tested: set[str]) -> Rule | None:
        if named is None:
            return None
        tested.add(named.text)
        known = [source.id for source in self._pack.sources]
        if named.text not in known:
            help_ = did_you_mean(named.text, known)
            fields.say("DL501", f"there is no rule {named.text[:48]!r}", named.place, help_)
        return self._pack.rules.get(named.text)

    def _facts(self, fields: Fields, facts: Mapping | None) -> dict[str, Json]:
        forms: dict[str, Json] = {}
        for name, value in facts.entries if facts is not None else ():
            of = catalogue.fact(name.text)
            if of is None:
                help_ = did_you_mean(name.text, CATALOGUE)
                fields.say("DL503", f"there is no fact {name.text[:40]!r}", name.place, help_)
            else:
                forms[name.text] = self._text.read(of, value, name.text)
        return forms

    def _params(self, fields: Fields, rule: Rule, params: Mapping | None) -> dict[str, Json]:
        forms: dict[str, Json] = {}
        for name, value in params.entries if params is not None else ():
            param = rule.params.get(name.text)
            if param is None:
                help_ = did_you_mean(name.text, rule.params)
                fields.say("DL601", f"{rule.id} has no param {name.text[:40]!r}", name.place, help_)
                continue
            read = read_value(param.type, value, fields)
            if read is not None:
                forms[name.text] = plain(read)
        return forms

    def _expect(
        self, of: Mapping
    ) -> tuple[Verdict, str | None, tuple[Expected, ...] | None] | None:
        fields = Fields(of, "expect", self._problems)
        verdict = fields.one_of("verdict", list(Verdict), required=True)
        why = fields.text("why")
        items = None
        if of.get("items") is not None:
            items = tuple(self._entry(one) for one in self._entries(fields))
        fields.done()
        if verdict is None:
            return None
        return Verdict(verdict.text), why.text if why else None, items

    def _entries(self, fields: Fields) -> tuple[Mapping, ...]:
        value = fields.any("items")
        items = getattr(value, "items", ())
        return tuple(item for item in items if isinstance(item, Mapping))

    def _entry(self, of: Mapping) -> Expected:
        fields = Fields(of, "an expected item", self._problems)
        item, say = fields.text("item"), fields.text("say")
        clause = fields.any("clause")
        fields.done()
        number = clause.as_int() if isinstance(clause, Scalar) else None
        return Expected(item.text if item else None, number, say.text if say else None)
