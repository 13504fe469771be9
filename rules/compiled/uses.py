"""Which facts, fields and words does a rule use, and which catalogue does it need for them?"""

from collections.abc import Iterable, Iterator

from rules.compiled import catalogue, scope
from rules.compiled.history import History, order
from rules.compiled.infer import Names, infer
from rules.compiled.literal import Literal
from rules.compiled.operations import bare
from rules.compiled.rule import Param, Rule
from rules.compiled.scoped import Leaf, Text, parts
from rules.compiled.tree import LOOPS, Node
from rules.facts.types import List, Record, Type


def needs(rule: Rule, history: History) -> str:
    """The lowest version of the catalogue that has all that a rule uses."""
    used = uses(rule) if history.since else _facts(rule)
    return max(map(history.brought, used), key=order, default=catalogue.FIRST)


def _facts(rule: Rule) -> set[str]:
    """What a rule uses, when no field or word came later than its fact."""
    texts = [*rule.fix.values(), *(clause.say for clause in rule.clauses)]
    named = {path[0] for text in texts for path in text if not isinstance(path, str)}
    return {*rule.reads, *named}.union(*map(_in_param, rule.params.values()))


def uses(rule: Rule) -> set[str]:
    """Facts by name, fields by their record (`volume.cipher`), words by field (`….cipher:none`)."""
    found = {*rule.reads}
    if rule.over is not None:
        found |= {*_in_path(rule.over.path, catalogue.facts())}
    for part in parts(rule):
        found |= {*(_in_node(part.node, part.names) if isinstance(part, Leaf) else _in_text(part))}
    for param in rule.params.values():
        found |= {*_in_param(param)}
    return found


def _in_text(part: Text) -> Iterator[str]:
    for words in part.text:
        if not isinstance(words, str):
            yield words[0]
            yield from _in_path(words, part.names)


def _in_path(path: tuple[str, ...], names: Names) -> Iterator[str]:
    of: Type | None = names.get(path[0])
    for word in path[1:]:
        record = bare(of) if of is not None else None
        if not isinstance(record, Record):
            return
        yield from _field(record, word)
        field = record.field(word)
        of = field.type if field else None


def _field(record: Record, word: str) -> Iterable[str]:
    return () if record.name == scope.PARAMS else (record.name, f"{record.name}.{word}")


def _in_node(node: Node, names: Names) -> Iterator[str]:
    if node.op == "get":
        parent = bare(infer(node.args[0], names))
        if isinstance(parent, Record):
            yield from _field(parent, node.args[1])
    if node.op in LOOPS:
        over = infer(node.args[0], names)
        item = over.of if isinstance(over, List) else over
        yield from _in_node(node.args[0], names)
        yield from _in_node(node.args[2], {**names, node.args[1]: item})
        return
    for part in node.parts:
        yield from _in_node(part, names)


def _in_param(param: Param) -> Iterator[str]:
    """The field whose words the param may hold, and those that it holds."""
    _, is_enum, field = param.type_text.partition("enum(")
    if not is_enum:
        return
    path = tuple(field.rstrip(")>").split("."))
    *above, named = _in_path(path, {**catalogue.facts(), **catalogue.items()})
    yield from (*above, named)
    for value in (param.default, param.low, param.high):
        for item in _items(value):
            yield f"{named}:{item.value}"


def _items(value: Literal | None) -> tuple[Literal, ...]:
    if value is None:
        return ()
    return value.value if value.kind == "list" else (value,)
