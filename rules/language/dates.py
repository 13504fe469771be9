"""Which instant does a day or a time of an author mean?

A time is RFC 3339 with its zone. A day, `2027-03-31`, begins at its first instant and ends at its
last, in the zone of the clinic; where none is given, in UTC.
"""

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from rules.compiled import instants
from rules.compiled.grant import LONGEST, Grant
from rules.language.document import Scalar
from rules.language.entry import Entry, Says

_NO_LATER = "an end is at most 366 days after the beginning; renewing is a new approval"


def zone_of(named: Scalar | None, teller: Says) -> tzinfo:
    """The time zone of that name of the IANA table; UTC if none is named."""
    if named is None:
        return UTC
    try:
        return ZoneInfo(named.text)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        message = f"there is no time zone {named.text[:40]!r} on this computer"
        help_ = 'such as America/Chicago; or write times in full, "2027-03-31T23:59:59-05:00"'
        teller.say("DL103", message, named.place, help_)
        return UTC


def begins(text: Scalar, zone: tzinfo, teller: Says) -> int | None:
    """The first instant of a day, or the instant itself, in nanoseconds since 1970."""
    return _instant(text, zone, teller, timedelta(0))


def ends(text: Scalar, zone: tzinfo, teller: Says) -> int | None:
    """The last instant of a day, or the instant itself, in nanoseconds since 1970."""
    return _instant(text, zone, teller, timedelta(days=1))


def check_period(grant: Grant, end: Scalar | None, today: date | None, teller: Says) -> None:
    """Tell an end (DL606) that lies before the beginning, or more than 366 days after it.

    Where no beginning is given that is asked of `today`, if that is known.
    """
    if end is None or grant.until is None:
        return
    since = grant.since
    if since is not None and grant.until < since:
        teller.say("DL606", "it ends before it begins", end.place)
    if since is None and today is not None:
        since = instants.of_datetime(datetime.combine(today, time(), UTC))
    if since is not None and grant.until - since > LONGEST + _rest_of(end):
        teller.say("DL606", "the end is more than 366 days ahead", end.place, _NO_LATER)


def granted(entry: Entry, zone: tzinfo, *, approver: str = "approved_by") -> Grant:
    """The reason, approval, beginning and end that an entry gives."""
    since, until = entry.scalar("from"), entry.scalar("until")
    return Grant(
        reason=entry.text("reason"),
        approved_by=entry.text(approver),
        since=begins(since, zone, entry) if since is not None else None,
        until=ends(until, zone, entry) if until is not None else None,
    )


def _instant(text: Scalar, zone: tzinfo, teller: Says, later: timedelta) -> int | None:
    try:
        if len(text.text) > len("2027-03-31"):
            return instants.read_timestamp(text.text.upper())
        day = datetime.combine(date.fromisoformat(text.text) + later, time(), zone)
        return instants.of_datetime(day) - (1 if later else 0)
    except (ValueError, OverflowError):
        help_ = 'such as "2027-03-31" or "2027-03-31T18:00:00Z"'
        teller.say("DL305", f"{text.text[:40]!r} is no day or time", text.place, help_)
        return None


def _rest_of(end: Scalar) -> int:
    """A day as an end holds to its last instant, in zones behind UTC half a day longer."""
    is_day = len(end.text) == len("2027-03-31")
    return 2 * 86_400 * instants.SECOND if is_day else 0
