"""How are times and spans written, and how many nanoseconds are they?

Inside the engine a timestamp is an int of nanoseconds since 1970 in UTC, a duration an int of
nanoseconds: Python's datetime holds microseconds only. The ranges are those of CEL.
"""

import re
from datetime import UTC, datetime, timedelta

SECOND = 1_000_000_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
FIRST = -62_135_596_800 * SECOND
LAST = 253_402_300_800 * SECOND - 1
LONGEST = 315_576_000_000 * SECOND
UNITS = {
    "w": 604_800 * SECOND,
    "d": 86_400 * SECOND,
    "h": 3_600 * SECOND,
    "m": 60 * SECOND,
    "s": SECOND,
    "ms": 1_000_000,
    "us": 1_000,
    "ns": 1,
}

_TIMESTAMP = r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)"
_SECONDS = r"(-?)(0|[1-9][0-9]{0,11})(?:\.([0-9]{1,9}))?s"
_PART = r"([0-9]{1,15})(w|d|h|ms|us|ns|m|s)"


def of_datetime(at: datetime) -> int:
    """Nanoseconds since 1970 of an aware datetime."""
    return (at - _EPOCH) // timedelta(microseconds=1) * 1_000


def to_datetime(nanoseconds: int) -> datetime:
    """The datetime of an instant, cut to microseconds."""
    return _EPOCH + timedelta(microseconds=nanoseconds // 1_000)


def read_timestamp(text: str) -> int:
    """Read RFC 3339 with a zone, years 1 to 9999; ValueError if it is anything else."""
    found = re.fullmatch(_TIMESTAMP, text, re.ASCII)
    if found is None:
        raise ValueError(f"{text[:40]!r} is no time such as 2026-11-22T10:00:00Z")
    day, clock, fraction, zone = found.groups()
    at = datetime.fromisoformat(f"{day}T{clock}{'+00:00' if zone == 'Z' else zone}")
    whole = (at - _EPOCH) // timedelta(seconds=1) * SECOND
    instant = whole + int((fraction or "0").ljust(9, "0"))
    if not FIRST <= instant <= LAST:
        raise ValueError(f"{text[:40]!r} lies outside the years 1 to 9999")
    return instant


def write_timestamp(instant: int) -> str:
    """RFC 3339 in UTC with `Z`, with as many decimals as there are."""
    whole, rest = divmod(instant, SECOND)
    at = _EPOCH + timedelta(seconds=whole)
    return f"{at:%Y-%m-%dT%H:%M:%S}".rjust(19, "0") + f"{_decimals(rest)}Z"


def read_seconds(text: str) -> int:
    """Read the one wire form of a duration, `900s` or `-1.5s`; ValueError otherwise."""
    found = re.fullmatch(_SECONDS, text)
    if found is None:
        raise ValueError(f"{text[:40]!r} is no number of seconds such as 900s")
    sign, whole, fraction = found.groups()
    span = int(whole) * SECOND + int((fraction or "0").ljust(9, "0"))
    if span > LONGEST:
        raise ValueError(f"{text[:40]!r} is longer than a duration can be")
    return -span if sign else span


def write_seconds(span: int) -> str:
    """A duration as seconds with `s`."""
    whole, rest = divmod(abs(span), SECOND)
    return f"{'-' if span < 0 else ''}{whole}{_decimals(rest)}s"


def read_span(text: str) -> int:
    """Read a duration as authors write it, `15m` or `1d12h`; ValueError otherwise."""
    span, at = 0, 0
    while at < len(text):
        found = re.compile(_PART).match(text, at)
        if found is None:
            break
        span += int(found[1]) * UNITS[found[2]]
        at = found.end()
    if at == 0 or at < len(text):
        raise ValueError(f"{text[:40]!r} is no duration such as 15m, 24h or 1d12h")
    if span > LONGEST:
        raise ValueError(f"{text[:40]!r} is longer than a duration can be")
    return span


def write_span(span: int) -> str:
    """A duration as authors write it, in the units that say it whole: `15m`, `1d12h`, `0s`."""
    parts, rest = [], abs(span)
    for unit, length in list(UNITS.items())[1:]:
        count, rest = divmod(rest, length)
        if count:
            parts.append(f"{count}{unit}")
    return f"{'-' if span < 0 else ''}{''.join(parts) or '0s'}"


def _decimals(nanoseconds: int) -> str:
    return f".{nanoseconds:09}".rstrip("0") if nanoseconds else ""
