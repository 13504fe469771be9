"""What do the functions of text ask, and which patterns may they be given?

A glob is a literal or a param; the pattern of `matches` is a literal, read when it is checked, so
that no machine ever meets one that takes it long.
"""

from rules.compiled.pattern import PatternError, parse
from rules.facts.types import BOOL
from rules.language.checked import BROKEN, Check, Typed, type_words
from rules.language.demands import not_null
from rules.language.offsets import offsets
from rules.language.signature import Function, Overload, broken, made, receiver, strict
from rules.language.syntax import Call, Constant, Expression, path

_TEXT = ("string", "caseless")
_SPECIAL = frozenset(".[](){}|*+?^$\\")


def _asks(check: Check, part: Call) -> Typed:
    """`startsWith`, `endsWith`, `contains`, `glob`"""
    of, where = receiver(check, part)
    other = check.check(part.args[0])
    if part.name == "contains" and of.kind == "list":
        help_ = f"write {check.leaf.words(part.args[0])} in {check.leaf.words(where)}"
        check.leaf.say("DL309", "contains() looks into text, not into lists", part.span, help_)
        return broken(check, part)
    whole = strict(check, part, (of, where), Overload(part.name, _TEXT, BOOL))
    if not _is_text(check, part, other) or whole.type is BROKEN:
        return broken(check, part)
    if part.name == "glob" and not _is_glob(check, part.args[0]):
        return broken(check, part)
    folds = "caseless" in (of.kind, other.kind)
    name = f"{part.name}.{'caseless' if folds else 'string'}"
    return made(check, part, name, (of.node, other.node), BOOL)


def _is_text(check: Check, part: Call, other: Typed) -> bool:
    if other.type is BROKEN or not not_null(check, other, part.args[0]):
        return False
    if other.kind not in _TEXT:
        message = f"{part.name}() takes a string, and gets {type_words(other.type)}"
        check.leaf.say("DL311", message, part.args[0].span)
        return False
    return True


def _is_glob(check: Check, part: Expression) -> bool:
    words = path(part)
    if isinstance(part, Constant) and isinstance(part.value, str):
        if "*" not in part.value and "?" not in part.value:
            help_ = "* is any run of characters, ? is one; without them write =="
            check.leaf.say("DL406", "this pattern has neither * nor ?", part.span, help_)
        return True
    if words and (words[0] == "params" or words[0] in check.patterns):
        return True
    check.leaf.say("DL311", "a pattern is a literal or a param", part.span, "make it a param")
    return False


def _matches(check: Check, part: Call) -> Typed:
    of, where = receiver(check, part)
    whole = strict(check, part, (of, where), Overload("matches", _TEXT, BOOL))
    written = part.args[0]
    if not isinstance(written, Constant) or not isinstance(written.value, str):
        other = check.check(written)
        if other.type is not BROKEN:
            help_ = "write the pattern here, in quotes; a param goes with glob"
            message = "the pattern of matches() is a literal"
            check.leaf.say("DL311", message, written.span, help_)
        return broken(check, part)
    if not _is_pattern(check, written, folds=of.kind == "caseless") or whole.type is BROKEN:
        return broken(check, part)
    node = check.check(written).node
    return made(check, part, f"matches.{of.kind}", (of.node, node), BOOL)


def _is_pattern(check: Check, part: Constant, *, folds: bool) -> bool:
    text = str(part.value)
    try:
        parse(text, caseless=folds)
    except PatternError as odd:
        message, _, help_ = odd.message.partition("; ")
        check.leaf.say("DL207", message, _within(check, part, (odd.start, odd.end)), help_)
        return False
    if not _SPECIAL & set(text):
        help_ = "write contains(…), or ^ and $ for the ends of the text"
        check.leaf.say("DL406", "this pattern has no special character", part.span, help_)
    return True


def _within(check: Check, part: Constant, span: tuple[int, int]) -> tuple[int, int]:
    """A stretch of a pattern as a stretch of the leaf."""
    start, end = part.span
    found = offsets(check.leaf.scalar.text[start:end])
    last = len(found) - 1
    first = start + found[min(span[0], last)]
    return first, max(start + found[min(span[1], last)], first + 1)


FUNCTIONS: tuple[Function, ...] = (
    Function("s.startsWith(t)", "bool", "The text begins with t.", _asks),
    Function("s.endsWith(t)", "bool", "The text ends with t.", _asks),
    Function("s.contains(t)", "bool", "t stands somewhere in the text.", _asks),
    Function("s.glob(p)", "bool", "The whole text fits p: * any run, ? one character.", _asks),
    Function("s.matches(p)", "bool", "The pattern p is found somewhere in the text.", _matches),
)
