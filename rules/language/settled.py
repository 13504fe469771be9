"""Is the answer of a condition known before it is asked? A rule that cannot fail is no rule.

By the types (an enum that is compared with all of its words), by what stands before it
(`x == "a" and x == "b"`), or because nothing of the machine stands in it (`1 < 2`).
"""

from rules.compiled.tree import LOOPS, Node
from rules.language.checked import Check, Typed
from rules.language.syntax import Expression, path

_HELP = "leave it out, or ask something else"


def settle(check: Check, part: Expression, typed: Typed) -> None:
    """Warn (DL401) of a condition that is always the same where it stands."""
    if not typed.is_bool or check.known.never:
        return
    if typed.if_true.never is not typed.if_false.never:
        check.leaf.settle(
            "DL401", _said(check, part, always=typed.if_false.never), part.span, _HELP
        )
    elif not reads(typed.node):
        message = "this is always the same: nothing of the machine stands in it"
        check.leaf.settle("DL401", message, part.span, _HELP)


def _said(check: Check, part: Expression, *, always: bool) -> str:
    words = path(part)
    if words is not None:
        return f"{check.leaf.words(part)} is always {'true' if always else 'false'} here"
    return f"this is {'always' if always else 'never'} true"


def reads(node: Node, bound: frozenset[str] = frozenset()) -> bool:
    """Does a tree read a fact, a param, the time, or anything else that is not in itself?"""
    if node.op == "name":
        return node.args[0] not in bound
    if node.op in LOOPS:
        listed, variable, body = node.args
        return reads(listed, bound) or reads(body, bound | {variable})
    return any(reads(inner, bound) for inner in node.parts)
