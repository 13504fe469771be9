"""Of which archive is this signed index, when was it made, until when does it hold?

The fields at the head of a `Release` or `InRelease` file (DebianRepository/Format). The signature
was checked by apt when it fetched the file.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from agent.readers.errors import ParseError

HEAD = 4096
"""Bytes from the start in which the fields stand; behind them come thousands of checksums."""

_FIELD = re.compile(r"([A-Z][A-Za-z-]+): *(.*)")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DATE = re.compile(
    rf"(?:[A-Z][a-z]{{2}}, )?(\d{{1,2}}) ({'|'.join(_MONTHS)}) (\d{{4}}) "
    r"(\d{1,2}):(\d\d):(\d\d) (?:UTC|GMT|\+0000)"
)


@dataclass(frozen=True, slots=True)
class InRelease:
    """`made_at` is the archive's own time; `holds_until` None where the archive does not say."""

    origin: str
    label: str
    suite: str
    made_at: datetime
    holds_until: datetime | None

    @property
    def security(self) -> bool:
        """Is it an archive of security updates, by what it says of itself?"""
        return self.label.endswith("-Security") or self.suite.endswith("-security")


def parse(head: bytes) -> InRelease:
    """Read the fields; ParseError without a date."""
    fields: dict[str, str] = {}
    for line in head.decode(errors="replace").split("\n"):
        if line.startswith(" "):
            continue
        found = _FIELD.fullmatch(line)
        if found:
            fields.setdefault(found[1], found[2])
    if "Date" not in fields:
        raise ParseError("an index of an archive without a date")
    until = fields.get("Valid-Until")
    return InRelease(
        origin=fields.get("Origin", ""),
        label=fields.get("Label", ""),
        suite=fields.get("Suite", ""),
        made_at=_date(fields["Date"]),
        holds_until=None if until is None else _date(until),
    )


def _date(text: str) -> datetime:
    found = _DATE.fullmatch(text)
    if not found:
        raise ParseError("a date of an archive is not of its form")
    day, month, year, hour, minute, second = found.groups()
    try:
        month_number = _MONTHS.index(month) + 1
        parts = (int(year), month_number, int(day), int(hour), int(minute), int(second))
        return datetime(*parts, tzinfo=UTC)
    except ValueError as error:
        raise ParseError("a date of an archive that there is not") from error
