"""Which test would see this change of a rule? In words for who must write it."""

from collections.abc import Mapping

from rules.compiled.tree import Node
from rules.workbench.variants.atoms import said, text

_HANGS = "and the verdict hangs on it"
_WHOLE: Mapping[str, str] = {
    "when": "a test of a machine to which the rule does not apply",
    "where": "a test with an item that this alone keeps out, and that would change the verdict",
    "must": "a test that fails by this clause alone",
    "each_must": "a test that fails by this clause alone",
    "if_none": "a test in which nothing is selected",
    "no": "a test that fails by an item of the list",
    "some": "a test that fails for want of such an item",
}


def of_key(key: str) -> str:
    """The test that sees a leaf dropped, a `when` negated, or another word of a key."""
    return _WHOLE[key]


def of_count(one: int, other: int) -> str:
    """The test that sees another `at_least`."""
    return f"a test in which exactly {min(one, other)} of the items hold"


def of_sign(node: Node) -> str:
    """The test that sees an operator swapped."""
    left, right = node.parts
    name = node.op.partition(".")[0]
    if name in ("and", "or"):
        one, other = (said(left, is_true=True), said(right, is_true=False))
        return f"a test in which {one}, and {other}, or the other way round, {_HANGS}"
    how = "is" if name in ("eq", "ne") else "is exactly"
    return f"a test in which {text(left)} {how} {text(right)}, {_HANGS}"
