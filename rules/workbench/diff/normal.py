"""What does an expression ask, whatever its places, its names for items, and its spelling?

A term is a tuple that begins with the operation. Two expressions with one term ask the same:

- `and` and `or` are sets of what they hold; `x in [a, b]` is `x == a or x == b`;
- `not` stands before nothing that says it otherwise: `not (x < 1)` is `x >= 1`;
- a constant stands on the right; loop variables are numbered; defines are written out.
"""

from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

from rules.compiled.literal import NULL, Literal
from rules.compiled.scope import PARAMS
from rules.compiled.tree import LOOPS, Node
from rules.engine.fold import fold

Term: TypeAlias = tuple[Any, ...]

TRUE: Term = ("value", Literal("bool", value=True))
FALSE: Term = ("value", Literal("bool", value=False))

_MOST = 5_000
_TURNED = {"lt": "gt", "le": "ge", "gt": "lt", "ge": "le", "eq": "eq", "ne": "ne"}
_DENIED = {"eq": "ne", "ne": "eq", "lt": "ge", "ge": "lt", "le": "gt", "gt": "le"}
_NAN = ("double", "number")
"""Kinds that have a value of which neither `x < 1` nor `x >= 1` is true."""


class TooBigError(ValueError):
    """Written out the expression is bigger than anybody wants to compare."""


class Writer:
    """Writes expressions as terms; `defines` and `params` stand for what they hold."""

    def __init__(self, params: Mapping[str, Literal]) -> None:
        self._params = params
        self._defines: dict[str, Term] = {}
        self._made = 0

    def define(self, name: str, node: Node) -> None:
        """From now on a name stands for an expression."""
        self._defines[name] = self.term(node)

    def all_of(self, nodes: Iterable[Node]) -> Term:
        """All of the expressions hold; none at all always hold."""
        return joined("and", [self.term(node) for node in nodes])

    def term(self, node: Node) -> Term:
        """The term of an expression; TooBigError if it grows past bounds."""
        return self._term(node, {})

    def _term(self, node: Node, variables: Mapping[str, Term]) -> Term:
        self._made += 1
        if self._made > _MOST:
            raise TooBigError
        match node.op:
            case "name":
                return self._name(node.args[0], variables)
            case "value":
                return constant(node.args[0])
            case "get":
                return self._get(node, variables)
            case "not":
                return denied(self._term(node.args[0], variables))
            case "has":
                return ("ne.null", self._term(node.args[0], variables), ("value", NULL))
        if node.op in LOOPS:
            over, name, body = node.args
            inner = {**variables, name: ("item", len(variables))}
            return (node.op, self._term(over, variables), self._term(body, inner))
        return simple(node.op, [self._term(part, variables) for part in node.parts])

    def _name(self, name: str, variables: Mapping[str, Term]) -> Term:
        if name in variables:
            return variables[name]
        if name in self._defines:
            self._made += weight(self._defines[name])
            return self._defines[name]
        return ("name", name)

    def _get(self, node: Node, variables: Mapping[str, Term]) -> Term:
        of = self._term(node.args[0], variables)
        if of == ("name", PARAMS) and node.args[1] in self._params:
            return constant(self._params[node.args[1]])
        return ("get", of, node.args[1])


def weight(term: Term) -> int:
    """How many parts a term has."""
    return 1 + sum(weight(part) for part in _terms(term))


def _terms(term: Term) -> Iterable[Term]:
    inner = term[1] if term[0] in ("and", "or") else term[1:]
    return (part for part in inner if type(part) is tuple)


def constant(literal: Literal) -> Term:
    """The term of a constant; a list is one of constants."""
    if literal.kind == "list":
        return ("list", *(constant(item) for item in literal.value))
    return ("value", literal)


def simple(op: str, parts: list[Term]) -> Term:
    """The term of an operation on terms."""
    name, _, kind = op.partition(".")
    if op in ("and", "or"):
        return joined(op, parts)
    if kind == "caseless":
        parts = [_folded(part) for part in parts]
    if name == "in" and parts[1][0] == "list":
        return joined("or", [simple(f"eq.{kind}", [parts[0], item]) for item in parts[1][1:]])
    if name in _TURNED and parts[0][0] == "value" and parts[1][0] != "value":
        return (f"{_TURNED[name]}.{kind}", parts[1], parts[0])
    return (op, *parts)


def _folded(term: Term) -> Term:
    if term[0] == "value" and isinstance(term[1].value, str):
        return ("value", Literal(term[1].kind, fold(term[1].value)))
    return ("list", *map(_folded, term[1:])) if term[0] == "list" else term


def joined(op: str, parts: Iterable[Term]) -> Term:
    """`and` or `or` of terms: flat, each once; of one alone that one."""
    neutral, deciding = (TRUE, FALSE) if op == "and" else (FALSE, TRUE)
    found: set[Term] = set()
    for part in parts:
        found |= part[1] if part[0] == op else {part}
    found.discard(neutral)
    if deciding in found:
        return deciding
    return next(iter(found), neutral) if len(found) < 2 else (op, frozenset(found))


def denied(term: Term) -> Term:
    """`not`, drawn inwards as far as another word says it."""
    name, _, kind = term[0].partition(".")
    if term in (TRUE, FALSE):
        return FALSE if term == TRUE else TRUE
    if name == "not":
        return term[1]  # type: ignore[no-any-return]
    if name in ("and", "or"):
        return joined("or" if name == "and" else "and", map(denied, term[1]))
    if name in _DENIED and (name in ("eq", "ne") or kind not in _NAN):
        return (f"{_DENIED[name]}.{kind}", *term[1:])
    return ("not", term)
