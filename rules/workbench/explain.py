"""Why did a rule come to its verdict on these facts? Also for a pass.

One block of text: the verdict, each clause that did not pass with what was seen and wanted, the
count of items, the params with their basis.
"""

from collections.abc import Mapping
from datetime import datetime

from rules.compiled.catalogue import field
from rules.compiled.codes import MEANINGS
from rules.compiled.rule import Pack, Rule
from rules.engine.explain import expected, fix, place, sentence
from rules.engine.judge import judge
from rules.engine.result import ItemResult, Result
from rules.engine.words import clean, threshold, words
from rules.errors import Misused
from rules.facts.base import Reading
from rules.language.suggest import did_you_mean
from rules.verdict import Verdict

_DID = {Verdict.FAIL: "fails", Verdict.ERROR: "error", Verdict.UNKNOWN: "unknown"}
_COUNTED = ("pass", "fail", "in error", "unknown", "not selected")


def find(pack: Pack, identifier: str) -> Rule:
    """The rule of that id; Misused names the nearest."""
    rule = pack.rule(identifier)
    if rule is None:
        near = did_you_mean(identifier, [rule.id for rule in pack.rules])
        raise Misused(f"{pack.pack} has no rule {identifier!r}; {near or 'rules check lists them'}")
    return rule


def latest(readings: Mapping[str, Reading]) -> datetime:
    """The instant at which recorded facts are judged: that of the newest of them."""
    return max(reading.observed_at for reading in readings.values())


def explain(pack: Pack, rule: Rule, readings: Mapping[str, Reading], now: datetime) -> list[str]:
    """The lines that say why."""
    result = next(one for one in judge(pack, readings, now) if one.rule == rule.id)
    head = f"{rule.id}   {result.verdict.upper()}   {rule.severity}   {pack.pack} {pack.version}"
    lines = [head, f"  {rule.title}"]
    if result.why is not None:
        lines.append(f"  {result.verdict}: {_because(result.why)}")
    for item in result.items:
        lines += _entry(rule, result, item)
    if result.left_out:
        lines.append(f"  and {result.left_out} more")
    lines += _counts(rule, result)
    for name, param in result.params.items():
        lines.append(
            f"  params.{name} = {threshold(param.param, param.form)}; {param.origin} value"
        )
    system = _system(readings)
    text = fix(rule, system) if result.verdict is Verdict.FAIL else None
    return lines if text is None else [*lines, f"  fix: {text}"]


def _entry(rule: Rule, result: Result, item: ItemResult) -> list[str]:
    forms = {name: param.form for name, param in result.params.items()}
    said = sentence(rule, item.clause, item.seen, forms)
    if item.verdict is not Verdict.FAIL:
        said = f"{_because(item.why)}"
    name = clean(item.item or "machine", 24)
    lines = [f"  {name}  {_DID[item.verdict]}  {said}   {place(rule, item.clause)}"]
    for path, form in item.seen.items():
        found = field(tuple(path.split(".")))
        lines.append(f"      {path} = {words(found.type if found else None, form)}")
    return [*lines, f"      wanted: {expected(rule, item.clause, forms)}"]


def _because(why: str | None) -> str:
    """A reason code of facts, or a DL8 id with its meaning."""
    if why is None:
        return "the list holds nothing that the rule selects"
    return f"{MEANINGS[why]} ({why})" if why in MEANINGS else f"not read: {why}"


def _counts(rule: Rule, result: Result) -> list[str]:
    if rule.over is None or not sum(result.n):
        return []
    counted = zip(result.n, _COUNTED, strict=True)
    said = ", ".join(f"{count} {word}" for count, word in counted if count)
    return [f"  {sum(result.n)} {'.'.join(rule.over.path)}: {said}"]


def _system(readings: Mapping[str, Reading]) -> str:
    host = readings.get("host")
    value = host.value if host is not None else None
    return str(value.get("os", "any")) if isinstance(value, dict) else "any"
