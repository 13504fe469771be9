"""Is the answer of a condition known before it is asked? A rule that cannot fail is no rule.

By the types (an enum that is compared with all of its words), by what stands before it
(`x == "a" and x == "b"`), or because nothing of the machine stands in it (`1 < 2`).
"""

from rules.compiled.tree import LOOPS, Node
from rules.language.checked import Check, Typed
from rules.language.flow import these
from rules.language.syntax import Binary, Constant, Expression, path

_LEAVE_OUT = "leave it out, or ask something else"


def settle(check: Check, part: Expression, typed: Typed) -> None:
    """Warn (DL401) of a condition that is always the same where it stands."""
    if not typed.is_bool or check.known.never:
        return
    if typed.if_true.never is not typed.if_false.never:
        always = typed.if_false.never
        because = _because(check, part)
        message = f"this is {'always' if always else 'never'} true"
        message = f"{message}: {because}" if because and path(part) is None else because or message
        help_ = _instead(check, part, always=always)
        check.leaf.settle("DL401", message, part.span, help_)
    elif not reads(typed.node):
        message = "this is always the same: nothing of the machine stands in it"
        check.leaf.settle("DL401", message, part.span, _LEAVE_OUT)


def _because(check: Check, part: Expression) -> str:
    """What is known of the path that is asked about."""
    sides = (part.left, part.right) if isinstance(part, Binary) else (part,)
    asks_for_null = any(isinstance(side, Constant) and side.kind == "null" for side in sides)
    for side in sides:
        words, kept = check.leaf.words(side), check.known.of.get(path(side) or ())
        if path(side) is None:
            continue
        if asks_for_null:
            return (
                f"{words} is always null here" if kept == these(None) else f"{words} is never null"
            )
        only = kept.only if kept is not None else None
        if only is not None and isinstance(only[0], bool):
            return f"{words} is always {'true' if only[0] else 'false'} here"
        if only is not None and isinstance(only[0], str):
            return f'{words} can only be "{only[0][:40]}" here'
    return ""


def _instead(check: Check, part: Expression, *, always: bool) -> str:
    """Who writes `x == a and x == b` means one of them, and who `x != a or x != b` neither."""
    if not isinstance(part, Binary) or path(part.left) not in check.known.of:
        return _LEAVE_OUT
    words = check.leaf.words(part.left)
    if part.op == "==" and not always:
        return f"for one of several write {words} in […]"
    if part.op == "!=" and always:
        return f"for none of several write not ({words} in […])"
    return _LEAVE_OUT


def reads(node: Node, bound: frozenset[str] = frozenset()) -> bool:
    """Does a tree read a fact, a param, the time, or anything else that is not in itself?"""
    if node.op == "name":
        return node.args[0] not in bound
    if node.op in LOOPS:
        listed, variable, body = node.args
        return reads(listed, bound) or reads(body, bound | {variable})
    return any(reads(inner, bound) for inner in node.parts)
