"""When is a clinic open, as a person writes it down? Pure, both ways.

A day is `08:00-12:00, 13:00-17:30`, or empty for closed; a closure is a date. Times are local, and
within one day: who is open past midnight writes two days.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date, time
from zoneinfo import ZoneInfo, available_timezones

from controller.errors import Refusal

DAYS = {
    "mon": "Monday",
    "tue": "Tuesday",
    "wed": "Wednesday",
    "thu": "Thursday",
    "fri": "Friday",
    "sat": "Saturday",
    "sun": "Sunday",
}
MOST_SPANS, MOST_CLOSURES = 4, 100
_SPAN = re.compile(r"(\d{1,2}[:.]\d{2})\s*(?:-|–|to)\s*(\d{1,2}[:.]\d{2})")
_NEAR = ("America/", "Pacific/")
Hours = dict[str, list[list[str]]]


def zones() -> list[str]:
    """The time zones of the United States and their neighbours, to choose from; others too hold."""
    return sorted(name for name in available_timezones() if name.startswith(_NEAR))


def zone(text: str) -> str:
    """A known time zone; Refusal otherwise."""
    try:
        return ZoneInfo(text.strip()).key
    except (OSError, ValueError, KeyError) as error:
        raise Refusal(
            f"there is no time zone {text!r}", help="say one like America/New_York"
        ) from error


def read(typed: Mapping[str, str]) -> Hours:
    """Opening hours by weekday; Refusal says which day cannot be read."""
    return {day: spans for day, name in DAYS.items() if (spans := _spans(name, typed.get(day, "")))}


def written(hours: Mapping[str, Sequence[Sequence[str]]]) -> dict[str, str]:
    """The same as it is typed, every weekday."""
    return {day: ", ".join("-".join(span) for span in hours.get(day, ())) for day in DAYS}


def closures(text: str) -> list[str]:
    """Days on which it is closed, one a line as 2026-12-24; Refusal for what is no date."""
    days = set()
    for one in text.split():
        try:
            days.add(date.fromisoformat(one).isoformat())
        except ValueError as error:
            raise Refusal(f"{one!r} is no date", help="write it as 2026-12-24") from error
    if len(days) > MOST_CLOSURES:
        raise Refusal(f"{len(days)} closed days are too many", help=f"{MOST_CLOSURES} at most")
    return sorted(days)


def _spans(name: str, text: str) -> list[list[str]]:
    spans: list[list[str]] = []
    for part in filter(None, (one.strip() for one in text.split(","))):
        found = _SPAN.fullmatch(part)
        try:
            opens, closes = (_time(one) for one in found.groups()) if found else ("", "")
        except ValueError:
            opens = closes = ""
        if opens >= closes or (spans and opens < spans[-1][1]):
            raise Refusal(
                f"{name}: {part!r} cannot be read as opening hours",
                help="write it as 08:00-12:00, 13:00-17:30, in order; leave it empty if closed",
            )
        spans.append([opens, closes])
    if len(spans) > MOST_SPANS:
        raise Refusal(f"{name}: {len(spans)} spans are too many", help=f"{MOST_SPANS} at most")
    return spans


def _time(text: str) -> str:
    hour, minute = re.split("[:.]", text)
    return f"{time(int(hour), int(minute)):%H:%M}"
