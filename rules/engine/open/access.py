"""How are names, fields and keys read? The longest dotted name that is bound wins.

- A key that a map has not is an error (CEL's "no such key"), a field that a record has not unknown.
- A name that nothing binds is an error of the run, so `x or true` is true.
"""

from rules.compiled import tree
from rules.compiled.tree import Node
from rules.engine.build import Closure, Frame, constant
from rules.engine.open.builder import UNBOUND, Builder, OpenMake, read
from rules.engine.open.values import Fields, Key, Map, as_key
from rules.engine.values import NO_OVERLOAD, Gap, Listing, Value, gap_in


def _name(build: Builder, node: Node) -> Closure:
    slot = build.bound((node.args[0],))
    return constant(UNBOUND) if slot is None else read(slot)


def _get(build: Builder, node: Node) -> Closure:
    words = tree.path(node)
    slot = None if words is None else build.bound(words)
    if slot is not None:
        return read(slot)
    of, word = build.part(node.args[0]), node.args[1]

    def get(frame: Frame) -> Value:
        value = of(frame)
        if isinstance(value, Map | Fields):
            return value.get(word)
        return value if value.__class__ is Gap else NO_OVERLOAD

    return get


def _has(build: Builder, node: Node) -> Closure:
    of, word = build.part(node.args[0].args[0]), node.args[0].args[1]

    def has(frame: Frame) -> Value:
        value = of(frame)
        if isinstance(value, Map):
            return value.has(word)
        if not isinstance(value, Fields):
            return value if value.__class__ is Gap else NO_OVERLOAD
        field = value.get(word)
        return field if field.__class__ is Gap else field is not None

    return has


def _entries(build: Builder, node: Node) -> Closure:
    parts = tuple(build.part(part) for part in node.parts)

    def entries(frame: Frame) -> Value:
        values = [part(frame) for part in parts]
        gap = gap_in(values)
        return _mapped(values) if gap is None else gap

    return entries


def _mapped(values: list[Value]) -> Value:
    entries: dict[Key, Value] = {}
    for at in range(0, len(values), 2):
        key = None if values[at].__class__ is float else as_key(values[at])
        if key is None or key in entries:
            return NO_OVERLOAD
        entries[key] = values[at + 1]
    return Map(entries)


def _items(build: Builder, node: Node) -> Closure:
    of = build.part(node.args[0])

    def items(frame: Frame) -> Value:
        value = of(frame)
        if isinstance(value, Map):
            return value.keys
        return value if value.__class__ in (Listing, Gap) else NO_OVERLOAD

    return items


def _call(_build: Builder, _node: Node) -> Closure:
    return constant(UNBOUND)


MAKERS: dict[str, OpenMake] = {
    "name": _name,
    "get": _get,
    "has": _has,
    "entries": _entries,
    "items": _items,
    "call": _call,
}
