"""What does chrony say of the clock? (`chronyc -c tracking`, chronyc(1))

One line of fourteen values between commas; neither words nor numbers follow the locale.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from agent.readers import text
from agent.readers.errors import ParseError

_LEAPS = ("Normal", "Insert second", "Delete second", "Not synchronised")
_LOCAL = "7F7F0101"
"""127.127.1.1: the machine's own clock, taken for want of a better one."""


@dataclass(frozen=True, slots=True)
class Tracking:
    """The state of the clock; `last` is None before the first answer of a server."""

    synced: bool
    is_local: bool
    offset: timedelta
    last: datetime | None


def parse(data: bytes) -> Tracking:
    """Read the line; ParseError if it is another."""
    values = text.line(data).split(",")
    if len(values) != 14 or values[13] not in _LEAPS:
        raise ParseError("not the tracking of chrony")
    try:
        seconds, offset = float(values[3]), float(values[4])
        last = datetime.fromtimestamp(int(seconds), UTC) if seconds > 0 else None
        return Tracking(
            values[13] != "Not synchronised",
            values[0] == _LOCAL,
            timedelta(seconds=abs(offset)),
            last,
        )
    except (ValueError, OverflowError, OSError) as error:
        raise ParseError("a number of chrony's tracking is none") from error
