"""Which parts of a rule's leaves are true or false by themselves, and when are they looked at?

An atom is a part between `and`, `or` and `not`: a comparison, a look into a list, a fact that is
true or false. The body of a loop has atoms of its own. A constant is none.
"""

from collections.abc import Callable
from dataclasses import dataclass

from rules.compiled.rule import Rule
from rules.compiled.tree import LOOPS, Node
from rules.engine.unparse import unparse
from rules.engine.watch import watched
from rules.workbench.variants.leaves import Spot, leaves, with_leaf

Truth = tuple[Node, bool]
"""A part, and whether it is true or false."""


@dataclass(frozen=True, slots=True)
class Atom:
    """One atom; it is looked at only where all of `after` are so."""

    number: int
    spot: Spot
    node: Node
    after: tuple[Truth, ...]


Note = Callable[[int, object], None]
"""Is told the number of an atom, and a value that it took."""


def watch_atoms(rule: Rule, note: Note) -> tuple[Rule, tuple[Atom, ...]]:
    """The rule with all its atoms watched, and these, in the order in which a reader meets them."""
    watcher = _Watcher(note, [])
    for spot, leaf in leaves(rule):
        made = watcher.condition(leaf, spot, ()) if _is_asked(spot) else watcher.part(leaf, spot)
        rule = with_leaf(rule, spot, made)
    return rule, tuple(watcher.atoms)


def _is_asked(spot: Spot) -> bool:
    """A define may be of any type; all other leaves are true or false."""
    return spot.key != "define"


@dataclass(frozen=True, slots=True)
class _Watcher:
    note: Note
    atoms: list[Atom]

    def condition(self, node: Node, spot: Spot, after: tuple[Truth, ...]) -> Node:
        """A part that is asked whether it is true."""
        if node.op in ("and", "or"):
            left, right = node.parts
            reached = (*after, (left, node.op == "and"))
            args = (self.condition(left, spot, after), self.condition(right, spot, reached))
            return node._replace(args=args)
        if node.op == "not":
            return node._replace(args=(self.condition(node.args[0], spot, after),))
        if node.op == "if":
            return self._choice(node, spot, after)
        return node if node.op == "value" else self._atom(node, spot, after)

    def _choice(self, node: Node, spot: Spot, after: tuple[Truth, ...]) -> Node:
        asked, then, other = node.parts
        args = (
            self.condition(asked, spot, after),
            self.condition(then, spot, (*after, (asked, True))),
            self.condition(other, spot, (*after, (asked, False))),
        )
        return node._replace(args=args)

    def _atom(self, node: Node, spot: Spot, after: tuple[Truth, ...]) -> Node:
        number = len(self.atoms)
        self.atoms.append(Atom(number, spot, node, after))
        return watched(self.part(node, spot), lambda value: self.note(number, value))

    def part(self, node: Node, spot: Spot) -> Node:
        """A part of any type: what is asked inside it has atoms all the same."""
        if node.op in ("and", "or", "not"):
            return self.condition(node, spot, ())
        if node.op == "if":
            asked, then, other = node.parts
            made = self.condition(asked, spot, ()), self.part(then, spot), self.part(other, spot)
            return node._replace(args=made)
        if node.op in LOOPS:
            of, name, body = node.args
            inner = self.part if node.op == "map" else self._body
            return node._replace(args=(self.part(of, spot), name, inner(body, spot)))
        args = tuple(self.part(arg, spot) if isinstance(arg, Node) else arg for arg in node.args)
        return node._replace(args=args)

    def _body(self, node: Node, spot: Spot) -> Node:
        return self.condition(node, spot, ())


def said(node: Node, *, is_true: bool) -> str:
    """In words, that a part is true, or that it is false: `user.lock.after is null`."""
    if node.op == "not":
        return said(node.args[0], is_true=not is_true)
    name = node.op.partition(".")[0]
    if name in _SAID and len(node.parts) == 2:
        one, other = (text(part) for part in node.parts)
        return f"{one} {_SAID[name][0 if is_true else 1]} {other}"
    return f"{text(node)} is {'true' if is_true else 'false'}"


def text(node: Node) -> str:
    """A part as an author writes it, with the names of params."""
    return unparse(node, lambda name: f"params.{name}")


_SAID = {
    "eq": ("is", "is not"),
    "ne": ("is not", "is"),
    "lt": ("is below", "is at least"),
    "le": ("is at most", "is above"),
    "gt": ("is above", "is at most"),
    "ge": ("is at least", "is below"),
    "in": ("is one of", "is none of"),
}
