"""What is said, in words, of each thing that did not pass?"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from rules.compiled import catalogue
from rules.compiled.rule import Rule
from rules.engine import explain
from rules.engine.result import ItemResult, Result
from rules.engine.words import words
from rules.facts.form import Json
from rules.verdict import Verdict

_SIZE = ".size()"


@dataclass(frozen=True, slots=True)
class Complaint:
    """One clause that did not pass: of which item, how, the values seen, what was wanted, where."""

    item: str | None
    verdict: Verdict
    sentence: str
    seen: tuple[str, ...]
    wanted: str
    place: str


def complaints(rule: Rule, result: Result) -> Iterator[Complaint]:
    """One for each item that is listed in a result."""
    params = {name: effective.form for name, effective in result.params.items()}
    for item in result.items:
        yield Complaint(
            item=item.item,
            verdict=item.verdict,
            sentence=_sentence(rule, item, params),
            seen=tuple(f"{path} = {_value(path, value)}" for path, value in item.seen.items()),
            wanted=explain.expected(rule, item.clause, params),
            place=explain.place(rule, item.clause),
        )


def _sentence(rule: Rule, item: ItemResult, params: Mapping[str, Json]) -> str:
    """The rule's own words for what fails; for what was not read, which value and why."""
    if item.verdict is Verdict.FAIL:
        return explain.sentence(rule, item.clause, item.seen, params, item.told)
    paths = [path for path, value in item.seen.items() if _why(value)]
    if item.verdict is Verdict.ERROR:
        return f"could not be judged: {item.why or 'its collector broke'}"
    if not paths:
        return unread(rule, item.why)
    return f"{paths[0]} was not read: {_why(item.seen[paths[0]])}"


def unread(rule: Rule, why: str | None) -> str:
    """What a rule says where none of the values that it wants is there to be shown."""
    return f"not all of {' and '.join(rule.reads)} was read: {why or 'not every item is known'}"


def _why(value: Json) -> str | None:
    return value.get("$unknown") if isinstance(value, dict) else None


def _value(path: str, value: Json) -> str:
    field = catalogue.field(tuple(path.removesuffix(_SIZE).split(".")))
    return words(None if field is None or path.endswith(_SIZE) else field.type, value)
