"""What if one fact less had been read? Every way to lose a leaf, or the rest of a list.

Losing information lets a verdict stay, or move to unknown or error. It never makes a pass, and
never turns pass and fail round.
"""

from collections.abc import Iterator, Mapping

from rules.verdict import Verdict
from rules.workbench.proving.forms import ITEMS, MISSING, UNKNOWN, Json, Path, name, pattern, put
from rules.workbench.proving.reads import Reads

LOST = {UNKNOWN: "timeout"}


def losses(facts: Mapping[str, Json], reads: Reads) -> Iterator[tuple[str, dict[str, Json]]]:
    """Each leaf that a rule reads set to unknown, then each list left incomplete.

    Yields what was lost, and the facts without it; facts that were not changed are shared.
    """
    found = list(_paths(dict(facts), ()))
    for path, form in found:
        if not isinstance(form, list) and reads.value(pattern(path)):
            yield name(path), put(dict(facts), path, LOST)
    for path, form in found:
        if isinstance(form, list) and reads.list(pattern(path)):
            yield f"the rest of {name(path)}", put(dict(facts), path, half(form))


def half(form: list[Json]) -> Json:
    """A list of which no more was read."""
    return {ITEMS: form, MISSING: "timeout"}


def is_allowed(before: Verdict, after: Verdict) -> bool:
    """May a verdict move so when something was lost?"""
    return after in (before, Verdict.UNKNOWN, Verdict.ERROR)


def _paths(form: Json, path: Path) -> Iterator[tuple[Path, Json]]:
    """The leaves and the whole lists of a form, in their order."""
    if isinstance(form, list):
        if not path or path[-1] != ITEMS:
            yield path, form
        for number, inner in enumerate(form):
            yield from _paths(inner, (*path, number))
    elif not isinstance(form, dict):
        yield path, form
    elif UNKNOWN not in form:
        for key, inner in form.items():
            if key != MISSING:
                yield from _paths(inner, (*path, key))
