"""Is this JSON value of that shape? One way in and one way out for every message.

A message is a frozen data class; its annotations say all that may stand in it: `Literal` for
closed words, and the marks of evidence.marks.

- A field without a default is required. One with a default may be missing, and is not written
  while it has it.
- `closed` refuses members that the class does not have: in what an agent sends one could carry a
  name. What the controller sends is read open, so that newer controllers serve older agents.
- `fixed` of a class are its constant members, such as `{"v": 1}`; they are written first.
- A class with `as_array` is an array of its fields, in order.
"""

from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import UTC, datetime
from enum import Enum
from typing import Any, TypeVar

from evidence.errors import Malformed
from evidence.marks import Misfit
from evidence.readers import reader_of, wire_name
from evidence.strict_json import Json

T = TypeVar("T")


def read(cls: type[T], value: Json, *, closed: bool) -> T:
    """The data class that this value is; Malformed, with the place, if it is none."""
    of: Any = cls
    try:
        kept: T = reader_of(of, closed)(value)
    except Misfit as misfit:
        place = f", {''.join(misfit.at).lstrip('.')}" if misfit.at else ""
        raise Malformed(f"{cls.__name__.lower()}{place}: {misfit.what}") from None
    return kept


def to_json(value: object) -> Json:
    """The JSON value of a data class, or of what may stand in one."""
    if is_dataclass(value) and not isinstance(value, type):
        return _array(value) if hasattr(value, "as_array") else _object(value)
    if isinstance(value, tuple | list):
        return [to_json(inner) for inner in value]
    if isinstance(value, Mapping):
        return {key: to_json(inner) for key, inner in value.items()}
    if isinstance(value, datetime):
        return moment(value)
    return value.value if isinstance(value, Enum) else value


def moment(at: datetime) -> str:
    """RFC 3339 in UTC with milliseconds and `Z`; what is finer is cut off."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"


def _array(value: object) -> list[Json]:
    return [to_json(getattr(value, name)) for name, _ in _fields(value)]


def _object(value: object) -> dict[str, Json]:
    written = dict(getattr(value, "fixed", {}))
    for name, default in _fields(value):
        inner = getattr(value, name)
        if default is MISSING or inner != default:
            written[wire_name(name)] = to_json(inner)
    return written


def _fields(value: object) -> list[tuple[str, object]]:
    return [(field.name, field.default) for field in fields(value)]  # type: ignore[arg-type]
