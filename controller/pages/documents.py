"""What does a machine say of itself, laid out as names and values?

The facts are what left the machine: paths, account names and addresses are not among them.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.template.defaultfilters import filesizeformat

from controller.pages.reasons import why
from controller.pages.times import exact, length
from rules.facts.form import instant
from rules.facts.index import CATALOGUE

if TYPE_CHECKING:
    from controller.fleet.models import FactsNow

_MOST_ITEMS = 20
_DURATION = re.compile(r"[0-9]{1,12}s")


@dataclass(frozen=True, slots=True)
class Item:
    """One record of a fact: what it goes by, and its fields."""

    name: str
    fields: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Document:
    """One fact: what it asks, how much is known, since when, from where, and what it says."""

    name: str
    asks: str
    status: str
    observed_at: datetime
    calls: tuple[str, ...]
    reasons: tuple[str, ...]
    items: tuple[Item, ...]
    more: int


@dataclass(frozen=True, slots=True)
class Root:
    """An imaging folder by its label. `exposed` is None when it is not proven either way."""

    label: str
    role: str
    files: int | None
    exposed: int | None
    why: str
    unproven: int | None
    protection: str
    is_watched: bool
    as_of: datetime | None


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


def _root(root: Mapping[str, Any]) -> Root:
    exposed = root.get("exposed")
    return Root(
        label=str(root.get("label", "")),
        role=str(root.get("role", "")),
        files=_number(root.get("files")),
        exposed=_number(exposed),
        why=why(exposed.get("$unknown")) if isinstance(exposed, dict) else "",
        unproven=_number(root.get("unproven")),
        protection=_words(root.get("protection")),
        is_watched=root.get("watched") is True,
        as_of=instant(root["as_of"]) if isinstance(root.get("as_of"), str) else None,
    )


def _document(name: str, reading: Mapping[str, Any]) -> Document:
    records, more = _records(reading["value"])
    return Document(
        name=name,
        asks=CATALOGUE[name].asks,
        status=str(reading["status"]),
        observed_at=instant(reading["observed_at"]),
        calls=tuple(str(source["call"]) for source in reading.get("source", ())),
        reasons=tuple(f"{one['at']}: {why(one['code'])}" for one in reading.get("reasons", ())),
        items=tuple(_item(record, number) for number, record in enumerate(records, start=1)),
        more=more,
    )


def _records(value: Any) -> tuple[list[Mapping[str, Any]], int]:  # noqa: ANN401 - JSON form
    """The records of a list fact, or the one of a record fact; none when nothing is known."""
    if isinstance(value, dict) and "$unknown" in value:
        return [], 0
    if isinstance(value, dict) and "$items" not in value:
        return [value], 0
    listed, _ = _list(value)
    return listed[:_MOST_ITEMS], max(len(listed) - _MOST_ITEMS, 0)


def _list(value: Any) -> tuple[list[Any], str | None]:  # noqa: ANN401 - JSON form
    if isinstance(value, dict):
        return list(value.get("$items", [])), value.get("$missing")
    return list(value or []), None


def _item(record: Mapping[str, Any], number: int) -> Item:
    fields = tuple(_fields(record, ""))
    return Item(fields[0][1] if fields else str(number), fields)


def _fields(record: Mapping[str, Any], at: str) -> Iterator[tuple[str, str]]:
    for name, value in record.items():
        path = f"{at}{name}"
        if isinstance(value, dict) and not {"$unknown", "$items"} & value.keys():
            yield from _fields(value, f"{path}.")
        else:
            yield path, filesizeformat(value) if _is_size(name, value) else _words(value)


def _is_size(name: str, value: Any) -> bool:  # noqa: ANN401 - JSON form
    return name in ("size", "memory") and type(value) is int


def _words(value: Any) -> str:  # noqa: ANN401 - JSON form
    """One value for people."""
    match value:
        case {"$unknown": code}:
            return f"unknown: {why(str(code))}"
        case None:
            return "none"
        case bool():
            return "yes" if value else "no"
        case list() | {"$items": _}:
            return _listed(value)
        case str():
            return _text(value)
    return f"{value:,}" if type(value) is int else str(value)


def _text(value: str) -> str:
    """A time in the zone of the place, a length in one unit, any other text as it is."""
    if _DURATION.fullmatch(value):
        return length(timedelta(seconds=int(value[:-1])))
    try:
        return exact(instant(value))
    except ValueError:
        return value


def _listed(value: Any) -> str:  # noqa: ANN401 - JSON form
    listed, missing = _list(value)
    words = [_words(one) if not isinstance(one, dict) else "…" for one in listed[:5]]
    rest = [f"and {len(listed) - 5} more"] if len(listed) > 5 else []
    hole = [f"incomplete: {why(missing)}"] if missing else []
    return ", ".join([*words, *rest, *hole]) or "none"


def _number(value: Any) -> int | None:  # noqa: ANN401 - JSON form
    return value if type(value) is int else None
