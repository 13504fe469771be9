"""What do the parts of a test say: its facts, its params, its instant, what it expects?

The keys are sound by their table; here values are held against the rule and the fact catalogue.
"""

from datetime import datetime

from rules.compiled import catalogue, instants
from rules.compiled.literal import Literal, plain
from rules.compiled.rule import Param, Rule
from rules.engine.unparse import constant
from rules.language.document import Mapping, Scalar, Sequence
from rules.language.entry import Entry as Keys
from rules.language.suggest import did_you_mean
from rules.language.written import read_value
from rules.verdict import Verdict
from rules.workbench.cases.case import Entry, Expected, Json
from rules.workbench.cases.facts import FactText


def fixtures(keys: Keys) -> dict[Scalar, Mapping]:
    """The fixtures as they were written; their fields are typed where they are used."""
    of = keys.value("fixtures")
    entries = of.entries if isinstance(of, Mapping) else ()
    return {name: value for name, value in entries if isinstance(value, Mapping)}


def instant(keys: Keys) -> datetime | None:
    """The `now` of a test or of a file; what is no instant is told (DL305)."""
    text = keys.scalar("now")
    if text is None:
        return None
    try:
        return instants.to_datetime(instants.read_timestamp(text.text))
    except ValueError:
        help_ = 'such as "2026-11-22T10:00:00Z"'
        keys.say("DL305", f"{text.text[:40]!r} is no timestamp", text.place, help_)
        return None


def facts(keys: Keys, text: FactText) -> dict[str, Json]:
    """The facts of a test in JSON form; what does not fit is told (DL503)."""
    forms: dict[str, Json] = {}
    for name, value in keys.named("facts"):
        of = catalogue.fact(name.text)
        if of is None:
            help_ = did_you_mean(name.text, catalogue.facts())
            keys.say("DL503", f"there is no fact {name.text[:40]!r}", name.place, help_)
        elif isinstance(value, Scalar | Mapping | Sequence):
            forms[name.text] = text.read(of, value, name.text)
    return forms


def params(keys: Keys, rule: Rule) -> dict[str, Json]:
    """The params of a test in JSON form; what does not fit the rule is told (DL601, DL604)."""
    forms: dict[str, Json] = {}
    for name, value in keys.named("params"):
        param = rule.params.get(name.text)
        if param is None:
            help_ = did_you_mean(name.text, rule.params) or f"it has {', '.join(rule.params)}"
            keys.say("DL601", f"{rule.id} has no param {name.text[:40]!r}", name.place, help_)
        elif isinstance(value, Scalar | Mapping | Sequence):
            read = read_value(param.type, value, keys)
            if read is not None and _is_within(param, read):
                forms[name.text] = plain(read)
            elif read is not None:
                message = f"{name.text} lies outside {_bounds(param)}"
                keys.say("DL604", message, value.place, "no tailoring may set it so")
    return forms


def _is_within(param: Param, value: Literal) -> bool:
    low, high = param.low, param.high
    return (low is None or low.value <= value.value) and (high is None or value.value <= high.value)


def _bounds(param: Param) -> str:
    named = (("min", param.low), ("max", param.high))
    return " and ".join(f"{word} {constant(of)}" for word, of in named if of is not None)


def expected(keys: Keys, rule: Rule) -> Expected | None:
    """What a test expects; None without a verdict, which was told."""
    verdict, why, items = keys.scalar("verdict"), keys.scalar("why"), keys.value("items")
    if verdict is None:
        return None
    entries = tuple(_entry(one, rule) for one in keys.entries("items"))
    if entries and items is not None and verdict.text != Verdict.FAIL:
        message = f"items are those that fail, and the verdict is {verdict.text}"
        keys.say("DL104", message, items.place, "expect fail, or leave items out")
    return Expected(
        verdict=Verdict(verdict.text),
        verdict_place=verdict.place,
        why=why.text if why is not None else None,
        why_place=why.place if why is not None else None,
        items=entries if items is not None else None,
        items_place=items.place if items is not None else None,
    )


def _entry(keys: Keys, rule: Rule) -> Entry:
    clause, last = keys.scalar("clause"), len(rule.clauses) - 1
    number = keys.number("clause")
    if clause is not None and number is not None and number > last:
        help_ = f"they are numbered from 0, must first: 0 to {last}" if last else "its one is 0"
        keys.say("DL103", f"{rule.id} has no clause {number}", clause.place, help_)
    return Entry(keys.text("item"), number, keys.text("say"), keys.place)
