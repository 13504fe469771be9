"""May a part stand where it stands: is it surely true or false, and surely not null?

What may not is told once, with what to write instead.
"""

from rules.compiled.operations import NOTHING, bare
from rules.facts.types import List, Record
from rules.language.checked import BROKEN, Check, Typed, null_word, type_words
from rules.language.flow import these
from rules.language.syntax import Expression, path


def is_bool(check: Check, typed: Typed, part: Expression, help_: str = "") -> bool:
    """Note DL308 (or DL307) if a part is not surely true or false."""
    if typed.type is BROKEN:
        return False
    words = check.leaf.words(part)
    if typed.kind != "bool":
        message = f"this must be true or false, and is {type_words(typed.type)}"
        check.leaf.say("DL308", message, part.span, help_ or _compare(typed, words))
        return False
    if typed.may_be_null:
        check.leaf.say("DL307", f"{words} may be null (none)", part.span, f"write {words} == true")
        return False
    return True


def _compare(typed: Typed, words: str) -> str:
    if bare(typed.type) is NOTHING or isinstance(typed.type, Record):
        return ""
    if isinstance(typed.type, List):
        return f"write {words}.size() > 0, or {words}.exists(x, …)"
    if typed.kind == "timestamp":
        return f'compare it: age({words}) <= "7d"'
    return f"compare it: {words} == …"


def not_null(check: Check, side: Typed, part: Expression) -> bool:
    """Note DL307 if a part may be null where null cannot stand."""
    if not side.may_be_null:
        return True
    words, place = check.leaf.words(part), path(part)
    if bare(side.type) is NOTHING:
        help_ = "compare with == null or != null"
        check.leaf.say("DL307", "null cannot stand here", part.span, help_)
    elif place is not None and check.known.of.get(place) == these(None):
        check.leaf.say("DL307", f"{words} is null here", part.span, "look at what stands before")
    elif place is None or place not in check.leaf.warned:
        help_ = f"write {words} != null and …"
        check.leaf.say("DL307", f"{words} may be null ({null_word(side.type)})", part.span, help_)
    if place is not None:
        check.leaf.warned.add(place)
    return False


def are_not_null(
    check: Check, sides: tuple[Typed, Typed], parts: tuple[Expression, Expression]
) -> bool:
    """Note DL307 for each of two parts that may be null."""
    found = [not_null(check, side, part) for side, part in zip(sides, parts, strict=True)]
    return all(found)
