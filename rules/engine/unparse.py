"""How would an author write this tree? For people who want to know what was asked."""

from collections.abc import Callable
from typing import Any

from rules.compiled import literal
from rules.compiled.literal import Literal
from rules.compiled.tree import LOOPS, Node, path
from rules.engine.words import span

_SIGNS = {
    "eq": "==",
    "ne": "!=",
    "lt": "<",
    "le": "<=",
    "gt": ">",
    "ge": ">=",
    "in": "in",
    "and": "and",
    "or": "or",
    "add": "+",
    "sub": "-",
    "mul": "*",
    "div": "/",
    "rem": "%",
}
_METHODS = frozenset({"size", "distinct", "startsWith", "endsWith", "contains", "glob", *LOOPS})
_RECEIVED = _METHODS | {"index", "get"}
_LEVELS = ("if", "or", "and", "eq ne lt le gt ge in", "add sub", "mul div rem", "not neg")
_BINDING = {name: level for level, names in enumerate(_LEVELS) for name in names.split()}
_BARE: dict[str, Callable[[Any], str]] = {
    "null": lambda _value: "null",
    "bool": lambda value: "true" if value else "false",
    "int": str,
    "double": str,
}

ShowParam = Callable[[str], str]
"""Gives the text that stands for a param."""


def unparse(node: Node, show_param: ShowParam) -> str:
    """The expression of a tree, with the values of params in their place."""
    words = path(node)
    if words is not None:
        is_param = words[0] == "params" and len(words) == 2
        return show_param(words[1]) if is_param else ".".join(words)
    name = node.op.partition(".")[0]
    parts = [_part(node, part, show_param) for part in node.parts]
    if name in _SIGNS:
        return f"{parts[0]} {_SIGNS[name]} {parts[1]}"
    return _SHAPES.get(name, _call)(node, name, parts)


def _part(parent: Node, node: Node, show_param: ShowParam) -> str:
    """A part, in parentheses where it binds more loosely than what it stands in."""
    text = unparse(node, show_param)
    if _stands_alone(parent, node) or _binding(node) == len(_LEVELS):
        return text
    is_mixed = (parent.op, node.op) == ("or", "and")  # authors are asked to write it so (DL403)
    return f"({text})" if is_mixed or _binding(node) <= _binding(parent) else text


def _stands_alone(parent: Node, node: Node) -> bool:
    """In a list, in the brackets of a call or an index, or in a chain of `and` or of `or`."""
    name = parent.op.partition(".")[0]
    if name == "list" or node.op == parent.op in ("and", "or"):
        return True
    is_call = _binding(parent) == len(_LEVELS)
    return is_call and (name not in _RECEIVED or node is not parent.args[0])


def _binding(node: Node) -> int:
    return _BINDING.get(node.op.partition(".")[0], len(_LEVELS))


def _call(node: Node, name: str, parts: list[str]) -> str:
    if name in LOOPS:
        return f"{parts[0]}.{name}({node.args[1]}, {parts[1]})"
    if name in _METHODS:
        return f"{parts[0]}.{name}({', '.join(parts[1:])})"
    return f"{name}({', '.join(parts)})"


def constant(value: Literal) -> str:
    """A literal as an author writes it."""
    if value.kind == "list":
        return f"[{', '.join(constant(item) for item in value.value)}]"
    if value.kind in _BARE:
        return _BARE[value.kind](value.value)
    return f'"{span(value.value) if value.kind == "duration" else literal.plain(value)}"'


_SHAPES: dict[str, Callable[[Node, str, list[str]], str]] = {
    "value": lambda node, _name, _parts: constant(node.args[0]),
    "list": lambda _node, _name, parts: f"[{', '.join(parts)}]",
    "not": lambda _node, _name, parts: f"not {parts[0]}",
    "neg": lambda _node, _name, parts: f"-{parts[0]}",
    "if": lambda _node, _name, parts: f"{parts[0]} ? {parts[1]} : {parts[2]}",
    "index": lambda _node, _name, parts: f"{parts[0]}[{parts[1]}]",
    "get": lambda node, _name, parts: f"{parts[0]}.{node.args[1]}",
}
