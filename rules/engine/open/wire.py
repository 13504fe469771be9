"""How does a value come in, and go out? As an object with one key, which says what it is.

`{"int": "-42"}`, `{"list": [V, …]}`, `{"map": [[K, V], …]}`, `{"record": {name: V}}`; a list that
is not whole has `missing` beside it, and what was not read is `{"unknown": "timeout"}`. Nothing
depends on how a reader of JSON takes numbers, and each value has one form.
"""

from collections.abc import Callable, Mapping, Sequence

from rules.compiled import limits
from rules.compiled.canonical import Json
from rules.compiled.literal import read_scalar, write_scalar
from rules.engine.open.values import TAGGED, Fields, Key, Map, Tagged, Word, as_key, kind
from rules.engine.values import Gap, Listing, Value
from rules.facts.base import Why

_CODES = frozenset(Why)
_FOREIGN = frozenset({"uint", "bytes"})


class NoValue(ValueError):
    """No form of a value; the sentence says what is wrong with it."""


class Unsupported(NoValue):
    """The form of a value of CEL that rules do not have."""


class TooBig(NoValue):
    """More items, or deeper, than a fact may be."""


def read(wire: Json, at: str, depth: int = 1) -> Value:
    """The value of a form; `at` is its path, for what is unknown in it.

    NoValue says what is wrong: Unsupported with uint and bytes, TooBig over a limit.
    """
    if depth > limits.LEAF_DEPTH:
        raise TooBig("a value is nested too deep")
    if not isinstance(wire, dict):
        raise NoValue("a value is an object with one key")
    if wire.keys() == {"list", "missing"}:
        return _list(wire["list"], at, depth, _unknown(wire["missing"], at, depth))
    if len(wire) != 1:
        raise NoValue("a value is an object with one key")
    ((of, form),) = wire.items()
    if of in _READ:
        return _READ[of](form, at, depth)
    return _scalar(of, form)


def _scalar(of: str, form: Json) -> Value:
    if of in _FOREIGN:
        raise Unsupported(f"there is no {of} in rules")
    try:
        value = read_scalar(of, form)
    except ValueError as wrong:
        raise NoValue(str(wrong)) from None
    if of == "enum":
        return Word(value)
    return Tagged(of, value) if of in TAGGED else value


def _list(form: Json, at: str, depth: int, missing: Gap | None = None) -> Listing:
    if not isinstance(form, list):
        raise NoValue("the form of a list is an array")
    if len(form) > limits.ITEMS:
        raise TooBig("a list holds too many items")
    items = [read(item, f"{at}[{number}]", depth + 1) for number, item in enumerate(form)]
    return Listing(tuple(items), missing)


def _map(form: Json, at: str, depth: int) -> Map:
    if not isinstance(form, list) or not all(isinstance(e, list) and len(e) == 2 for e in form):
        raise NoValue("the form of a map is an array of keys and values")
    if len(form) > limits.ITEMS:
        raise TooBig("a map holds too many keys")
    entries: dict[Key, Value] = {}
    for key, value in form:
        read_key = _key(key, depth)
        if read_key in entries:
            raise NoValue(f"a map has the key {str(read_key[1])[:40]!r} twice")
        entries[read_key] = read(value, f"{at}[{str(read_key[1])[:40]!r}]", depth + 1)
    return Map(entries)


def _key(form: Json, depth: int) -> Key:
    value = read(form, "", depth + 1)
    key = None if value.__class__ in (Gap, float) else as_key(value)
    if key is None:
        raise NoValue("the key of a map is a bool, an int or a string")
    return key


def _record(form: Json, at: str, depth: int) -> Fields:
    if not isinstance(form, dict):
        raise NoValue("the form of a record is an object")
    fields = {name: read(value, f"{at}.{name}", depth + 1) for name, value in form.items()}
    return Fields(fields, at)


def _unknown(form: Json, at: str, _depth: int) -> Gap:
    if not isinstance(form, str) or form not in _CODES:
        raise NoValue(f"the reason of an unknown is one of {', '.join(Why)}")
    return Gap(form, at=at)


_READ: Mapping[str, Callable[[Json, str, int], Value]] = {
    "list": _list,
    "map": _map,
    "record": _record,
    "unknown": _unknown,
}


def write(value: Value) -> Json:
    """The form of a value; an unknown in it has the form of a binding."""
    match value:
        case Gap(code):
            return {"unknown": code}
        case Listing(items=items, missing=missing):
            form: Json = {"list": [write(item) for item in items]}
            return form if missing is None else {**form, "missing": missing.code}
        case Map(entries):
            return {"map": [[write(key), write(item)] for (_, key), item in entries.items()]}
        case Fields(values):
            return {"record": {name: write(item) for name, item in values.items()}}
        case Tagged(of, inner):
            return {of: write_scalar(of, inner)}
        case Word():
            return {"enum": str(value)}
    return {kind(value): write_scalar(kind(value), value)}


def plain(value: Value) -> Json:
    """The value as facts are written: `42`, `"900s"`, `{"$unknown": "timeout"}`."""
    match value:
        case Gap(code):
            return {"$unknown": code}
        case Listing(items=items, missing=missing):
            form: Json = [plain(item) for item in items]
            return form if missing is None else {"$items": form, "$missing": missing.code}
        case Fields(values):
            return {name: plain(item) for name, item in values.items()}
        case Tagged(of, inner):
            return write_scalar(of, inner)
    return value


def is_too_big(value: Value) -> bool:
    """Would the form be longer than a line, or deeper than is read? Told without making it."""
    left, waiting = limits.BATCH_LINE, [(value, 1)]
    while waiting:
        one, depth = waiting.pop()
        inside = _inside(one)
        left -= _LEAST + (len(one) if isinstance(one, str) else 0)
        if left < len(inside) or depth > limits.LEAF_DEPTH:
            return True
        waiting += [(part, depth + 1) for part in inside]
    return False


_LEAST = 12
"""About what the shortest form of a value takes, such as `{"int":"7"},`."""


def _inside(value: Value) -> Sequence[Value]:
    match value:
        case Listing(items=items):
            return items
        case Map(entries):
            return [part for (_, key), item in entries.items() for part in (key, item)]
        case Fields(values):
            return [part for pair in values.items() for part in pair]
    return ()
