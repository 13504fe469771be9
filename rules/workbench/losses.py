"""What if one fact less had been read? Every way to lose a leaf, or the rest of a list.

Losing information lets a verdict stay, or move to unknown or error. It never makes a pass, and
never turns pass and fail round.
"""

import copy
from collections.abc import Iterator
from typing import Any

from rules.verdict import Verdict

Json = Any
_LOST = {"$unknown": "timeout"}


def losses(facts: dict[str, Json]) -> Iterator[tuple[str, dict[str, Json]]]:
    """Each leaf set to unknown, then each list to incomplete: what was lost, and the facts left."""
    for path in [*_leaves(facts, ()), *_lists(facts, ())]:
        changed = copy.deepcopy(facts)
        parent: Json = changed
        last = path[-1]
        for step in path[:-1]:
            parent = parent[step]
        is_list = isinstance(parent[last], list)
        parent[last] = {"$items": parent[last], "$missing": "timeout"} if is_list else _LOST
        yield _name(path), changed


def is_allowed(before: Verdict, after: Verdict) -> bool:
    """May a verdict move so when something was lost?"""
    return after in (before, Verdict.UNKNOWN, Verdict.ERROR)


_Path = tuple[str | int, ...]


def _leaves(form: Json, path: _Path) -> Iterator[_Path]:
    if isinstance(form, dict):
        if "$unknown" in form:
            return
        for key, inner in form.items():
            if key != "$missing":
                yield from _leaves(inner, (*path, key))
    elif isinstance(form, list):
        for number, inner in enumerate(form):
            yield from _leaves(inner, (*path, number))
    else:
        yield path


def _lists(form: Json, path: _Path) -> Iterator[_Path]:
    if isinstance(form, dict):
        for key, inner in form.items():
            yield from _lists(inner, (*path, key)) if key != "$items" else ()
    elif isinstance(form, list):
        yield path
        for number, inner in enumerate(form):
            yield from _lists(inner, (*path, number))


def _name(path: _Path) -> str:
    text = ""
    for step in path:
        if step == "$items":
            continue
        text += f"[{step}]" if isinstance(step, int) else f".{step}"
    return text.removeprefix(".")
