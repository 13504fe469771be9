"""Why do two operands not go together, and what would? A sentence for each way to be wrong."""

from collections.abc import Callable

from rules.compiled.operations import bare
from rules.facts.types import Enum, List, Record
from rules.language.checked import Check, Typed, type_words
from rules.language.near import READERS
from rules.language.param_types import param_types
from rules.language.syntax import Binary, Constant, Expression, path

_SCALE = ("*", "/", "%")
_ORDER = ("<", "<=", ">", ">=")
_Sides = tuple[tuple[Typed, Expression], tuple[Typed, Expression]]
_Advice = Callable[[Check, Binary, _Sides], str]


def mismatch(check: Check, part: Binary, left: Typed, right: Typed) -> None:
    """Note that two operands do not go together: DL312 for an int and a double, else DL304."""
    sides = ((left, part.left), (right, part.right))
    help_ = next((said for advice in _ADVICE if (said := advice(check, part, sides))), "")
    if part.op in ("==", "!=") and {left.kind, right.kind} == {"int", "double"}:
        message = "an int and a double are never compared for equality"
        check.leaf.say("DL312", message, part.span, help_ or "compare with <= and >=")
        return
    check.leaf.say("DL304", _said(check, part, sides), part.span, help_)


def _said(check: Check, part: Binary, sides: _Sides) -> str:
    one, other = (type_words(bare(side.type)) for side, _ in sides)
    if one != other:
        return f"{one} and {other} do not go together with {part.op}"
    if part.op in _ORDER:
        return f"{part.op} needs an order, and {one} has none"
    if sides[0][0].kind == "enum":
        words = " and ".join(check.leaf.words(written) for _, written in sides)
        return f"{words} never hold the same words"
    return f"{part.op} does not go with {one}"


def _chain(check: Check, part: Binary, _sides: _Sides) -> str:
    """`1 < x < 5`"""
    left = part.left
    if (
        part.op in _ORDER
        and isinstance(left, Binary)
        and left.op in _ORDER
        and not left.is_enclosed
    ):
        middle, last = check.leaf.words(left.right), check.leaf.words(part.right)
        return f"write {check.leaf.words(left)} and {middle} {part.op} {last}"
    return ""


def _constant(check: Check, _part: Binary, sides: _Sides) -> str:
    """A literal that was written as another type."""
    for (one, written), (other, beside) in (sides, sides[::-1]):
        if isinstance(written, Constant):
            words = check.leaf.words(beside)
            if other.kind == "bool" and written.value in (0, 1, "true", "false"):
                return f"write {words}, or not {words}"
            said = _number(one, other, written) or _quoted(one, other, written, words)
            if said:
                return said
    return ""


def _number(one: Typed, other: Typed, written: Constant) -> str:
    value = written.value
    if one.kind not in ("int", "double") or isinstance(value, bool | str | None):
        return ""
    if other.kind == "duration":
        return f'write a duration as text, such as "{int(abs(value))}s"'
    if other.kind in ("version", "string", "caseless"):
        return f'put quotes around it: "{value}"'
    if other.kind == "int":
        return f"write {int(value)}" if value == int(value) else ""
    return f"write {float(value)}" if other.kind == "double" else ""


def _quoted(one: Typed, other: Typed, written: Constant, words: str) -> str:
    text = written.value
    if one.kind not in ("string", "enum", "version") or not isinstance(text, str):
        return ""
    if isinstance(other.type, List):
        return f'write "{text[:32]}" in {words}'
    is_number = text.removeprefix("-").replace(".", "", 1).isdecimal()
    return (
        f"write {text[:32]} without quotes" if is_number and other.kind in ("int", "double") else ""
    )


def _scaled(check: Check, part: Binary, sides: _Sides) -> str:
    """`* / %` take numbers, and convert none."""
    kinds = [side.kind for side, _ in sides]
    if part.op not in _SCALE:
        return ""
    if "duration" in kinds:
        return "write the duration itself as text, or add durations"
    if sorted(kinds) == ["double", "int"] and part.op != "%":
        whole = next(written for side, written in sides if side.kind == "int")
        return f"write double({check.leaf.words(whole)})"
    return ""


def _time(check: Check, _part: Binary, sides: _Sides) -> str:
    for (one, written), (other, _) in (sides, sides[::-1]):
        if (one.kind, other.kind) == ("timestamp", "duration"):
            return f"for the time since it write age({check.leaf.words(written)})"
    return ""


def _param(check: Check, _part: Binary, sides: _Sides) -> str:
    """Text that does not adopt, because it is no literal."""
    for (one, written), (other, beside) in (sides, sides[::-1]):
        of = one.type.of if isinstance(one.type, List) else one.type
        if type_words(bare(of)) != "a string" or isinstance(written, Constant):
            continue
        wanted = _wanted(other, beside)
        if wanted and (path(written) or ("",))[0] == "params":
            listed = f"list<{wanted}>" if isinstance(one.type, List) else wanted
            return f"give the param the type {listed}"
        if other.kind in READERS:
            return f"write {other.kind}({check.leaf.words(written)})"
    return ""


def _wanted(other: Typed, beside: Expression) -> str:
    """The type that a param must have to stand beside a field."""
    of = bare(other.type)
    if not isinstance(of, Enum):
        return other.kind if other.kind in READERS else ""
    last = (path(beside) or ("",))[-1]
    names = [name for name, one in param_types().items() if one == of]
    return next((name for name in names if name.endswith(f".{last})")), "")


def _sort(_check: Check, part: Binary, sides: _Sides) -> str:
    kinds = {side.kind for side, _ in sides}
    if any(isinstance(bare(side.type), Record) for side, _ in sides):
        return "compare its fields"
    if kinds == {"enum"}:
        return 'write in ["…", "…"]' if part.op in _ORDER else "compare them with string(…)"
    if kinds == {"list"} and part.op in ("==", "!="):
        return "compare their items with all(x, …) or exists(x, …)"
    if kinds == {"bool"} and part.op in _ORDER:
        return "write and, or, not, == or !="
    if part.op == "+" and kinds & {"string", "caseless"}:
        return "write string(…) around what is no text"
    return ""


_ADVICE: tuple[_Advice, ...] = (_chain, _scaled, _constant, _time, _param, _sort)
