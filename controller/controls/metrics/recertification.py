"""Of the accounts that were to be looked at anew, how many were decided by the due date?

From the register of access reviews. What was decided late, or not at all, counts against it; a
review that is not due yet is shown apart, as is one without a due date.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from controller.controls.metrics.base import Asked, share
from controller.paperwork import queries
from controller.paperwork.registers.base import day_of


def answer(asked: Asked) -> str:
    """Of all reviews that stand in the register."""
    rows = asked.register("access-reviews")
    today = queries.today(asked.clinic, asked.now).day
    return words([row.data for row in rows], today)


def words(reviews: Iterable[Mapping[str, Any]], today: date) -> str:
    """The figure in words."""
    decided = lines = undated = 0
    coming: list[Mapping[str, Any]] = []
    for one in reviews:
        due, done = day_of(one, "due"), day_of(one, "done")
        if due is None:
            undated += 1
        elif done is None and today <= due:
            coming.append(one)
        else:
            lines += _lines(one)
            decided += _looked_at(one) if done is not None and done <= due else 0
    told = [f"{share(decided, lines)} lines decided by the due date"] if lines else []
    if coming:
        left = sum(_lines(one) - _looked_at(one) for one in coming)
        told.append(f"{len(coming)} open and not due yet, {left:,} lines left")
    if undated:
        told.append(f"{undated} without a due date, not in the share")
    return "; ".join(told) + "." if told else "No review of who has access is on the list."


def _lines(one: Mapping[str, Any]) -> int:
    return max(one.get("lines") or 0, _looked_at(one))


def _looked_at(one: Mapping[str, Any]) -> int:
    return one.get("reviewed") or 0
