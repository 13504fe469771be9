"""Of the people who work here, how many are in date with their training?

From the registers of staff and of training, matched by what a person is called there. In date is
who was trained, and for whom the newest line of no course has run out; a line without an end runs
out after a year (the practice's own policy; the law in force says "periodic").
"""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from controller.controls.metrics.base import Asked, share
from controller.paperwork import queries
from controller.paperwork.registers.base import day_of

_YEAR = timedelta(days=365)


def answer(asked: Asked) -> str:
    """Of everybody on the list of staff."""
    today = queries.today(asked.clinic, asked.now).day
    people, lines = (
        [row.data for row in asked.register(register)] for register in ("people", "training")
    )
    return words(people, lines, today)


def state(
    people: Iterable[Mapping[str, Any]], lines: Iterable[Mapping[str, Any]], today: date
) -> str:
    """Pass if everybody who works here is in date; unknown where nobody is on the list."""
    here = {_name(one, "reference") for one in people if _is_here(one, today)}
    ends = _ends(lines, today)
    fresh = {one for one in here if ends.get(one) and min(ends[one].values()) >= today}
    return "unknown" if not here else "pass" if fresh == here else "fail"


def words(
    people: Iterable[Mapping[str, Any]], lines: Iterable[Mapping[str, Any]], today: date
) -> str:
    """The figure in words."""
    here = {_name(one, "reference") for one in people if _is_here(one, today)}
    if not here:
        return "Nobody is on the list of staff, so that nobody's training can be looked for."
    ends = _ends(lines, today)
    fresh = sum(bool(ends.get(one)) and min(ends[one].values()) >= today for one in here)
    never = sum(not ends.get(one) for one in here)
    told = [f"{share(fresh, len(here))} people in date"]
    told += [f"{len(here) - fresh - never} ran out"] if len(here) - fresh - never else []
    told += [f"{never} never trained"] if never else []
    strange = len(ends.keys() - here)
    told += [f"{strange} trained who are not on the list of staff"] if strange else []
    return "; ".join(told) + "."


def _ends(lines: Iterable[Mapping[str, Any]], today: date) -> dict[str, dict[str, date]]:
    """Of each person, when the newest line of each course runs out."""
    newest: dict[tuple[str, str], tuple[date, date]] = {}
    for one in lines:
        done = day_of(one, "done")
        if done is None or done > today:
            continue
        key = (_name(one, "person"), _name(one, "course"))
        newest[key] = max(newest.get(key, (done, date.min)), (done, _end(one, done)))
    found: dict[str, dict[str, date]] = {}
    for (person, course), (_, end) in newest.items():
        found.setdefault(person, {})[course] = end
    return found


def _end(one: Mapping[str, Any], done: date) -> date:
    return day_of(one, "again") or done + _YEAR


def _is_here(one: Mapping[str, Any], today: date) -> bool:
    started, left = day_of(one, "started"), day_of(one, "left")
    return (started is None or started <= today) and (left is None or left > today)


def _name(one: Mapping[str, Any], field: str) -> str:
    return " ".join(str(one.get(field) or "").split()).casefold()
