"""Who is given more time, since nobody listened?

The pulse of the running controller. Where it finds that it was away, every machine that was not
overdue when that began is due later, by the same rule as ever: what was not listened to is not
spent. It comes before everything that judges silence: before the doors open, and first among jobs.

- Who was overdue already stays so: the outage is no excuse for what was before it.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Max, Q

from controller.fleet.models import Machine
from controller.fleet.queries import ENDED
from controller.fleet.silence import Opening, Span, due_by
from controller.ledger import watch
from controller.ledger.sql import to_millisecond
from controller.ledger.watch import Away
from controller.tenants.models import Clinic
from controller.tenants.queries import orgs
from controller.tenants.scope import Place

_AT_ONCE = 500


def pulse(now: datetime) -> int:
    """Say that the controller listens; how many machines were given more time."""
    return sum(_pulse(Place(org.id), now) for org in orgs())


def opening_of(clinic: Clinic) -> Opening:
    """When a clinic is open, as silence reckons with it."""
    return Opening(clinic.time_zone, clinic.hours, clinic.closures)


def outages(place: Place, since: datetime, until: datetime) -> tuple[Away, ...]:
    """The outages that reach into a time, in order."""
    with connection.cursor() as cursor:
        return watch.away(cursor, place.org.hex, since, until)


def reckon(place: Place, machines: Sequence[Machine], now: datetime) -> int:
    """Set anew by when these machines are due; how many of them are due at another time.

    `clinic` of each is read with it.
    """
    heard = [one.seen_at for one in machines if one.seen_at]
    away = [one.span for one in outages(place, min(heard), now)] if heard else []
    moved = list(_moved(machines, away))
    Machine.objects.at(place).bulk_update(moved, ["due_by"], batch_size=_AT_ONCE)
    return len(moved)


def _pulse(place: Place, now: datetime) -> int:
    with transaction.atomic(), connection.cursor() as cursor:
        last = watch.last_listened(cursor, place.org.hex)
        is_late = last is not None and now - last > watch.OVERLOOKED
        heard = _last_heard(place, now) if is_late else None
        away = watch.listen(cursor, place.org.hex, now, heard)
        if away is None:
            return 0
        waited_for = (
            Machine.objects.at(place)
            .exclude(state__in=ENDED)
            .filter(Q(due_by__gt=away.since), seen_at__isnull=False)
        )
        return reckon(place, list(waited_for.select_related("clinic")), now)


def _last_heard(place: Place, now: datetime) -> datetime | None:
    heard = Machine.objects.at(place).filter(seen_at__lte=now)
    last: datetime | None = heard.aggregate(last=Max("seen_at"))["last"]
    return last


def _moved(machines: Sequence[Machine], away: Sequence[Span]) -> Iterator[Machine]:
    openings = {one.clinic_id: opening_of(one.clinic) for one in machines}
    for one in machines:
        if one.seen_at is None:
            continue
        presence = "visited" if one.visitor_id else one.presence
        due = to_millisecond(due_by(one.seen_at, presence, openings[one.clinic_id], away))
        if due != one.due_by:
            one.due_by = due
            yield one
