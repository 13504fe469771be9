"""What is a value when nobody has checked its type? One that says itself what it is.

| type | value |
|---|---|
| null, bool, int, double, string | Python's own |
| enum | `Word`: text that remembers it came from a closed set |
| duration, timestamp, version | `Tagged`: its kind, and the engine's value |
| list | `Listing` of such values |
| map | `Map` |
| record | `Fields`: what it does not hold is unknown |

Python takes True for 1 and 1 for 1.0; nothing here compares values before their kinds.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from rules.engine.values import NO_SUCH_INDEX, Gap, Listing, Value
from rules.facts.base import Why

Key: TypeAlias = tuple[str, Value]
"""The kind and the value of a key, so that `true` and 1 are two."""

TAGGED = frozenset({"duration", "timestamp", "version"})
"""The kinds that a value of the engine does not show of itself."""

KEYS = frozenset({"bool", "int", "string"})
"""The kinds that a key of a map may have."""


class Word(str):
    """A word of a closed set; equal to the string, and written as what it is."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Tagged:
    """A value whose kind the engine's form does not show: 900 nanoseconds, or (10, 0)."""

    kind: str
    value: Value


@dataclass(frozen=True, slots=True)
class Map:
    """Values by key."""

    entries: Mapping[Key, Value]

    def has(self, key: Value) -> bool:
        """Is there such a key?"""
        return as_key(key) in self.entries

    def get(self, key: Value) -> Value:
        """The value of a key; error DL804 if there is no such key."""
        wanted = as_key(key)
        return NO_SUCH_INDEX if wanted is None else self.entries.get(wanted, NO_SUCH_INDEX)

    @property
    def keys(self) -> Listing:
        """The keys as a list, in the order in which they were written."""
        return Listing(tuple(value for _, value in self.entries))


@dataclass(frozen=True, slots=True)
class Fields:
    """A record: its fields by name, and its path."""

    values: Mapping[str, Value]
    at: str

    def get(self, name: str) -> Value:
        """The field; unknown (`not_collected`) if the record does not hold it."""
        if name in self.values:
            return self.values[name]
        return Gap(str(Why.NOT_COLLECTED), at=f"{self.at}.{name}" if self.at else name)


_KINDS = {
    type(None): "null",
    bool: "bool",
    int: "int",
    float: "double",
    str: "string",
    Word: "string",
    Listing: "list",
    Map: "map",
    Fields: "record",
}


PLAIN = frozenset(_KINDS) - {Word}
"""The classes that tell the kind of a value, and that the typed engine has as they are."""


def kind(value: Value) -> str:
    """The word for the type of a value that is no gap."""
    return value.kind if value.__class__ is Tagged else _KINDS[value.__class__]


def bare(value: Value) -> Value:
    """The value as the typed engine has it."""
    if value.__class__ is Tagged:
        return value.value
    return str(value) if value.__class__ is Word else value


def as_key(value: Value) -> Key | None:
    """The key that a value is; a double that is whole is the int; None if it can be none."""
    if value.__class__ is float:
        value = int(value) if value.is_integer() else None
    of = kind(value)
    return (of, bare(value)) if of in KEYS else None


def whole(value: Value) -> Value:
    """The value; of a list that is not whole, the gap in it."""
    is_half = value.__class__ is Listing and value.missing is not None
    return value.missing if is_half else value
