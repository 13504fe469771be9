"""Which values did a clause and its message read? Asked only of clauses that did not pass.

Scalars alone, by path, in the JSON form of facts; a hole keeps its reason, text is cut at 64
characters, and what is not of its type is left out: it may be anything.
"""

from collections.abc import Iterator

from rules.compiled import catalogue, limits, tree
from rules.compiled.canonical import Json
from rules.compiled.operations import bare
from rules.compiled.rule import Clause, Over, Rule
from rules.engine.decode import decode
from rules.engine.snapshot import Snapshot
from rules.engine.values import Gap
from rules.facts.base import Why
from rules.facts.types import List, Record, Type

Path = tuple[str, ...]

_ABSENT = {"$unknown": str(Why.NOT_COLLECTED)}


def seen(
    rule: Rule, clause: int, snapshot: Snapshot, item: Json = None, *, where: bool = False
) -> dict[str, Json]:
    """The values that a clause read; with `where` also what selected the item."""
    values: dict[str, Json] = {}
    for path, of in _scalars(rule, clause, where=where):
        if rule.over is None or path[0] != rule.over.item:
            _put(values, path, of, _at(snapshot.form(path[0]), path[1:]))
        elif item is not None:
            _put(values, path, of, _at(item, path[1:]))
    return values


def of_condition(rule: Rule, snapshot: Snapshot) -> dict[str, Json]:
    """The values that `when` read."""
    values: dict[str, Json] = {}
    for path in dict.fromkeys(tree.paths(rule.when) if rule.when is not None else ()):
        field = catalogue.field(path)
        if field is not None and not isinstance(bare(field.type), List | Record):
            _put(values, path, field.type, _at(snapshot.form(path[0]), path[1:]))
    return values


def name_of(over: Over, item: Json, number: int) -> str:
    """An item goes by its first field; if that was not read, by its place in the list."""
    record = catalogue.items()[over.item]
    name = _at(item, (record.fields[0].name,))
    return name[: limits.SEEN] if isinstance(name, str) else f"{over.item}-{number + 1}"


def item_form(over: Over, snapshot: Snapshot, number: int) -> Json:
    """The JSON form of one item of the list that a rule walks."""
    form = _at(snapshot.form(over.path[0]), over.path[1:])
    items = form.get("$items", []) if isinstance(form, dict) else form
    return items[number]


def _scalars(rule: Rule, clause: int, *, where: bool) -> Iterator[tuple[Path, Type]]:
    """The scalars that a clause reads, each once, leaf before message."""
    over = rule.over
    known = catalogue.facts().keys() | ({over.item} if over else set())
    for path in dict.fromkeys(_paths(rule.clauses[clause], over, where=where)):
        field = catalogue.field(path) if path[0] in known else None
        if field is not None and not isinstance(bare(field.type), List | Record):
            yield path, field.type


def _paths(clause: Clause, over: Over | None, *, where: bool) -> Iterator[Path]:
    if over is not None and (where or clause.that is None):
        for leaf in over.where:
            yield from tree.paths(leaf)
    if clause.that is not None:
        yield from tree.paths(clause.that)
    yield from (part for part in clause.say if not isinstance(part, str))


def _at(form: Json, words: Path) -> Json:
    for word in words:
        if not isinstance(form, dict) or "$unknown" in form:
            return form
        form = form.get(word, _ABSENT)
    return form


def _put(values: dict[str, Json], path: Path, of: Type, form: Json) -> None:
    value = decode(of, form, "")
    if not (isinstance(value, Gap) and value.is_error):
        values[".".join(path)] = form[: limits.SEEN] if isinstance(form, str) else form
