"""What stands at this path of the fact catalogue, and what of it may leave?

A path is that of a fact (`patching.last_scan`), of an item as rules name it (`user.lock.after`),
or either with indices (`volumes[1].protection`). A place knows the path of the catalogue, without
indices and from the fact on: one USB stick has one path, whoever names it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache

from rules.facts.describe import type_of
from rules.facts.index import CATALOGUE
from rules.facts.types import INT, Field, Leaves, List, Mark, Nullable, Record, Type

_PLAIN = Leaves(Mark.OPEN)
_INDEX = re.compile(r"\[[0-9]{1,6}\]")


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """A value's path, type and mark; `noun` is the word of the record that holds it.

    The catalogue has each place once, so a place equals itself alone.
    """

    path: str
    type: Type
    leaves: Leaves = _PLAIN
    noun: str = ""

    @property
    def word(self) -> str:
        """By which word rules name an item that stands here: `volume`, else `item`."""
        return self.type.name if isinstance(self.type, Record) else "item"

    def field(self, field: Field) -> "Place":
        """The place of one field of the record here."""
        return Place(f"{self.path}.{field.name}", field.type, field.leaves, self.word)

    def inner(self, of: Type) -> "Place":
        """The place of what a list or a nullable holds: same path, same mark."""
        return replace(self, type=of)


@cache
def of_fact(name: str) -> Place | None:
    """The place of a whole fact, if the catalogue has it."""
    fact = CATALOGUE.get(name)
    return Place(name, type_of(fact)) if fact else None


@cache
def of_list(path: str) -> Place | None:
    """The place of the items of a list of the catalogue: `volumes`, `imaging.roots`."""
    return next((item for item in _items() if item.path == path), None)


@cache
def first_field(item: Place) -> Place:
    """By what an item goes: the first field of its record, or the item itself."""
    return item.field(item.type.fields[0]) if isinstance(item.type, Record) else item


@cache
def named(path: str) -> tuple[Place, ...]:
    """The places that a path may mean; none if the catalogue has no such path.

    More than one only for the word `item`, which stands for an item of any list without records.
    `path.size()` is the length of a list.
    """
    bare, is_size, rest = _INDEX.sub("", path).partition(".size()")
    if rest:
        return ()
    word, *names = bare.split(".")
    found = tuple(place for start in _starts(word) for place in _walk(start, names))
    if is_size:
        return tuple(Place(p.path, INT, _PLAIN) for p in found if isinstance(_bare(p.type), List))
    return found


@cache
def items_named(word: str) -> tuple[Place, ...]:
    """The items of all lists that go by this word in rules: `volume`, `root`, `item`."""
    return tuple(place for place in _items() if place.word == word)


@cache
def all_items() -> tuple[Place, ...]:
    """The items of every list of the catalogue."""
    return tuple(_items())


def _starts(word: str) -> Iterator[Place]:
    fact = of_fact(word)
    if fact is not None:
        yield fact
    yield from items_named(word)


def _walk(place: Place, names: list[str]) -> Iterator[Place]:
    for name in names:
        record = _bare(place.type)
        while isinstance(record, List):
            record = _bare(record.of)
        field = record.field(name) if isinstance(record, Record) else None
        if field is None:
            return
        place = replace(place, type=record).field(field)
    yield place


def _items() -> Iterator[Place]:
    for name, fact in CATALOGUE.items():
        yield from _lists_in(Place(name, type_of(fact)))


def _lists_in(place: Place) -> Iterator[Place]:
    match place.type:
        case Nullable(inner):
            yield from _lists_in(place.inner(inner))
        case List(inner):
            item = place.inner(_bare(inner))
            yield item
            yield from _lists_in(item)
        case Record(_, fields):
            for field in fields:
                yield from _lists_in(place.field(field))


def _bare(of: Type) -> Type:
    return _bare(of.of) if isinstance(of, Nullable) else of
