"""What is left of a fact that is too large for one report?

Its longest list is cut by half, again and again, until it fits; the list says of itself that it
is incomplete (`too_large`), so that nobody takes what is left for the whole. A fact that has no
list to be cut is unknown in the report. Here, where it was read and judged, it stays whole.
"""

import json
from collections.abc import Iterator, Mapping
from typing import TypeAlias

from rules.facts import form
from rules.facts.base import Status, Why
from rules.facts.form import Json

Path: TypeAlias = tuple[str | int, ...]

_MISSING = str(Why.TOO_LARGE)
_SOURCES = 64
"""How many calls a fact names that was cut: the rest of them is what made it so large."""


def fitted(document: dict[str, Json], most: int) -> dict[str, Json]:
    """The envelope of a fact in at most so many bytes of JSON."""
    cut = document
    while _weight(cut) > most:
        shorter = _shorter(cut["value"])
        if shorter is None:
            return _envelope(document, {"$unknown": _MISSING}, Status.UNKNOWN)
        cut = _envelope(document, shorter, Status.PARTIAL)
    return cut


def _envelope(document: Mapping[str, Json], value: Json, status: Status) -> dict[str, Json]:
    holes = form.holes(value, document["fact"]) if status is Status.PARTIAL else ()
    return {
        **document,
        "status": str(status),
        "value": value,
        "reasons": [{"code": str(one.code), "at": one.at} for one in holes],
        "source": document["source"][:_SOURCES],
    }


def _shorter(value: Json) -> Json | None:
    """The value with half of its heaviest list; None if no list has anything in it."""
    lists = [(len(items) > 1, _weight(items), path) for path, items in _lists(value, ()) if items]
    return _halved(value, max(lists)[2]) if lists else None


def _lists(value: Json, at: Path) -> Iterator[tuple[Path, list[Json]]]:
    items = _items(value)
    if items is not None:
        yield at, items
        for number, item in enumerate(items):
            yield from _lists(item, (*at, number))
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _lists(inner, (*at, name))


def _halved(value: Json, path: Path) -> Json:
    """A copy in which the list at this path has lost its second half, and says so."""
    items = _items(value) or []
    if not path:
        return {"$items": items[: len(items) // 2], "$missing": _MISSING}
    step, rest = path[0], path[1:]
    if isinstance(step, str):
        return {**value, step: _halved(value[step], rest)}
    changed = [*items[:step], _halved(items[step], rest), *items[step + 1 :]]
    return {**value, "$items": changed} if isinstance(value, Mapping) else changed


def _items(value: Json) -> list[Json] | None:
    items = value.get("$items") if isinstance(value, Mapping) else value
    return items if isinstance(items, list) else None


def _weight(value: Json) -> int:
    return len(json.dumps(value))
