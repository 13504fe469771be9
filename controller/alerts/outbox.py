"""What is to be delivered, in the transaction that decided on it?

A notice becomes a row for each channel that wants it, with the message as it will be sent. That
an alert is over is told only where it was told that it began.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.urls import reverse

from controller.alerts.decide import Event, Kind, Notice, Topic
from controller.alerts.message import SHORT, Line
from controller.alerts.models import Alert, AlertMachine, Channel, Delivery, Mute, Route
from controller.alerts.route import Clock, Going, Planned, Silence, Way, plan
from controller.fleet.silence import Opening
from controller.policy.queries import described
from controller.tenants.models import Clinic, Org
from controller.tenants.scope import Place

_REACHED = ("waiting", "held", "gathered", "sent")


def put(
    org: Org,
    clinic: Clinic | None,
    notices: Sequence[Notice],
    rows: Mapping[Topic, Alert],
    now: datetime,
) -> None:
    """Insert what these notices come to."""
    if not notices:
        return
    ways, silences = list(active_ways(org)), list(silent(org, now))
    controls = {one.id: one.controls for one in described(Place(org.id)).values()}
    clock = clock_of(clinic, now)
    for notice in notices:
        alert = rows[notice.topic]
        going = Going(
            notice.topic,
            alert.severity,
            clinic.id if clinic else None,
            controls.get(notice.topic.name, frozenset()),
            notice.subjects,
        )
        planned = plan(going, ways, silences, clock)
        if notice.event is Event.CLOSED:
            planned = tuple(one for one in planned if one.channel in _channels_told(alert))
        _insert(alert, notice.event, line(org, clinic, alert, notice.event), planned, now)


def active_ways(org: Org) -> Iterable[Way]:
    """The routes of an org that are switched on, to channels that are."""
    rows = Route.objects.at(Place(org.id)).filter(
        ended_at__isnull=True, channel__ended_at__isnull=True
    )
    return [way(row) for row in rows.order_by("made_at", "id")]


def way(row: Route) -> Way:
    """A route as it decides."""
    quiet = row.quiet_from, row.quiet_to
    return Way(
        row.channel_id,
        row.clinic_id,
        row.severity,
        frozenset(row.kinds),
        frozenset(row.controls),
        row.hours,
        row.pace,
        (quiet[0], quiet[1]) if quiet[0] is not None and quiet[1] is not None else None,
    )


def silent(org: Org, now: datetime) -> Iterable[Silence]:
    """The mutes of an org that act."""
    return [
        Silence(row.id, row.until, row.clinic_id, row.name, row.subject)
        for row in Mute.objects.at(Place(org.id)).filter(until__gt=now)
    ]


def clock_of(clinic: Clinic | None, now: datetime) -> Clock:
    """The clinic's clock; what concerns the org goes by UTC and knows no hours."""
    if clinic is None:
        return Clock(now, Opening())
    return Clock(now, Opening(clinic.time_zone, clinic.hours, clinic.closures))


def line(org: Org, clinic: Clinic | None, alert: Alert, event: str) -> Line:
    """An alert as a message tells it. Of whom it concerns, only machines are named."""
    members = AlertMachine.objects.at(Place(org.id)).filter(alert=alert)
    if event != Event.CLOSED:
        members = members.filter(left_at__isnull=True)
    hosts = members.filter(machine__isnull=False).order_by("label")
    return Line(
        event=event,
        alert=alert.id,
        clinic=clinic.name if clinic else org.name,
        key=clinic.slug if clinic else org.slug,
        kind=Kind(alert.kind),
        rule=alert.name,
        about=alert.about[:SHORT],
        severity=alert.severity,
        hosts=tuple(hosts.values_list("label", flat=True)),
        count=members.count(),
        link=settings.PUBLIC_URL + reverse("alert", args=(org.slug, alert.id)),
    )


def _channels_told(alert: Alert) -> set[UUID]:
    told = Delivery.objects.at(Place(alert.org_id)).filter(alert=alert, state__in=_REACHED)
    return set(told.values_list("channel_id", flat=True))


def _insert(
    alert: Alert, event: str, said: Line, planned: Iterable[Planned], now: datetime
) -> None:
    Delivery.objects.at(Place(alert.org_id)).bulk_create(
        Delivery(
            org_id=alert.org_id,
            clinic_id=alert.clinic_id,
            channel_id=one.channel,
            alert=alert,
            mute_id=one.mute,
            event=event,
            state=one.state,
            made_at=now,
            due_at=one.due_at,
            body={"lines": [said.to_json()]},
        )
        for one in planned
    )


def unmute(org: Org, now: datetime) -> int:
    """Tell what mutes that are over kept back and is still so; of how many."""
    place, told = Place(org.id), 0
    over = Mute.objects.at(place).filter(until__lte=now, settled_at__isnull=True)
    for mute in over:
        kept = Delivery.objects.at(place).filter(mute=mute, alert__closed_at__isnull=True)
        pairs = kept.filter(channel__ended_at__isnull=True).order_by("made_at")
        for alert, channel in dict.fromkeys(
            (one.alert, one.channel) for one in pairs.select_related("alert__clinic", "channel")
        ):
            told += _tell(org, alert, channel, now)
        mute.settled_at = now
        mute.save(update_fields=["settled_at"])
    return told


def tell_open(org: Org, route: Route, severities: Sequence[str], now: datetime) -> int:
    """Send what is open already by a route that was just switched on; of how many."""
    told = 0
    for alert in open_for(org, route, severities):
        told += _tell(org, alert, route.channel, now)
    return told


def open_for(org: Org, route: Route, severities: Sequence[str]) -> list[Alert]:
    """The open alerts of these severities that a route lets through, hours aside."""
    rows = Alert.objects.at(Place(org.id)).filter(closed_at__isnull=True, severity__in=severities)
    controls = {one.id: one.controls for one in described(Place(org.id)).values()}
    chosen = way(route)
    return [
        row
        for row in rows.select_related("clinic").order_by("opened_at")
        if plan(
            Going(
                Topic(Kind(row.kind), row.name, row.about),
                row.severity,
                row.clinic_id,
                controls.get(row.name, frozenset()),
                frozenset(),
            ),
            [Way(chosen.channel, chosen.clinic, chosen.severity, chosen.kinds, chosen.controls)],
            [],
            clock_of(row.clinic, row.opened_at),
        )
    ]


def _tell(org: Org, alert: Alert | None, channel: Channel, now: datetime) -> int:
    if alert is None:
        return 0
    said = line(org, alert.clinic, alert, Event.OPENED)
    _insert(alert, Event.OPENED, said, [Planned(channel.id, "waiting", now)], now)
    return 1
