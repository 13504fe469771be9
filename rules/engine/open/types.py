"""Of which type is a value that says itself what it is, and how does a rule hold it?

A rule's values do not say their type, and each field of a record is there. `lower` makes such a
value, `lift` makes one that says what it is again.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain

from rules.compiled.operations import NOTHING, NULL, TYPES, bare
from rules.engine.open.values import TAGGED, Fields, Map, Tagged, Word, kind
from rules.engine.open.values import bare as bare_value
from rules.engine.values import Gap, Listing, Value
from rules.facts.types import LOCAL, Enum, Field, List, Nullable, Record, Scalar, Type

UNREAD = Record("unread", ())
"""The type of what was not read: none that is known."""


class Untyped(ValueError):
    """A value that no type of rules describes: the id and a sentence."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def type_of(value: Value, words: tuple[str, ...]) -> Type:
    """The type of a value; of the closed set of an enum, these words and its own are known.

    Untyped if it is a map, or a list of what has no type in common.
    """
    match value:
        case Gap():
            return UNREAD
        case Word():
            return Enum(tuple(dict.fromkeys((str(value), *words))))
        case Listing(items=items):
            return List(_common([type_of(item, words) for item in items]), "item")
        case Fields(values=values):
            return _record({name: type_of(field, words) for name, field in values.items()})
        case Map():
            raise Untyped("DL206", "there are no maps in rules")
    return NULL if value is None else TYPES[kind(value)]


def parts(of: Type, at: str) -> Iterator[tuple[str, Type]]:
    """Every type in a type, with its path."""
    yield at, of
    if isinstance(of, List):
        yield from parts(of.of, f"{at}[]")
    elif isinstance(of, Record):
        for field in of.fields:
            yield from parts(field.type, f"{at}.{field.name}")


def fill(of: Type, at: str, chosen: Mapping[str, Type]) -> Type:
    """The type with its holes filled by the types chosen for their paths."""
    if of is UNREAD:
        return chosen[at]
    if isinstance(of, List):
        return List(fill(of.of, f"{at}[]", chosen), of.item)
    if isinstance(of, Record) and of.fields:
        return _record({f.name: fill(f.type, f"{at}.{f.name}", chosen) for f in of.fields})
    return of


def _record(fields: Mapping[str, Type]) -> Record:
    return Record("record", tuple(Field(name, of, LOCAL) for name, of in fields.items()))


def _common(found: Sequence[Type]) -> Type:
    """The one type of the items of a list; NOTHING if none of them has any."""
    known = [bare(of) for of in found if of not in (NOTHING, NULL, UNREAD)]
    if not known:
        return next((of for of in found if of is not NOTHING), NOTHING)
    joined = _joined(known)
    return Nullable(joined) if any(isinstance(of, Nullable) for of in found) else joined


def _joined(known: Sequence[Type]) -> Type:
    """One type for all of these; a record has the fields of all, an enum the words."""
    records = [of for of in known if isinstance(of, Record)]
    if len(records) == len(known):
        fields: dict[str, list[Type]] = {}
        for field in chain.from_iterable(record.fields for record in records):
            fields.setdefault(field.name, []).append(field.type)
        return _record({name: _common(found) for name, found in fields.items()})
    lists = [of.of for of in known if isinstance(of, List)]
    if len(lists) == len(known):
        return List(_common(lists), "item")
    words = [of.values for of in known if isinstance(of, Enum)]
    if len(words) == len(known):
        return Enum(tuple(dict.fromkeys(chain.from_iterable(words))))
    if any(of != known[0] for of in known):
        raise Untyped("DL304", "a list holds items of different types")
    return known[0]


def lower(of: Type, value: Value) -> Value:
    """The value as a rule holds it, when the checker has it for this type."""
    of = bare(of)
    if isinstance(value, Fields) and isinstance(of, Record):
        return {field.name: lower(field.type, value.get(field.name)) for field in of.fields}
    if isinstance(value, Listing) and isinstance(of, List):
        return Listing(tuple(lower(of.of, item) for item in value.items), value.missing)
    return bare_value(value)


def lift(of: Type, value: Value) -> Value:
    """The value of a rule as one that says itself what it is."""
    if value is None or value.__class__ is Gap:
        return value
    match bare(of):
        case Record(fields=fields):
            return Fields({field.name: lift(field.type, value[field.name]) for field in fields}, "")
        case List(of=inner):
            return Listing(tuple(lift(inner, item) for item in value.items), value.missing)
        case Enum():
            return Word(value)
        case Scalar(name=name) if name in TAGGED:
            return Tagged(name, value)
    return value


def type_words(of: Type) -> str:
    """A type as it is written: `duration?`, `list<volume>`."""
    match of:
        case Nullable(of=inner):
            return "null" if inner is NOTHING else f"{type_words(inner)}?"
        case List(of=inner):
            return f"list<{'' if inner is NOTHING else type_words(inner)}>"
        case Enum():
            return "enum"
    return of.name
