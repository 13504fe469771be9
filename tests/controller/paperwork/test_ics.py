"""A calendar is what RFC 5545 says one is, whatever the text in it."""

import re
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from controller.legible import legible
from controller.paperwork.ics import Event, calendar

NOW = datetime(2026, 11, 22, 14, 0, tzinfo=UTC)
# RFC 5545 section 3.1: contentline = name *(";" param) ":" value; TEXT of section 3.3.11.
LINE = re.compile(r"[A-Z0-9-]+(;[A-Z-]+=[A-Za-z0-9-]+)*:[^\x00-\x08\x0a-\x1f\x7f]*")
TEXT = re.compile(r"(?:[^\x00-\x08\x0a-\x1f\x7f\\;,]|\\[\\;,nN])*")
texts = st.text(max_size=200)


def unfolded(data: bytes) -> list[str]:
    assert data.endswith(b"\r\n")
    lines = data.split(b"\r\n")[:-1]
    assert all(len(line) <= 75 and b"\n" not in line and b"\r" not in line for line in lines)
    return data.replace(b"\r\n ", b"").decode().split("\r\n")[:-1]


def value(lines: list[str], name: str) -> str:
    return next(line.partition(":")[2] for line in lines if line.startswith(f"{name}:"))


def plain(text: str) -> str:
    return re.sub(r"\\([\\;,n])", lambda found: {"n": "\n"}.get(found[1], found[1]), text)


@given(texts, texts, st.dates(date(2020, 1, 1), date(2099, 12, 30)))
def test_any_text_makes_lines_of_the_grammar(summary: str, about: str, day: date) -> None:
    lines = unfolded(calendar("Bright Smiles", [Event("a@b", day, summary, about)], NOW))

    assert all(LINE.fullmatch(line) for line in lines)
    for name in ("SUMMARY", "X-WR-CALNAME", "UID"):
        assert TEXT.fullmatch(value(lines, name))


@given(st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=200))
def test_a_text_is_read_back_as_it_was(summary: str) -> None:
    lines = unfolded(calendar("x", [Event("a@b", date(2026, 12, 1), summary)], NOW))

    assert plain(value(lines, "SUMMARY")) == legible(summary)


def test_an_event_is_a_whole_day_with_an_alarm_a_week_ahead() -> None:
    event = Event("restore/@1", date(2026, 12, 31), "Restore test", "Dr. Lee", "http://x/y")

    lines = unfolded(calendar("Bright Smiles", [event], NOW))

    begin, end = lines.index("BEGIN:VEVENT"), lines.index("END:VEVENT")
    assert lines[begin : end + 1] == [
        "BEGIN:VEVENT",
        "UID:restore/@1",
        "DTSTAMP:20261122T140000Z",
        "DTSTART;VALUE=DATE:20261231",
        "DTEND;VALUE=DATE:20270101",
        "SUMMARY:Restore test",
        "DESCRIPTION:Dr. Lee",
        "URL:http://x/y",
        "TRANSP:TRANSPARENT",
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        "TRIGGER:-P7D",
        "DESCRIPTION:Restore test",
        "END:VALARM",
        "END:VEVENT",
    ]


@pytest.mark.parametrize("n", [0, 1, 5])
def test_what_begins_ends(n: int) -> None:
    events = [Event(f"{i}@x", date(2026, 12, 1), "x") for i in range(n)]

    lines = unfolded(calendar("x", events, NOW))

    assert lines[0] == "BEGIN:VCALENDAR"
    assert lines[-1] == "END:VCALENDAR"
    assert lines.count("BEGIN:VEVENT") == lines.count("END:VEVENT") == n
