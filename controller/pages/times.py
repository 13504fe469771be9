"""How are an instant and a length of time written? In the zone of the place, to the minute."""

from datetime import datetime, timedelta

from django.utils import timezone

from rules.facts.form import instant

_STEPS = (
    (timedelta(minutes=1), timedelta(seconds=1), "s"),
    (timedelta(hours=1), timedelta(minutes=1), "min"),
    (timedelta(days=2), timedelta(hours=1), "h"),
    (timedelta(days=90), timedelta(days=1), "days"),
    (timedelta(days=730), timedelta(days=30), "months"),
)
_YEAR = timedelta(days=365)


def exact(at: datetime) -> str:
    """`22 Nov 2026, 09:14 EST`."""
    there = timezone.localtime(at)
    return f"{there.day} {there:%b %Y, %H:%M} {there.tzname()}"


def told(text: str) -> str:
    """A time of the wire (RFC 3339 in UTC) as `exact` writes it; any other text as it is."""
    try:
        return exact(instant(text))
    except ValueError:
        return text


def relative(at: datetime) -> str:
    """`3 min ago`, `in 2 h`, `just now`."""
    gone = timezone.now() - at
    if gone < timedelta():
        return f"in {length(-gone)}"
    return "just now" if gone < timedelta(seconds=5) else f"{length(gone)} ago"


def length(gone: timedelta) -> str:
    """One number and its unit, rounded down."""
    for until, step, word in _STEPS:
        if gone < until:
            return f"{gone // step} {word}"
    return f"{gone // _YEAR} years"
