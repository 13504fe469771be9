"""What do the functions of one value say: how long ago, is it there, how many, as what else?"""

from rules.compiled.operations import PLAIN, TYPES
from rules.facts.types import BOOL, DURATION, INT
from rules.language.checked import Check, Typed
from rules.language.flow import domain, these
from rules.language.near import READERS, reads, write
from rules.language.signature import Function, Overload, broken, made, receiver, strict
from rules.language.syntax import Call, Constant, Member, Name, path


def _age(check: Check, part: Call) -> Typed:
    value = receiver(check, part)
    if value[0].kind == "duration":
        help_ = "it is a time span already: leave out age( )"
        check.leaf.say(
            "DL311", "age() takes a timestamp, and gets a duration", value[1].span, help_
        )
        return broken(check, part)
    if isinstance(value[1], Constant) and value[0].kind == "string":
        help_ = f"write timestamp({check.leaf.words(value[1])})"
        check.leaf.say("DL311", "age() takes a timestamp, and gets a string", value[1].span, help_)
        return broken(check, part)
    if isinstance(value[1], Name) and value[1].name == "now":
        check.leaf.settle("DL401", "the age of now is always 0s", part.span, "ask for another time")
    return strict(check, part, value, Overload("age", ("timestamp",), DURATION))


def _has(check: Check, part: Call) -> Typed:
    where = part.args[0]
    if not isinstance(where, Member):
        check.check(where)
        check.leaf.say("DL311", "has() takes a field", where.span, "write has(x.field)")
        return broken(check, part)
    of = check.check(where)
    if of.kind == "broken":
        return broken(check, part)
    typed = made(check, part, "has", (of.node,), BOOL)
    words = path(where)
    if words is None:
        return typed
    if not of.may_be_null and not check.known.never:
        message = f"this is always true: {check.leaf.words(where)} is never null"
        check.leaf.settle("DL401", message, part.span, "leave this out")
    now = check.known.of.get(words) or domain(of.type)
    true = check.known.narrowed(words, now & ~these(None))
    return Typed(typed.node, BOOL, true, check.known.narrowed(words, now & these(None)))


def _size(check: Check, part: Call) -> Typed:
    value = receiver(check, part)
    name = "size.list" if value[0].kind == "list" else "size.string"
    return strict(check, part, value, Overload(name, ("list", "string", "caseless"), INT))


def _convert(check: Check, part: Call) -> Typed:
    value = receiver(check, part)
    kinds = tuple(op.partition(".")[2] for op in PLAIN if op.startswith(f"{part.name}."))
    kind = "string" if value[0].kind == "caseless" else value[0].kind
    overload = Overload(f"{part.name}.{kind}", (*kinds, "caseless"), TYPES[part.name])
    typed = strict(check, part, value, overload)
    if typed.kind != "broken" and not _reads(check, part):
        return broken(check, part)
    return typed


def _reads(check: Check, part: Call) -> bool:
    """A literal that can never be converted is told now, and not on a machine."""
    where = part.args[0]
    if part.name not in READERS or not isinstance(where, Constant) or where.kind != "string":
        return True
    text = str(where.value)
    if not reads(part.name, text):
        help_ = write(part.name, text)
        check.leaf.say("DL305", f'"{text[:40]}" is no {part.name}', where.span, help_)
        return False
    return True


FUNCTIONS: tuple[Function, ...] = (
    Function("age(t)", "duration", "The time since t; a little ahead of now is 0s.", _age),
    Function("has(x.field)", "bool", "The field is not null.", _has),
    Function("size(x)", "int", "How many items a list has, or code points a string.", _size),
    Function("x.size()", "int", "How many items a list has, or code points a string.", _size),
    Function(
        "int(x)", "int", "A double cut toward zero, a text of digits, a time in seconds.", _convert
    ),
    Function("double(x)", "double", "An int or a text as a double.", _convert),
    Function("string(x)", "string", "A value as text.", _convert),
    Function("bool(x)", "bool", "A text of true or false, as CEL reads it.", _convert),
    Function("duration(s)", "duration", "A text such as 15m or 1d12h.", _convert),
    Function("timestamp(x)", "timestamp", "A text of RFC 3339, or seconds since 1970.", _convert),
    Function("version(s)", "version", "A text of one to eight numbers with dots.", _convert),
)
