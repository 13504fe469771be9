"""How does a list of days become a calendar that other programs read? RFC 5545.

Whole days, and an alarm a week ahead. Lines end in CRLF and are folded at 75 octets, text is
escaped; the same day of the same thing keeps its UID, so that a calendar that is fetched again
moves an event and doubles none.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from controller.legible import legible

_WIDEST = 75


@dataclass(frozen=True, slots=True)
class Event:
    """A thing to be done by a day. `uid` is the same whenever the same thing is listed again."""

    uid: str
    day: date
    summary: str
    about: str = ""
    url: str = ""


def calendar(name: str, events: Iterable[Event], now: datetime) -> bytes:
    """A calendar of these events."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//dentinel//paperwork//EN"]
    lines += ["CALSCALE:GREGORIAN", "METHOD:PUBLISH", f"X-WR-CALNAME:{escaped(name)}"]
    for event in events:
        lines += _event(event, now)
    lines.append("END:VCALENDAR")
    return b"".join(folded(line) for line in lines)


def _event(event: Event, now: datetime) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{escaped(event.uid)}"
    yield f"DTSTAMP:{now.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    yield f"DTSTART;VALUE=DATE:{event.day:%Y%m%d}"
    yield f"DTEND;VALUE=DATE:{event.day + timedelta(days=1):%Y%m%d}"
    yield f"SUMMARY:{escaped(event.summary)}"
    if event.about:
        yield f"DESCRIPTION:{escaped(event.about)}"
    if event.url:
        yield f"URL:{event.url}"
    yield "TRANSP:TRANSPARENT"
    yield from ("BEGIN:VALARM", "ACTION:DISPLAY", "TRIGGER:-P7D")
    yield f"DESCRIPTION:{escaped(event.summary)}"
    yield from ("END:VALARM", "END:VEVENT")


def escaped(text: str) -> str:
    """TEXT of RFC 5545, section 3.3.11; what nobody would see is U+FFFD."""
    text = legible(text).replace("\r", "")
    for plain, written in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\n", "\\n")):
        text = text.replace(plain, written)
    return text


def folded(line: str) -> bytes:
    """One line in CRLF, folded at 75 octets and never within a character (section 3.1)."""
    out, width = bytearray(), 0
    for one in line:
        octets = one.encode()
        if width + len(octets) > _WIDEST:
            out += b"\r\n "
            width = 1
        out += octets
        width += len(octets)
    return bytes(out) + b"\r\n"
