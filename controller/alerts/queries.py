"""What is open, what was told, and who asked for silence, for whoever asks?"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Case, Count, OuterRef, Q, Subquery, When

from controller.alerts import deliver
from controller.alerts.models import (
    Alert,
    AlertMachine,
    Attempt,
    Channel,
    Delivery,
    Mute,
    Route,
)
from controller.errors import NotThere
from controller.tenants.scope import Place

if TYPE_CHECKING:
    from django.db.models import QuerySet

MOST_LISTED = 50
WEIGHTS = ("critical", "high", "medium", "low")


def alerts(place: Place, state: str) -> "QuerySet[Alert]":
    """Alerts that are open or acknowledged, the worst first; or closed, the newest first.

    Each with `count`, how many it concerns, and `weight`, 0 for critical.
    """
    rows = Alert.objects.at(place).select_related("clinic")
    rows = rows.annotate(count=Count("alertmachine", Q(alertmachine__left_at__isnull=True)))
    weight = Case(*(When(severity=word, then=n) for n, word in enumerate(WEIGHTS)), default=9)
    rows, is_open = rows.annotate(weight=weight), Q(closed_at__isnull=True)
    if state == "closed":
        return rows.exclude(is_open).order_by("-closed_at", "id")
    chosen = rows.filter(is_open, acknowledged_at__isnull=state == "open")
    return chosen.order_by("weight", "-opened_at", "id")


def opened(place: Place) -> "QuerySet[Alert]":
    """What is open and not acknowledged: their number stands in the bar."""
    return Alert.objects.at(place).filter(closed_at__isnull=True, acknowledged_at__isnull=True)


def tested(place: Place) -> Channel | None:
    """The channel in use that took a test message last."""
    in_use = Channel.objects.at(place).filter(ended_at__isnull=True, tested_at__isnull=False)
    return in_use.order_by("-tested_at").first()


def alert(place: Place, key: UUID) -> Alert:
    """One alert; NotThere if it is not in the place."""
    found = Alert.objects.at(place).select_related("clinic", "org").filter(pk=key).first()
    if found is None:
        raise NotThere("there is no such alert here")
    return found


def members(place: Place, of: Alert) -> "QuerySet[AlertMachine]":
    """Whom it concerns, those who left last."""
    rows = AlertMachine.objects.at(place).filter(alert=of)
    return rows.select_related("machine").order_by("left_at", "label")


def deliveries(place: Place, of: Alert | Channel | Mute) -> "QuerySet[Delivery]":
    """What was to be told, the newest first."""
    named: dict[type, str] = {Alert: "alert", Channel: "channel", Mute: "mute"}
    rows = Delivery.objects.at(place).filter(**{named[type(of)]: of})
    return rows.select_related("channel", "alert", "mute").order_by("-made_at", "id")


def attempts(place: Place, of: Iterable[Delivery]) -> dict[UUID, list[Attempt]]:
    """Every try of these deliveries, in order."""
    held: dict[UUID, list[Attempt]] = {one.id: [] for one in of}
    for row in Attempt.objects.at(place).filter(delivery__in=held).order_by("n"):
        held[row.delivery_id].append(row)
    return held


def delivery_states(place: Place) -> dict[str, int]:
    """How many messages of a place are in each state."""
    rows = Delivery.objects.at(place).order_by().values_list("state").annotate(n=Count("id"))
    return dict(rows)


def waiting_since(place: Place) -> datetime | None:
    """When the oldest message that is not delivered yet was made; None if none waits."""
    rows = Delivery.objects.at(place).filter(state="waiting").order_by("made_at")
    return rows.values_list("made_at", flat=True).first()


def channels(place: Place) -> "QuerySet[Channel]":
    """The channels that are in use, by name."""
    rows = Channel.objects.at(place).filter(ended_at__isnull=True)
    return rows.select_related("clinic").order_by("name", "id")


def channel(place: Place, key: UUID) -> Channel:
    """One channel in use; NotThere if it is not in the place."""
    found = channels(place).select_related("org", "clinic").filter(pk=key).first()
    if found is None:
        raise NotThere("there is no such channel here")
    return found


def routes(place: Place) -> "QuerySet[Route]":
    """The routes that are switched on."""
    rows = Route.objects.at(place).filter(ended_at__isnull=True, channel__ended_at__isnull=True)
    return rows.select_related("channel", "clinic").order_by("made_at", "id")


def route(place: Place, key: UUID) -> Route:
    """One route; NotThere if it is not in the place."""
    found = routes(place).filter(pk=key).first()
    if found is None:
        raise NotThere("there is no such route here")
    return found


def mutes(place: Place, now: datetime) -> "QuerySet[Mute]":
    """The mutes that act, those that end first before."""
    rows = Mute.objects.at(place).filter(until__gt=now)
    counted = rows.annotate(held=Count("delivery", distinct=True))
    return counted.select_related("clinic").order_by("until", "id")


def mute(place: Place, key: UUID, now: datetime) -> Mute:
    """One mute that acts; NotThere if there is none."""
    found = mutes(place, now).filter(pk=key).first()
    if found is None:
        raise NotThere("there is no such mute here")
    return found


def acting_on(of: Alert, now: datetime) -> "QuerySet[Mute]":
    """The mutes that hold notices of an alert back, also those over all clinics."""
    whole = Place(of.org_id)
    return mutes(whole, now).filter(
        Q(clinic_id=of.clinic_id) | Q(clinic_id__isnull=True), name__in=("", of.name)
    )


def dead_channels(place: Place) -> "QuerySet[Channel]":
    """Channels by which nothing arrives any more: what the banner names."""
    return deliver.dead(place)


@dataclass(frozen=True, slots=True)
class Told:
    """Of an open alert: who has said that he saw it, and when a message of it first arrived.

    `is_org`: by a channel of the whole org, and not of the clinic alone.
    """

    seen_by: str
    seen_at: datetime | None
    sent_at: datetime | None
    is_org: bool


def telling(place: Place, rule: str) -> dict[str, Subquery]:
    """Columns of any query, for `told`: who knows of a rule that fails in a clinic."""
    arrived = Delivery.objects.at(Place(place.org)).filter(
        alert=OuterRef("pk"), sent_at__isnull=False
    )
    first = arrived.order_by("sent_at")
    is_open = Alert.objects.at(place).filter(kind="rule", name=rule, closed_at__isnull=True)
    found = is_open.order_by("opened_at", "id").annotate(
        sent_at=Subquery(first.values("sent_at")[:1]),
        of_clinic=Subquery(first.values("channel__clinic_id")[:1]),
    )
    columns = ("opened_at", "acknowledged_by", "acknowledged_at", "sent_at", "of_clinic")
    return {f"alert_{name}": Subquery(found.values(name)[:1]) for name in columns}


def told(row: Any) -> Told | None:  # noqa: ANN401 - any model with the columns of `telling`
    """What a row with these columns says; None if no alert is open."""
    if row.alert_opened_at is None:
        return None
    by, at = row.alert_acknowledged_by, row.alert_acknowledged_at
    return Told(by if at else "", at, row.alert_sent_at, row.alert_of_clinic is None)
