"""Which duration, timestamp or version did an author mean who wrote none?

`15 min` is nearly `15m`, `2026-11-22` nearly a time, `v1.2` nearly a version.
"""

import re
from collections.abc import Callable

from rules.compiled import instants, literal

_EXAMPLES = {
    "duration": 'write a duration, such as "15m", "24h" or "1d12h"',
    "timestamp": 'write a timestamp, such as "2026-11-22T10:00:00Z"',
    "version": 'write a version, such as "10.0.19045"',
}
_UNITS = {
    "week": "w",
    "day": "d",
    "hour": "h",
    "hr": "h",
    "minute": "m",
    "min": "m",
    "second": "s",
    "sec": "s",
    "msec": "ms",
}
_WORD = re.compile(r"(week|day|hour|hr|minute|min|second|sec|msec)s?(?![a-z])")
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_NO_ZONE = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?")


def read_span(text: str) -> int:
    """A duration as authors write it, with a minus before it if it is negative."""
    span = instants.read_span(text.removeprefix("-"))
    return -span if text.startswith("-") else span


READERS: dict[str, Callable[[str], object]] = {
    "duration": read_span,
    "timestamp": instants.read_timestamp,
    "version": literal.version,
}


def write(wanted: str, text: str, subject: str = "") -> str:
    """What to write in place of a text that is no duration, timestamp or version."""
    if wanted == "timestamp" and subject and reads("duration", text):
        return f"for the time since it write age({subject})"
    if wanted == "duration" and text.isdecimal() and len(text) < 12:
        return f'add its unit: "{text}s", "{text}m", "{text}h" or "{text}d"'
    meant = _MEANT[wanted](text[:40].strip())
    return f'write "{meant}"' if reads(wanted, meant) else _EXAMPLES[wanted]


def reads(kind: str, text: str) -> bool:
    """Is the text of that kind?"""
    try:
        READERS[kind](text)
    except ValueError:
        return False
    return True


def _duration(text: str) -> str:
    words = _WORD.sub(lambda found: _UNITS[found[1]], text.lower())
    return re.sub(r"[\s,]|and", "", words)


def _timestamp(text: str) -> str:
    if _DATE.fullmatch(text):
        return f"{text}T00:00:00Z"
    if _NO_ZONE.fullmatch(text):
        return f"{text.replace(' ', 'T')}{':00' if len(text) == 16 else ''}Z"
    return text.upper()


def _version(text: str) -> str:
    return text.lower().removeprefix("version").strip().removeprefix("v")


_MEANT: dict[str, Callable[[str], str]] = {
    "duration": _duration,
    "timestamp": _timestamp,
    "version": _version,
}
