"""What if one fact less had been read? Every way to lose a leaf, or the rest of a list.

Losing information lets a verdict stay, or move to unknown or error. It never makes a pass, and
never turns pass and fail round.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from rules.verdict import Verdict
from rules.workbench.proving.reads import ITEM, Reads

Json = Any
_LOST = "timeout"
_ITEMS, _MISSING, _UNKNOWN = "$items", "$missing", "$unknown"
_Path = tuple[str | int, ...]


def losses(facts: Mapping[str, Json], reads: Reads) -> Iterator[tuple[str, dict[str, Json]]]:
    """Each leaf that a rule reads set to unknown, then each list left incomplete.

    Yields what was lost, and the facts without it; facts that were not changed are shared.
    """
    paths = list(_paths(dict(facts), ()))
    for path, is_list in sorted(paths, key=lambda one: one[1]):
        plain = tuple(ITEM if isinstance(step, int) else step for step in path if step != _ITEMS)
        if reads.list(plain) if is_list else reads.value(plain):
            yield _name(path, is_list=is_list), _without(dict(facts), path)


def is_allowed(before: Verdict, after: Verdict) -> bool:
    """May a verdict move so when something was lost?"""
    return after in (before, Verdict.UNKNOWN, Verdict.ERROR)


def _paths(form: Json, path: _Path) -> Iterator[tuple[_Path, bool]]:
    """The leaves and the whole lists of a form, in their order; true for a list."""
    if isinstance(form, list):
        if not path or path[-1] != _ITEMS:
            yield path, True
        for number, inner in enumerate(form):
            yield from _paths(inner, (*path, number))
    elif not isinstance(form, dict):
        yield path, False
    elif _UNKNOWN not in form:
        for key, inner in form.items():
            if key != _MISSING:
                yield from _paths(inner, (*path, key))


def _without(form: Json, path: _Path) -> Json:
    """The form with a hole at a path; only what holds the hole is copied."""
    if not path:
        return {_ITEMS: form, _MISSING: _LOST} if isinstance(form, list) else {_UNKNOWN: _LOST}
    changed: Json = list(form) if isinstance(form, list) else dict(form)
    changed[path[0]] = _without(form[path[0]], path[1:])
    return changed


def _name(path: _Path, *, is_list: bool) -> str:
    text = ""
    for step in path:
        if step != _ITEMS:
            text += f"[{step}]" if isinstance(step, int) else f".{step}"
    name = text.removeprefix(".")
    return f"the rest of {name}" if is_list else name
