"""What does a machine say of itself, laid out as names and values?

The facts are what left the machine: paths, account names and addresses are not among them. The
catalogue gives the order of the fields, and the name that an item goes by.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.template.defaultfilters import filesizeformat

from controller.pages.reasons import why
from controller.pages.times import length, told
from rules.facts.describe import type_of
from rules.facts.form import Json, instant
from rules.facts.index import CATALOGUE
from rules.facts.types import List, Nullable, Record, Type

if TYPE_CHECKING:
    from controller.fleet.models import FactsNow

_MOST_ITEMS = 20
_MOST_NAMES = 5
_DURATION = re.compile(r"[0-9]{1,12}s")
_SIZES = ("size", "memory")


@dataclass(frozen=True, slots=True)
class Document:
    """One fact: what it asks, how much is known, since when, from where, and what it says.

    `items` are its records, each as names and values; `more` are not shown; `why` is said when
    nothing, or not all, is known.
    """

    name: str
    asks: str
    status: str
    observed_at: datetime
    calls: tuple[str, ...]
    items: tuple[tuple[tuple[str, str], ...], ...]
    more: int
    why: str


@dataclass(frozen=True, slots=True)
class Root:
    """An imaging folder by its label. `exposed` is None when it is not proven either way.

    `owner` is `here`, or whose business its files are; `served_by` then names the other machine.
    """

    label: str
    role: str
    files: int | None
    exposed: int | None
    why: str
    unproven: int | None
    protection: str
    is_watched: bool
    as_of: datetime | None
    owner: str = "here"
    served_by: str = ""

    @property
    def is_elsewhere(self) -> bool:
        """Does another machine serve it?"""
        return self.owner in ("other_host", "unowned")


def facts(row: "FactsNow | None") -> tuple[Document, ...]:
    """Every fact that a machine last sent, in the catalogue's order."""
    if row is None:
        return ()
    return tuple(_document(name, row.document[name]) for name in CATALOGUE if name in row.document)


def roots(row: "FactsNow | None") -> tuple[Root, ...]:
    """The imaging folders of a machine, as its newest report told of them."""
    if row is None or not row.imaging:
        return ()
    listed, _ = _list(row.imaging.get("roots", []))
    return tuple(_root(one) for one in listed)


def _root(root: Mapping[str, Json]) -> Root:
    exposed = root.get("exposed")
    return Root(
        label=str(root.get("label", "")),
        role=str(root.get("role", "")),
        files=_number(root.get("files")),
        exposed=_number(exposed),
        why=why(exposed.get("$unknown")) if isinstance(exposed, dict) else "",
        unproven=_number(root.get("unproven")),
        protection=_word(root.get("protection")),
        is_watched=root.get("watched") is True,
        as_of=instant(root["as_of"]) if isinstance(root.get("as_of"), str) else None,
        owner=_named(root.get("owner")),
        served_by=_named(root.get("served_by")),
    )


def _named(value: Json) -> str:
    return value if isinstance(value, str) else ""


def _document(name: str, reading: Mapping[str, Json]) -> Document:
    of, value = type_of(CATALOGUE[name]), reading["value"]
    records, missing = _records(of, value)
    return Document(
        name=name,
        asks=CATALOGUE[name].asks,
        status=str(reading["status"]),
        observed_at=instant(reading["observed_at"]),
        calls=tuple(str(source["call"]) for source in reading.get("source", ())),
        items=tuple(
            tuple(_fields(of.of if isinstance(of, List) else of, one, ""))
            for one in records[:_MOST_ITEMS]
        ),
        more=max(len(records) - _MOST_ITEMS, 0),
        why=why(missing),
    )


def _records(of: Type, value: Json) -> tuple[list[Any], str | None]:
    """The records of a list, or the one of a record, and why there are not more."""
    if _is_hole(value):
        return [], str(value["$unknown"])
    return _list(value) if isinstance(of, List) else ([value], None)


def _fields(of: Type, record: Mapping[str, Json], at: str) -> Iterator[tuple[str, str]]:
    """The fields of a record by their paths; records within it are laid out flat."""
    if not isinstance(of, Record):
        return
    for field in of.fields:
        if field.name not in record:
            continue
        value, inner = record[field.name], _bare(field.type)
        if isinstance(inner, Record) and _is_record(value):
            yield from _fields(inner, value, f"{at}{field.name}.")
        elif isinstance(inner, List) and not _is_hole(value):
            yield f"{at}{field.name}", _listed(inner.of, value)
        elif field.name in _SIZES and type(value) is int:
            yield f"{at}{field.name}", filesizeformat(value)
        else:
            yield f"{at}{field.name}", _word(value)


def _listed(of: Type, value: Json) -> str:
    """The items of a list by their names: the first few, how many more, whether that is all."""
    listed, missing = _list(value)
    first = of.fields[0].name if isinstance(of, Record) else None
    names = [_word(one.get(first) if first else one) for one in listed[:_MOST_NAMES]]
    rest = [f"and {len(listed) - _MOST_NAMES:,} more"] if len(listed) > _MOST_NAMES else []
    hole = [f"incomplete: {why(missing)}"] if missing else []
    return ", ".join([*names, *rest, *hole]) or "none"


def _word(value: Json) -> str:
    """One value for people."""
    match value:
        case {"$unknown": code}:
            return f"unknown: {why(str(code))}"
        case None:
            return "none"
        case bool():
            return "yes" if value else "no"
        case int():
            return f"{value:,}"
        case str():
            return _text(value)
    return str(value)


def _text(value: str) -> str:
    """A time in the zone of the place, a length in one unit, any other text as it is."""
    if _DURATION.fullmatch(value):
        return length(timedelta(seconds=int(value[:-1])))
    return told(value)


def _list(value: Json) -> tuple[list[Any], str | None]:
    if isinstance(value, dict):
        return list(value.get("$items", [])), value.get("$missing")
    return list(value or []), None


def _bare(of: Type) -> Type:
    return of.of if isinstance(of, Nullable) else of


def _is_hole(value: Json) -> bool:
    return isinstance(value, dict) and "$unknown" in value


def _is_record(value: Json) -> bool:
    return isinstance(value, dict) and not _is_hole(value)


def _number(value: Json) -> int | None:
    return value if type(value) is int else None
