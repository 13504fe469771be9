"""By whose clock is something past its time?

A server's clock can be wrong by years, and what was erased does not come back. So nothing goes that
is not as old by the machines' own clocks: the latest time that one of the last signed reports
names, as its machine read it. The offset to this server, by which times are corrected elsewhere,
counts for nothing here; nor does a clock that runs ahead of this server's.
"""

from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from uuid import UUID

from controller.identity.home import ControllerHome
from controller.ledger import raw
from controller.ledger.sql import Cursor, connect, cursor
from evidence.report import Header, read_header

_LAST = 40
"""So many reports are looked at, the newest first."""


def until(home: ControllerHome, org: UUID, now: datetime) -> datetime | None:
    """The time up to which this server's `now` is vouched for by a machine; None if by none."""
    with closing(connect(home.database)) as connection:
        return latest(_headers(cursor(connection), org.hex), now)


def latest(headers: Iterator[Header], now: datetime) -> datetime | None:
    """The latest time that a clock which was set names, and which is not ahead of `now`."""
    said = (one.at for one in headers if one.clock.trust != "unset" and one.at <= now)
    return max(said, default=None)


def _headers(live: Cursor, org: str) -> Iterator[Header]:
    live.execute(
        "SELECT raw FROM report WHERE org_id = %s AND raw IS NOT NULL AND standing = 'stored'"
        " ORDER BY received_at DESC LIMIT %s",
        (org, _LAST),
    )
    for (packed,) in live.fetchall():
        yield read_header(raw.unpack(packed).payload)[0]
