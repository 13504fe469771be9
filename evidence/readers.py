"""How is a JSON value of this type read? One reader a type, made once.

A reader takes a value as strict_json gives it and returns what to keep, or raises Misfit. A
string without a pattern, and anything else that says too little, is a TypeError the first time
its class is read: no message can be declared that holds free text.
"""

import re
import types
from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import datetime
from enum import Enum
from functools import cache
from typing import (
    Annotated,
    Any,
    Literal,
    NamedTuple,
    NoReturn,
    TypeAlias,
    Union,
    get_args,
    get_origin,
    get_type_hints,
)

from evidence.marks import AtMost, Between, By, Misfit, Pattern
from evidence.strict_json import INTEGERS_TO, Json

Reader: TypeAlias = Callable[[Json], Any]

_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z")


@cache
def reader_of(of: Any, closed: bool) -> Reader:  # noqa: ANN401, FBT001 - a type; keys of a cache
    """The reader of a type; `closed` refuses members that a class does not have."""
    origin, inner = get_origin(of), get_args(of)
    if origin is Annotated:
        return _marked(inner[0], inner[1], closed=closed)
    if origin in (Union, types.UnionType):
        return _optional(inner, closed=closed)
    if origin is Literal:
        return _word({word: word for word in inner})
    if origin is tuple and inner[-1] is ...:
        return _list(reader_of(inner[0], closed), None)
    if origin is tuple:
        return _row([reader_of(member, closed) for member in inner])
    return _plain(of, closed=closed)


def _plain(of: Any, *, closed: bool) -> Reader:  # noqa: ANN401
    if of in _SCALARS:
        return _SCALARS[of]
    if isinstance(of, type) and issubclass(of, Enum):
        return _word({member.value: member for member in of})
    if isinstance(of, type) and is_dataclass(of):
        return _array(of, closed=closed) if hasattr(of, "as_array") else _record(of, closed=closed)
    raise TypeError(f"{of!r} says too little: a message holds nothing that is not closed")


def _marked(of: Any, mark: object, *, closed: bool) -> Reader:  # noqa: ANN401
    match mark:
        case Pattern(regex):
            return _string(regex)
        case Between(low, high):
            return _integer(low, high)
        case AtMost(count) if get_origin(of) is tuple:
            return _list(reader_of(get_args(of)[0], closed), count)
        case AtMost(count):
            key, inner = get_args(of)
            return _mapping(reader_of(key, closed), reader_of(inner, closed), count)
        case By(reader):
            return reader
    raise TypeError(f"{mark!r} is no mark of evidence.marks")


def _string(regex: str) -> Reader:
    matches = re.compile(regex).fullmatch

    def read_string(value: Json) -> str:
        if type(value) is str and matches(value):
            return value
        raise Misfit("not a string of its form")

    return read_string


def _integer(low: int, high: int) -> Reader:
    def read_integer(value: Json) -> int:
        if type(value) is int and low <= value <= high:
            return value
        raise Misfit(f"not an integer from {low} to {high}")

    return read_integer


def _boolean(value: Json) -> bool:
    if type(value) is bool:
        return value
    raise Misfit("not true or false")


def _moment(value: Json) -> datetime:
    try:
        if type(value) is str and _MOMENT.fullmatch(value):
            return datetime.fromisoformat(value)
    except ValueError:
        pass
    raise Misfit("not a time as 2026-11-22T13:40:00.000Z")


_SCALARS: dict[Any, Reader] = {
    bool: _boolean,
    int: _integer(0, INTEGERS_TO),
    datetime: _moment,
}


def _word(known: dict[Any, Any]) -> Reader:
    def read_word(value: Json) -> Any:  # noqa: ANN401
        if type(value) in (str, int) and value in known:
            return known[value]
        raise Misfit(f"not one of {', '.join(map(str, known))}")

    return read_word


def _optional(members: tuple[Any, ...], *, closed: bool) -> Reader:
    (known,) = (member for member in members if member is not type(None))
    inner = reader_of(known, closed)
    return lambda value: None if value is None else inner(value)


def _list(inner: Reader, most: int | None) -> Reader:
    def read_list(value: Json) -> tuple[Any, ...]:
        if type(value) is not list or (most is not None and len(value) > most):
            raise Misfit("not a list" if most is None else f"not a list of at most {most}")
        return _each(value, [inner] * len(value))

    return read_list


def _row(inner: list[Reader]) -> Reader:
    def read_row(value: Json) -> tuple[Any, ...]:
        if type(value) is not list or len(value) != len(inner):
            raise Misfit(f"not a list of {len(inner)}")
        return _each(value, inner)

    return read_row


def _each(values: list[Json], readers: list[Reader]) -> tuple[Any, ...]:
    kept: list[Any] = []
    try:
        for value, reader in zip(values, readers, strict=True):
            kept.append(reader(value))
    except Misfit as misfit:
        raise misfit.inside(f"[{len(kept)}]") from None
    return tuple(kept)


def _mapping(read_key: Reader, read_inner: Reader, most: int) -> Reader:
    def read_mapping(value: Json) -> dict[str, Any]:
        if type(value) is not dict or len(value) > most:
            raise Misfit(f"not an object of at most {most}")
        # All keys first: only then may one of them stand in a message.
        for name in value:
            read_key(name)
        return _members(value, [_Member(name, name, read_inner, MISSING) for name in value])

    return read_mapping


def _array(of: type, *, closed: bool) -> Reader:
    hints = get_type_hints(of, include_extras=True)
    row = _row([reader_of(hints[field.name], closed) for field in fields(of)])
    return lambda value: of(*row(value))


def _record(of: type, *, closed: bool) -> Reader:
    hints = get_type_hints(of, include_extras=True)
    fixed: Mapping[str, Json] = getattr(of, "fixed", {})
    members = [
        _Member(wire_name(f.name), f.name, reader_of(hints[f.name], closed), _default(f))
        for f in fields(of)
    ]
    names = frozenset(fixed) | {member.wire for member in members}

    def read_record(value: Json) -> object:
        if type(value) is not dict:
            raise Misfit("not an object")
        if closed and not value.keys() <= names:
            raise Misfit("has a member that it may not have")
        for name, constant in fixed.items():
            if type(value.get(name)) is not type(constant) or value[name] != constant:
                raise Misfit(f"{name} is not {constant}")
        return of(**_members(value, members))

    return read_record


class _Member(NamedTuple):
    wire: str
    name: str
    reader: Reader
    default: object


def _members(value: dict[str, Json], members: list[_Member]) -> dict[str, Any]:
    wire = ""
    kept = {}
    try:
        for wire, name, reader, default in members:
            if wire in value:
                kept[name] = reader(value[wire])
            elif default is MISSING:
                _missing()
    except Misfit as misfit:
        raise misfit.inside(f".{wire}") from None
    return kept


def wire_name(name: str) -> str:
    """As which member a field is written: `from_` is `from`, which is a word of Python."""
    return name.removesuffix("_")


def _missing() -> NoReturn:
    raise Misfit("is missing")


def _default(field: Field[Any]) -> object:
    return field.default if field.default_factory is MISSING else field.default_factory
