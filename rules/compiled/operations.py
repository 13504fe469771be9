"""Which operations are there, what do they take, and what do they give?

One table for the checker that chooses an overload and for the machine that trusts nothing it
loads. A kind is the word for a type in the name of an overload: `le.duration`, `eq.caseless`.
"""

from typing import NamedTuple

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
    List,
    Nullable,
    Record,
    Scalar,
    Type,
)

NOTHING = Record("nothing", ())
"""The type of the items of `[]`, and of what null is not: it goes with every other type."""
NULL = Nullable(NOTHING)

SCALARS = (
    "bool",
    "int",
    "double",
    "string",
    "caseless",
    "duration",
    "timestamp",
    "version",
    "enum",
)
ORDERED = ("int", "double", "number", "string", "caseless", "duration", "timestamp", "version")
TYPES: dict[str, Type] = {
    "bool": BOOL,
    "int": INT,
    "double": DOUBLE,
    "string": STRING,
    "caseless": CASELESS,
    "duration": DURATION,
    "timestamp": TIMESTAMP,
    "version": VERSION,
}


class Operation(NamedTuple):
    """The kinds that an operation takes, in order, and the type that it gives."""

    takes: tuple[str, ...]
    gives: Type


def kind(of: Type) -> str:
    """The word for a type in the name of an overload; a type that may be null has its own."""
    if isinstance(of, Scalar):
        return "caseless" if of.caseless else of.name
    if isinstance(of, Nullable):
        return "null" if of.of is NOTHING else kind(of.of)
    if isinstance(of, Enum):
        return "enum"
    if isinstance(of, List):
        return "list"
    return "nothing" if of is NOTHING else "record"


def join(one: Type, other: Type) -> Type | None:
    """The one type of two branches or items; None if they have none in common."""
    if one == other or other is NOTHING:
        return one
    if one is NOTHING:
        return other
    if isinstance(one, Nullable) or isinstance(other, Nullable):
        inner = join(bare(one), bare(other))
        return Nullable(inner) if inner else None
    if isinstance(one, Enum) and isinstance(other, Enum):
        return _join_enums(one, other)
    if isinstance(one, List) and isinstance(other, List):
        item = join(one.of, other.of)
        return List(item, one.item) if item else None
    if {kind(one), kind(other)} == {"string", "caseless"}:
        return CASELESS
    return None


def bare(of: Type) -> Type:
    """The type without `?`."""
    return of.of if isinstance(of, Nullable) else of


def _join_enums(one: Enum, other: Enum) -> Type | None:
    if set(one.values) <= set(other.values):
        return other
    return one if set(other.values) <= set(one.values) else None


def _table() -> dict[str, Operation]:
    table = {
        "and": Operation(("bool", "bool"), BOOL),
        "or": Operation(("bool", "bool"), BOOL),
        "not": Operation(("bool",), BOOL),
        "age": Operation(("timestamp",), DURATION),
        "neg.int": Operation(("int",), INT),
        "neg.double": Operation(("double",), DOUBLE),
        "size.string": Operation(("string",), INT),
        "size.list": Operation(("list",), INT),
        "rem.int": Operation(("int", "int"), INT),
        "add.timestamp_duration": Operation(("timestamp", "duration"), TIMESTAMP),
        "add.duration_timestamp": Operation(("duration", "timestamp"), TIMESTAMP),
        "sub.timestamp_duration": Operation(("timestamp", "duration"), TIMESTAMP),
        "sub.timestamp": Operation(("timestamp", "timestamp"), DURATION),
        "add.string": Operation(("string", "string"), STRING),
        "add.caseless": Operation(("caseless", "caseless"), CASELESS),
        **{f"matches.{k}": Operation((k, "string"), BOOL) for k in ("string", "caseless")},
    }
    for name in ("eq", "ne"):
        table |= {f"{name}.{k}": Operation((k, k), BOOL) for k in (*SCALARS, "list")}
        table[f"{name}.list_caseless"] = Operation(("list", "list"), BOOL)
        table[f"{name}.null"] = Operation(("any", "any"), BOOL)
    for name in ("lt", "le", "gt", "ge"):
        table |= {f"{name}.{k}": Operation((k, k), BOOL) for k in ORDERED}
    for name in ("startsWith", "endsWith", "contains", "glob"):
        table |= {f"{name}.{k}": Operation((k, k), BOOL) for k in ("string", "caseless")}
    for name in ("add", "sub", "mul", "div"):
        table |= {f"{name}.{k}": Operation((k, k), TYPES[k]) for k in ("int", "double")}
    for name in ("add", "sub"):
        table[f"{name}.duration"] = Operation(("duration", "duration"), DURATION)
    return table | _conversions()


def _conversions() -> dict[str, Operation]:
    takes = {
        "int": ("int", "double", "string", "timestamp"),
        "double": ("int", "double", "string"),
        "string": ("bool", "int", "double", "string", "duration", "timestamp", "version", "enum"),
        "bool": ("bool", "string"),
        "duration": ("duration", "string"),
        "timestamp": ("timestamp", "string", "int"),
        "version": ("version", "string"),
    }
    return {f"{to}.{k}": Operation((k,), TYPES[to]) for to, kinds in takes.items() for k in kinds}


PLAIN: dict[str, Operation] = _table()
"""Operations whose kinds say all about them."""

GENERIC: dict[str, int] = {
    "name": 1,
    "value": 1,
    "get": 2,
    "has": 1,
    "if": 3,
    "index": 2,
    "add.list": 2,
    **{f"in.{k}": 2 for k in SCALARS},
    **{f"distinct.{k}": 1 for k in SCALARS},
    **dict.fromkeys(("all", "exists", "exists_one", "filter", "map"), 3),
}
"""Operations whose result depends on more than the kind, and how many arguments they have; `list`
takes any number."""


def fits(found: str, wanted: str) -> bool:
    """May an operand of one kind stand where another is wanted?"""
    return wanted in (found, "any") or found == "nothing" or (found, wanted) in _ALSO


_ALSO = {
    ("string", "caseless"),
    ("caseless", "string"),
    ("int", "number"),
    ("double", "number"),
}
