"""An expression as a machine evaluates it: typed operations with their places.

On the wire a node is `[operation, [source, line, column, end], argument…]`. The operation names
its overload (`le.duration`, `eq.caseless`), so a machine infers no types; operations.py lists
them all.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from rules.compiled import limits, literal
from rules.compiled.canonical import Json
from rules.compiled.literal import Literal
from rules.errors import Place

Argument: TypeAlias = "Node | Literal | str"

LOOPS = frozenset({"all", "exists", "exists_one", "filter", "map"})


@dataclass(frozen=True, slots=True)
class Node:
    """One operation on its arguments.

    `name` holds a word, `value` a literal, `get` a node and a word, a loop a list, its variable
    and a body; all else holds nodes.
    """

    op: str
    place: Place
    args: tuple[Any, ...]

    @property
    def parts(self) -> tuple["Node", ...]:
        """The nodes right below this one."""
        return tuple(arg for arg in self.args if isinstance(arg, Node))


def walk(node: Node) -> Iterator[Node]:
    """The node and all below it, left to right."""
    yield node
    for part in node.parts:
        yield from walk(part)


def size(node: Node) -> int:
    """How many nodes a tree has."""
    return sum(1 for _ in walk(node))


def path(node: Node) -> tuple[str, ...] | None:
    """`user.lock.after` as words, if the node is a name or fields of one."""
    words: list[str] = []
    while node.op == "get":
        words.append(node.args[1])
        node = node.args[0]
    return (node.args[0], *reversed(words)) if node.op == "name" else None


def paths(node: Node) -> Iterator[tuple[str, ...]]:
    """Every longest path that a tree reads, left to right."""
    words = path(node)
    if words is not None:
        yield words
        return
    for part in node.parts:
        yield from paths(part)


def write(node: Node, sources: Sequence[str]) -> Json:
    """The wire form of a tree; places name their source by its number."""
    place = [sources.index(node.place.file), node.place.line, node.place.column, node.place.end]
    return [node.op, place, *(_write_argument(arg, sources) for arg in node.args)]


def _write_argument(arg: Argument, sources: Sequence[str]) -> Json:
    if isinstance(arg, Node):
        return write(arg, sources)
    return literal.write(arg) if isinstance(arg, Literal) else arg


def read(wire: Json, sources: Sequence[str]) -> Node:
    """Read the wire form within the limits of a leaf; ValueError says what is wrong."""
    return _Reader(sources).node(wire, 1)


class _Reader:
    """Reads one leaf, counting its nodes."""

    def __init__(self, sources: Sequence[str]) -> None:
        self.sources = sources
        self.nodes = 0

    def node(self, wire: Json, depth: int) -> Node:
        if not isinstance(wire, list) or len(wire) < 2 or not isinstance(wire[0], str):
            raise ValueError("a node is an array of operation, place and arguments")
        self.nodes += 1
        if self.nodes > limits.LEAF_NODES or depth > limits.LEAF_DEPTH:
            raise ValueError("a leaf has too many nodes or is nested too deep")
        args = tuple(self._argument(arg, depth) for arg in wire[2:])
        return Node(wire[0], read_place(wire[1], self.sources), args)

    def _argument(self, arg: Json, depth: int) -> Argument:
        if isinstance(arg, list):
            return self.node(arg, depth + 1)
        return arg if isinstance(arg, str) else literal.read(arg)


def read_place(wire: Json, sources: Sequence[str]) -> Place:
    """Read `[source, line, column, end]`; ValueError if it names no place."""
    if not isinstance(wire, list) or len(wire) != 4 or not all(type(n) is int for n in wire):
        raise ValueError("a place is four whole numbers")
    source, line, column, end = wire
    if not 0 <= source < len(sources) or min(line, column, end) < 1:
        raise ValueError("a place lies outside its sources")
    return Place(sources[source], line, column, end)
