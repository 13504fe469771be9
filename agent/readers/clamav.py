"""How old is a database of ClamAV? (the first 512 bytes of a .cvd or .cld file)

Fields between colons: `ClamAV-VDB`, the time it was built, its version … The month is English
whatever the locale; the hour stands with a hyphen, because a colon ends the field.
"""

import re
from datetime import UTC, datetime, timedelta, timezone

from agent.readers.errors import ParseError

HEADER = 512
_BUILT = re.compile(
    rb"ClamAV-VDB:([0-9]{1,2}) ([A-Z][a-z]{2}) ([0-9]{4}) ([0-9]{2})-([0-9]{2}) "
    rb"([+-])([0-9]{2})([0-9]{2}):"
)
_MONTHS = (b"Jan", b"Feb", b"Mar", b"Apr", b"May", b"Jun", b"Jul", b"Aug", b"Sep", b"Oct", b"Nov")


def built_at(data: bytes) -> datetime:
    """When the database was made, in UTC; ParseError if this is none."""
    found = _BUILT.match(data)
    if not found:
        raise ParseError("no database of ClamAV")
    day, month, year, hour, minute, sign, hours, minutes = found.groups()
    months = (*_MONTHS, b"Dec")
    ahead = timedelta(hours=int(hours), minutes=int(minutes))
    try:
        zone = timezone(ahead if sign == b"+" else -ahead)
        number = months.index(month) + 1
        at = datetime(int(year), number, int(day), int(hour), int(minute), tzinfo=zone)
        return at.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise ParseError("a database of ClamAV from no day") from error
