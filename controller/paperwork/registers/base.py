"""What does a register promise: its fields, what an entry is called, and what is open about it?

Every function here is pure: values of one entry (or of all), and a day, to words.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal, TypeAlias

from controller.paperwork.fields import Field

Values: TypeAlias = Mapping[str, Any]
Others: TypeAlias = Mapping[str, Sequence[Values]]
"""What stands in every register of the clinic, by the register's id."""
Shape: TypeAlias = Literal["pass", "fail", "unknown", "due", "expired", "not-applicable"]


@dataclass(frozen=True, slots=True)
class Mark:
    """What is to be said of an entry or a register. `day`: by when somebody must act."""

    shape: Shape
    word: str
    day: date | None = None


def _nothing(_values: Values, _today: date) -> tuple[Mark, ...]:
    return ()


def _nothing_of_all(_all: Sequence[Values], _today: date) -> tuple[Mark, ...]:
    return ()


def _nothing_against(_values: Values, _others: Others, _today: date) -> tuple[Mark, ...]:
    return ()


def _never(_before: Values | None, _after: Values) -> bool:
    return False


def _stays(_values: Values, _today: date) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Register:
    """A list that the practice keeps.

    `name_field` names an entry. `owner` is who keeps it. `marks` says what is open about an entry,
    `sums` about all together. `scope`: entries are what statements of that scope speak of, while
    `is_gone` is false. `trigger` fires when `fires` says so of a version and the one before.
    `lists` is the field that names software of theirs.
    """

    id: str
    title: str
    about: str
    owner: str
    fields: tuple[Field, ...]
    name_field: str
    may_hold_phi: bool = False
    marks: Callable[[Values, date], tuple[Mark, ...]] = _nothing
    sums: Callable[[Sequence[Values], date], tuple[Mark, ...]] = _nothing_of_all
    against: Callable[[Values, Others, date], tuple[Mark, ...]] = _nothing_against
    scope: str = ""
    is_gone: Callable[[Values, date], bool] = _stays
    trigger: str = ""
    fires: Callable[[Values | None, Values], bool] = _never
    lists: str = ""


def day_of(values: Values, field: str) -> date | None:
    """A day of an entry, if it has one."""
    text = values.get(field)
    return date.fromisoformat(text) if isinstance(text, str) and text else None


def by(day: date, today: date, word: str, ahead: timedelta = timedelta(days=30)) -> Mark | None:
    """Late, due, or nothing yet to be said."""
    if today > day:
        return Mark("expired", f"{word}: late since {day}", day)
    return Mark("due", f"{word} by {day}", day) if today >= day - ahead else None


def newest_within(field: str, within: timedelta) -> Callable[..., tuple[Mark, ...]]:
    """Is the newest entry young enough? `within` is the practice's own policy."""

    def sums(all_: Sequence[Values], today: date) -> tuple[Mark, ...]:
        return _newest(all_, field, within, today)

    return sums


def _newest(all_: Sequence[Values], field: str, within: timedelta, today: date) -> tuple[Mark, ...]:
    days = [day for one in all_ if (day := day_of(one, field)) is not None and day <= today]
    if not days:
        return (Mark("expired", "none yet"),)
    until = max(days) + within
    late = by(until, today, "the next one", ahead=timedelta(days=14))
    return (late or Mark("pass", f"the newest is of {max(days)}", until),)
