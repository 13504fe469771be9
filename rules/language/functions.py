"""Which functions are there, and what is said of one that is not?

One table for the checker, for the reference and for who looks a function up.
"""

from rules.language import list_functions, text_functions, value_functions
from rules.language.checked import Check, Typed
from rules.language.signature import Function, broken
from rules.language.suggest import did_you_mean
from rules.language.syntax import Call

FUNCTIONS: tuple[Function, ...] = (
    *value_functions.FUNCTIONS,
    *text_functions.FUNCTIONS,
    *list_functions.FUNCTIONS,
)
_FREE = {one.name: one for one in FUNCTIONS if not one.is_of_value}
_OF_VALUE = {one.name: one for one in FUNCTIONS if one.is_of_value}

_OF_CEL = {
    "type": "what type a value has is known when the rule is checked",
    "dyn": "every value has a type; leave it out",
    "uint": "write int(x)",
    "bytes": "compare text with text",
    "optional": "write has(x.field) and …",
    **dict.fromkeys(
        (
            *("getFullYear", "getMonth", "getDate", "getDayOfMonth", "getDayOfWeek"),
            *("getDayOfYear", "getHours", "getMinutes", "getSeconds", "getMilliseconds"),
        ),
        'compare times: age(t) <= "7d", or t < "2026-11-22T10:00:00Z"',
    ),
}
_ELSEWHERE = {
    **dict.fromkeys(("len", "length", "count"), "write x.size(), or l.filter(x, …).size()"),
    **dict.fromkeys(("any", "some"), "write l.exists(x, …)"),
    **dict.fromkeys(("every", "forall"), "write l.all(x, …)"),
    **dict.fromkeys(("existsOne", "one"), "write l.exists_one(x, …)"),
    **dict.fromkeys(("unique", "set"), "write l.distinct()"),
    **dict.fromkeys(("startswith", "hasPrefix"), "write s.startsWith(t)"),
    **dict.fromkeys(("endswith", "hasSuffix"), "write s.endsWith(t)"),
    **dict.fromkeys(("includes", "indexOf", "find"), "write s.contains(t), or x in list"),
    **dict.fromkeys(("match", "regex", "test"), "write s.matches(p)"),
    **dict.fromkeys(("like", "fnmatch"), "write s.glob(p)"),
    **dict.fromkeys(
        ("lower", "upper", "toLowerCase", "toUpperCase", "lowerAscii", "upperAscii"),
        "fields that go without case compare so by themselves; else list the spellings",
    ),
    **dict.fromkeys(("now", "today", "time"), "write now, without ( ); or age(t)"),
    **dict.fromkeys(("str", "text"), "write string(x)"),
    "float": "write double(x)",
    "exist": "write l.exists(x, …)",
    "since": "write age(t)",
    "isNull": "write x == null",
    "defined": "write has(x.field)",
}


def call(check: Check, part: Call) -> Typed:
    """A call of a function, or of one of a value."""
    table = _FREE if part.of is None else _OF_VALUE
    found = table.get(part.name)
    if found is None:
        _unknown(check, part, table)
        _check_inside(check, part)
        return broken(check, part)
    if len(part.args) != found.arity:
        wanted = "one argument" if found.arity == 1 else f"{found.arity or 'no'} arguments"
        check.leaf.say(
            "DL311", f"{part.name}() takes {wanted}", part.span, f"write {found.written}"
        )
        return broken(check, part)
    return found.make(check, part)


def _unknown(check: Check, part: Call, table: dict[str, Function]) -> None:
    if part.name in _OF_CEL:
        message = f"{part.name}() is not part of the language"
        check.leaf.say("DL206", message, part.name_span, _OF_CEL[part.name])
        return
    help_ = _ELSEWHERE.get(part.name) or did_you_mean(part.name, table)
    message = f"there is no function {part.name[:40]}()"
    check.leaf.say("DL303", message, part.name_span, _turned(check, part, table) or help_)


def _turned(check: Check, part: Call, table: dict[str, Function]) -> str:
    """A function that is written the other way round: behind a dot, or before its value."""
    found = (_OF_VALUE if table is _FREE else _FREE).get(part.name)
    if found is None:
        return ""
    if part.of is not None:
        return f"write {part.name}({check.leaf.words(part.of)})"
    if not part.args:
        return f"write {found.written}"
    rest = found.written.partition("(")[2]
    return f"write {check.leaf.words(part.args[0])}.{part.name}({rest}"


def _check_inside(check: Check, part: Call) -> None:
    """What stands in a call that is wrong itself is checked, unless it may hold a loop."""
    if part.of is not None:
        check.check(part.of)
    if len(part.args) == 1:
        check.check(part.args[0])
