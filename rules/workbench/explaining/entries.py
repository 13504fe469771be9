"""What is said of one item or clause: how it fared, where the clause stands, seen and wanted?"""

from collections.abc import Iterator, Mapping

from rules.compiled.canonical import Json
from rules.compiled.catalogue import field, items
from rules.compiled.codes import MEANINGS
from rules.compiled.rule import Rule
from rules.engine.explain import expected, place, sentence
from rules.engine.result import ItemResult
from rules.engine.words import clean, words
from rules.verdict import Verdict
from rules.workbench.explaining.columns import beside, pair, wrapped

_DID = {
    Verdict.PASS: "passes",
    Verdict.FAIL: "fails",
    Verdict.ERROR: "error",
    Verdict.UNKNOWN: "unknown",
}
_DID_WIDTH = 9
_NAME_WIDTH = 24


def lines(rule: Rule, entries: list[ItemResult], params: Mapping[str, Json]) -> Iterator[str]:
    """All entries, their names in one column."""
    width = max((len(_name(one)) for one in entries), default=0)
    for one in entries:
        yield from _entry(rule, one, params, width)


def because(why: str | None) -> str:
    """A reason code of facts, or a DL id with its meaning."""
    if why is None:
        return "the list holds nothing that the rule selects"
    return f"{MEANINGS[why]} ({why})" if why in MEANINGS else f"not read: {why}"


def seen(values: Mapping[str, Json], indent: int) -> Iterator[str]:
    """Values by path, a line each."""
    for path, form in values.items():
        yield from wrapped(f"{' ' * indent}{path} = {_value(path, form)}", indent + 2)


def _entry(rule: Rule, one: ItemResult, params: Mapping[str, Json], width: int) -> Iterator[str]:
    hang = 4 + width + _DID_WIDTH
    left = f"  {_name(one):<{width}}  {_DID[one.verdict]:<{_DID_WIDTH}}{_said(rule, one, params)}"
    yield from beside(left, place(rule, one.clause), hang)
    wanted = expected(rule, one.clause, params)
    values = _besides(rule, one)
    alone = _alone(values, wanted)
    if alone is not None:
        path, rest = alone
        yield from pair(f"{path} = {_value(path, values[path])}", f"wanted {rest}", 6)
        return
    yield from seen(values, 6)
    yield from wrapped(f"      wanted {wanted}", 8)


def _alone(values: Mapping[str, Json], wanted: str) -> tuple[str, str] | None:
    """The one value that was seen, and what it should be, if that is said of it alone."""
    path = next(iter(values), "")
    rest = wanted.removeprefix(f"{path} is ")
    is_plain = rest != wanted and not {"and", "or"} & {*rest.split()}
    return (path, rest) if len(values) == 1 and is_plain else None


def _said(rule: Rule, one: ItemResult, params: Mapping[str, Json]) -> str:
    """The rule's own words for what fails; for what was not read, which value and why."""
    if one.verdict is Verdict.FAIL:
        return sentence(rule, one.clause, one.seen, params, one.told)
    if one.verdict is Verdict.PASS:
        return ""
    unread = (path for path, form in one.seen.items() if isinstance(form, dict))
    path = next(unread, None)
    if path is None or one.verdict is Verdict.ERROR:
        return because(one.why)
    return f"{path} was {because(one.seen[path].get('$unknown'))}"


def _besides(rule: Rule, one: ItemResult) -> dict[str, Json]:
    """What was seen, but for the name by which the item goes anyway."""
    if rule.over is None or one.item is None:
        return dict(one.seen)
    of = items()[rule.over.item]
    name = f"{rule.over.item}.{of.fields[0].name}"
    return {path: form for path, form in one.seen.items() if path != name}


def _name(one: ItemResult) -> str:
    return clean(one.item, _NAME_WIDTH) if one.item is not None else "machine"


def _value(path: str, form: Json) -> str:
    found = field(tuple(path.split(".")))
    return words(found.type if found else None, form)
