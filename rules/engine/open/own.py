"""What may CEL do that rules may not? Order bools, ask maps, index by a double that is whole.

Each is strict, and sees values of the kinds that its line in the table names.
"""

import operator

from rules.compiled.charclass import PatternError
from rules.compiled.tree import Node
from rules.engine.build import BUDGET, Build, Closure, Frame, Make, binary, unary
from rules.engine.matching import matcher
from rules.engine.open.values import KEYS, Map
from rules.engine.values import NO_SUCH_INDEX, Listing, Value, broken

BAD_PATTERN = broken("DL207")

_LOOKED_UP = (*sorted(KEYS), "double")
_ORDER = ("lt", "le", "gt", "ge")


def _at_whole(of: Listing, at: float) -> Value:
    is_there = at.is_integer() and 0 <= at < len(of.items)
    return of.items[int(at)] if is_there else NO_SUCH_INDEX


def _matches(build: Build, node: Node) -> Closure:
    text_of, pattern_of = (build.part(part) for part in node.parts)

    def run(frame: Frame) -> Value:
        text, pattern = text_of(frame), pattern_of(frame)
        try:
            return matcher(pattern).finds(text, frame[BUDGET].spend)
        except PatternError:
            return BAD_PATTERN

    return run


TABLE: dict[tuple[str, tuple[str, ...]], str] = {
    **{(name, ("bool", "bool")): f"{name}.bool" for name in _ORDER},
    **{("index", ("map", key)): "index.map" for key in _LOOKED_UP},
    **{("in", (key, "map")): "in.map" for key in _LOOKED_UP},
    ("index", ("list", "double")): "index.double",
    ("size", ("map",)): "size.map",
    ("matches", ("string", "string")): "matches.text",
}
"""The operations by their name and the kinds that they take."""

MAKERS: dict[str, Make] = {
    **{f"{name}.bool": binary(getattr(operator, name)) for name in _ORDER},
    "index.map": binary(Map.get),
    "index.double": binary(_at_whole),
    "in.map": binary(lambda key, of: of.has(key)),
    "size.map": unary(lambda of: len(of.entries)),
    "matches.text": _matches,
}
