"""Is a comparison decided by what stands on its sides, whatever the machine is like?

How many there are is never below 0, and neither is an age; a value is as large as itself; two
literals compare as they do.
"""

import operator
from collections.abc import Callable
from dataclasses import replace

from rules.compiled.tree import Node, path
from rules.language.checked import Typed
from rules.language.flow import NEVER

_COMPARE: dict[str, Callable[[float, float], bool]] = {
    "eq": operator.eq,
    "ne": operator.ne,
    "lt": operator.lt,
    "le": operator.le,
    "gt": operator.gt,
    "ge": operator.ge,
}
_TURNED = {"lt": "gt", "le": "ge", "gt": "lt", "ge": "le", "eq": "eq", "ne": "ne"}


def bounded(typed: Typed) -> Typed:
    """The comparison without the way that it can never go, if there is one."""
    op, _, kind = typed.node.op.partition(".")
    left, right = typed.node.parts
    always = _always(op, left, right)
    if always is None:
        always = _always(_TURNED[op], right, left)
    if always is None and kind not in ("double", "number", "list", "list_caseless"):
        always = _with_itself(op, left, right)
    if always is None:
        return typed
    return replace(typed, if_false=NEVER) if always else replace(typed, if_true=NEVER)


def _always(op: str, left: Node, right: Node) -> bool | None:
    """What the comparison always gives; None if that depends."""
    if right.op != "value" or type(right.args[0].value) not in (int, float):
        return None
    bound = right.args[0].value
    if left.op == "value" and type(left.args[0].value) in (int, float):
        return _COMPARE[op](left.args[0].value, bound)
    if not left.op.startswith("size.") and left.op != "age":
        return None
    at_least = {"lt": (bound <= 0, False), "ge": (bound <= 0, True)}
    below = {"gt": True, "le": False, "eq": False, "ne": True}
    if op in at_least:
        holds, gives = at_least[op]
        return gives if holds else None
    return below[op] if bound < 0 else None


def _with_itself(op: str, left: Node, right: Node) -> bool | None:
    if path(left) is None or path(left) != path(right):
        return None
    return op in ("eq", "le", "ge")
