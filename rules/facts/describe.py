"""Which types of the rule language do the records of the catalogue have?

The records are ordinary data classes; their annotations are read once.
"""

import types
from dataclasses import fields, is_dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from rules.facts.base import Fact, Items, Unknown
from rules.facts.types import (
    BOOL,
    CASELESS,
    DOUBLE,
    DURATION,
    INT,
    STRING,
    TIMESTAMP,
    VERSION,
    Enum,
    Field,
    Leaves,
    List,
    Mark,
    Nullable,
    Record,
    Scalar,
    Type,
    Version,
)

_SCALARS: dict[Any, Scalar] = {
    bool: BOOL,
    int: INT,
    float: DOUBLE,
    str: STRING,
    timedelta: DURATION,
    datetime: TIMESTAMP,
    Version: VERSION,
}
_PLAIN = Leaves(Mark.OPEN)


@cache
def describe(record: type) -> Record:
    """The record type of a data class of the catalogue; TypeError if it cannot be one."""
    hints = get_type_hints(record, include_extras=True)
    return Record(
        record.__name__.lower(),
        tuple(_field(record, field.name, hints[field.name]) for field in fields(record)),
    )


def type_of(fact: Fact[Any]) -> Type:
    """The type of a fact's whole answer: a record, or a list of records."""
    return _type(fact.shape)[0]


def _field(record: type, name: str, annotation: Any) -> Field:  # noqa: ANN401
    of, leaves = _type(annotation)
    if _has_bare_string(of) and leaves is None:
        raise TypeError(f"{record.__name__}.{name}: a string must say what of it may leave")
    if isinstance(of, Scalar) and leaves is not None and leaves.caseless:
        of = CASELESS
    return Field(name, of, leaves or _PLAIN)


def _type(annotation: Any) -> tuple[Type, Leaves | None]:  # noqa: ANN401
    origin = get_origin(annotation)
    if origin is Annotated:
        inner, *marks = get_args(annotation)
        of, _ = _type(inner)
        return of, next((mark for mark in marks if isinstance(mark, Leaves)), None)
    if origin in (Union, types.UnionType):
        members = [member for member in get_args(annotation) if member is not Unknown]
        known = [member for member in members if member is not type(None)]
        of, leaves = _type(known[0])
        return (Nullable(of) if len(known) < len(members) else of), leaves
    if origin is Literal:
        return Enum(get_args(annotation)), None
    if origin is Items:
        of, leaves = _type(get_args(annotation)[0])
        return List(of, of.name if isinstance(of, Record) else "item"), leaves
    if annotation in _SCALARS:
        return _SCALARS[annotation], None
    if is_dataclass(annotation) and isinstance(annotation, type):
        return describe(annotation), None
    raise TypeError(f"{annotation!r} is no type of the fact catalogue")


def _has_bare_string(of: Type) -> bool:
    while isinstance(of, Nullable | List):
        of = of.of
    return isinstance(of, Scalar) and of.name == "string"
