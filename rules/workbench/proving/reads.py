"""Which leaves of the facts does a rule read, and which lists? Found in its trees, without a run.

A path names the items of a list by `[]`: `volumes[].protection`. What a list was made of is
followed through `filter`, `map` and defines. A path that is read whole stands for all below it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from rules.compiled import catalogue
from rules.compiled.rule import Rule
from rules.compiled.tree import LOOPS, Node
from rules.workbench.variants.leaves import leaves

ITEM = "[]"
Path = tuple[str, ...]
Paths = frozenset[Path]


@dataclass(frozen=True, slots=True)
class Reads:
    """The paths whose values a rule uses, and those of the lists that it walks or counts."""

    values: Paths
    lists: Paths

    def value(self, path: Path) -> bool:
        """Is the leaf at this path read, alone or as part of something larger?"""
        return any(path[:length] in self.values for length in range(1, len(path) + 1))

    def below(self, path: Path) -> bool:
        """Is the value at this path read, or a part of it?"""
        parts = (one for one in (*self.values, *self.lists) if one[: len(path)] == path)
        return self.value(path) or any(True for _ in parts)

    def list(self, path: Path) -> bool:
        """Does it matter whether the list at this path is whole?"""
        return path in self.lists or self.value(path)


@dataclass(frozen=True, slots=True)
class _Origin:
    """Where a value comes from; `items` is where those of a list come from that a leaf made."""

    paths: Paths = frozenset()
    items: Paths = frozenset()

    @property
    def of_items(self) -> Paths:
        return self.items | {(*path, ITEM) for path in self.paths}

    def __or__(self, other: "_Origin") -> "_Origin":
        return _Origin(self.paths | other.paths, self.items | other.items)


_NOWHERE = _Origin()
_Names = Mapping[str, _Origin]


def reads(rule: Rule) -> Reads:
    """What the leaves of a rule read."""
    reader = _Reader()
    names = {name: _Origin(frozenset({(name,)})) for name in catalogue.facts()}
    if rule.over is not None:
        items = frozenset({(*rule.over.path, ITEM)})
        reader.lists.add(rule.over.path)
        names[rule.over.item] = _Origin(items)
    for spot, leaf in leaves(rule):
        origin = reader.visit(leaf, names)
        if spot.key == "define":
            names[str(spot.under)] = origin
        else:
            reader.use(origin)
    return Reads(frozenset(reader.values), frozenset(reader.lists))


@dataclass(slots=True)
class _Reader:
    values: set[Path] = field(default_factory=set)
    lists: set[Path] = field(default_factory=set)

    def use(self, origin: _Origin) -> None:
        """The value itself decides something."""
        self.values |= origin.paths | origin.items

    def visit(self, node: Node, names: _Names) -> _Origin:
        """Where the value of a node comes from; what it uses on the way is noted."""
        if node.op == "name":
            return names.get(node.args[0], _NOWHERE)
        if node.op == "get":
            parent = self.visit(node.args[0], names)
            return _Origin(frozenset((*path, node.args[1]) for path in parent.paths))
        if node.op in LOOPS:
            return self._loop(node, names)
        parts = [self.visit(part, names) for part in node.parts]
        return self._made(node, parts)

    def _loop(self, node: Node, names: _Names) -> _Origin:
        of = self.visit(node.args[0], names)
        self.lists |= of.paths
        body = self.visit(node.args[2], {**names, node.args[1]: _Origin(of.of_items)})
        self.use(body)
        if node.op == "map":
            return _Origin(items=body.paths)
        return of if node.op == "filter" else _NOWHERE

    def _made(self, node: Node, parts: list[_Origin]) -> _Origin:
        name = node.op.partition(".")[0]
        if node.op == "size.list":
            self.lists |= parts[0].paths
            return _NOWHERE
        if node.op == "if":
            self.use(parts[0])
            return parts[1] | parts[2]
        if node.op == "add.list":
            return parts[0] | parts[1]
        if node.op == "index":
            self.lists |= parts[0].paths
            self.use(parts[1])
            return _Origin(parts[0].of_items)
        for part in parts:
            self.use(part)
        return parts[0] if name == "distinct" else _NOWHERE
