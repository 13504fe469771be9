"""Does a message arrive, or is it said that it does not?

What waits in the outbox is sent, and what came of it is written: at least once, and with the same
id each time, so that a receiver knows a second copy for one. It is tried again after 5 s, 1 min,
5 min, 30 min, 2 h, 6 h and 12 h; then it is dead, which is told on the pages and by another
channel.

- A process that is killed between sending and writing sends again.
- Messages of one alert reach a channel in their order: what came first goes first.
- A channel that failed is left alone for the rest of the round: others do not wait for it.
"""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse

from controller.alerts import lockbox, outgoing
from controller.alerts.channels.base import Sending
from controller.alerts.channels.index import CHANNELS
from controller.alerts.message import CHANNEL_DEAD, DIGEST, TEST, Line, Message
from controller.alerts.models import Attempt, Channel, Delivery
from controller.alerts.outcome import Outcome
from controller.alerts.outgoing import Outgoing
from controller.errors import ControllerError
from controller.identity.home import ControllerHome
from controller.identity.secrets import Keys
from controller.tenants.queries import orgs
from controller.tenants.scope import Place

RETRIES = (
    timedelta(seconds=5),
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=6),
    timedelta(hours=12),
)
_A_ROUND = 20
_log = logging.getLogger("dentinel.alerts")


@dataclass(frozen=True, slots=True)
class Post:
    """What a round needs: the keys that open secrets, and the guard."""

    keys: Keys
    outgoing: Outgoing

    @classmethod
    def open(cls, home: ControllerHome) -> "Post":
        """As the environment allows it."""
        return cls(Keys.load(home), Outgoing(outgoing.networks(settings.ALLOW_TO)))


def next_try(attempts: int, at: datetime) -> datetime | None:
    """When to try again after so many attempts; None when it is dead."""
    return at + RETRIES[attempts - 1] if attempts <= len(RETRIES) else None


def send_due(post: Post, now: datetime) -> int:
    """Gather digests, and send what is due; how many were accepted."""
    accepted = 0
    for org in orgs():
        place = Place(org.id)
        gather(place, now)
        accepted += _round(post, place, now)
    return accepted


def _round(post: Post, place: Place, now: datetime) -> int:
    accepted, failed = 0, set[UUID]()
    for delivery in list(due(place, now)[:_A_ROUND]):
        if delivery.channel_id in failed:
            continue
        outcome = attempt(post, delivery, now)
        accepted += outcome.is_accepted
        if not outcome.is_accepted:
            failed.add(delivery.channel_id)
    return accepted


def due(place: Place, now: datetime) -> "QuerySet[Delivery]":
    """What may be sent now, but for what has an elder of the same alert before it."""
    elder = Delivery.objects.at(place).filter(
        channel=OuterRef("channel"),
        alert=OuterRef("alert"),
        state="waiting",
        made_at__lt=OuterRef("made_at"),
    )
    rows = Delivery.objects.at(place).filter(state="waiting", due_at__lte=now)
    return (
        rows.filter(~Exists(elder), channel__ended_at__isnull=True)
        .select_related("channel", "alert")
        .order_by("due_at", "made_at")
    )


def attempt(post: Post, delivery: Delivery, now: datetime) -> Outcome:
    """Send one, and write what came of it."""
    outcome = _sent(post, delivery, now)
    with transaction.atomic():
        _write(delivery, outcome, now)
    return outcome


def _sent(post: Post, delivery: Delivery, now: datetime) -> Outcome:
    channel = delivery.channel
    try:
        secrets = lockbox.unlock(post.keys, channel.id, bytes(channel.secrets))
    except ControllerError as error:
        return Outcome.of("not opened", str(error), is_accepted=False)
    # What is for certain people goes to them, whomever the mailbox usually writes to.
    only = {"recipients": delivery.body["to"]} if "to" in delivery.body else {}
    settings = {**channel.settings, **only}
    sending = Sending(message(delivery), settings, secrets, post.outgoing, now)
    return CHANNELS[channel.kind].send(sending)


def message(delivery: Delivery) -> Message:
    """What a delivery says, read back from its row."""
    address = settings.PUBLIC_URL
    lines = tuple(Line.from_json(one).below(address) for one in delivery.body["lines"])
    return Message(delivery.id, delivery.made_at, lines, is_digest=delivery.event == DIGEST)


def _write(delivery: Delivery, outcome: Outcome, now: datetime) -> None:
    n = delivery.attempts + 1
    Attempt(
        org_id=delivery.org_id,
        delivery=delivery,
        n=n,
        at=now,
        is_accepted=outcome.is_accepted,
        status=outcome.status,
        answer=outcome.answer,
    ).save(force_insert=True)
    delivery.attempts = n
    again = next_try(n, now)
    if outcome.is_accepted:
        delivery.state, delivery.sent_at = "sent", now
        _succeeded(delivery, now)
    elif delivery.event == TEST:
        delivery.state = "dead"
    elif again is None:
        delivery.state = "dead"
        _log.error("a message is dead channel=%s attempts=%d", delivery.channel_id, n)
        _by_another_channel(delivery, now)
    else:
        delivery.due_at = again
    delivery.save(update_fields=["state", "sent_at", "attempts", "due_at"])


def _succeeded(delivery: Delivery, now: datetime) -> None:
    channel = delivery.channel
    channel.succeeded_at = now
    channel.tested_at = now if delivery.event == TEST else channel.tested_at
    channel.save(update_fields=["succeeded_at", "tested_at"])


def _by_another_channel(delivery: Delivery, now: datetime) -> None:
    """Say that a channel has died where messages still arrive, once for all that died with it."""
    gone = list(dead(Place(delivery.org_id)))
    if delivery.event == CHANNEL_DEAD or delivery.channel in gone:
        return
    other = _other(delivery.channel, gone)
    if other is None:
        return
    org = delivery.org
    said = Line(
        event=CHANNEL_DEAD,
        alert=None,
        clinic=org.name,
        key=org.slug,
        kind=CHANNEL_DEAD,
        rule="channel-dead",
        severity="high",
        hosts=(),
        count=1,
        link=settings.PUBLIC_URL + reverse("channels", args=(org.slug,)),
    )
    insert(other, CHANNEL_DEAD, (said,), now)


def _other(channel: Channel, gone: list[Channel]) -> Channel | None:
    """One that works, of the same clinic or of the org; what is the org's no clinic is told."""
    others = Channel.objects.at(Place(channel.org_id)).filter(ended_at__isnull=True)
    others = others.filter(Q(clinic=channel.clinic_id) | Q(clinic__isnull=True))
    working = others.exclude(pk__in=[channel.pk, *(one.pk for one in gone)])
    newest = F("succeeded_at").desc(nulls_last=True)
    return working.order_by(F("clinic").asc(nulls_last=True), newest, "made_at").first()


def insert(
    channel: Channel,
    event: str,
    lines: tuple[Line, ...],
    now: datetime,
    state: str = "waiting",
) -> Delivery:
    """Put a message of no single alert into the outbox."""
    row = Delivery(
        org_id=channel.org_id,
        clinic_id=channel.clinic_id,
        channel=channel,
        event=event,
        state=state,
        made_at=now,
        due_at=now,
        body={"lines": [line.to_json() for line in lines]},
    )
    row.save(force_insert=True)
    return row


def gather(place: Place, now: datetime) -> int:
    """Make one message a channel of what was held for a digest that is due; how many digests.

    Where nothing is due nothing is locked: it is asked each second.
    """
    due = Delivery.objects.at(place).filter(state="held", due_at__lte=now)
    waiting = list(Channel.objects.at(place).filter(pk__in=due.values("channel")))
    return sum(_gathered(due.filter(channel=one), one, now) for one in waiting)


def _gathered(due: "QuerySet[Delivery]", channel: Channel, now: datetime) -> bool:
    """Was anything still held, and is it one message now?"""
    with transaction.atomic():
        parts = list(due.order_by("made_at"))
        if parts:
            lines = tuple(Line.from_json(one) for part in parts for one in part.body["lines"])
            digest = insert(channel, DIGEST, lines, now)
            due.filter(pk__in=[part.id for part in parts]).update(state="gathered", digest=digest)
    return bool(parts)


def dead(place: Place) -> "QuerySet[Channel]":
    """Channels whose newest finished message is dead: what the banner names."""
    done = Delivery.objects.at(place).filter(channel=OuterRef("pk"), state__in=("sent", "dead"))
    newest = done.order_by("-made_at", "-due_at").values("state")[:1]
    used = Channel.objects.at(place).filter(ended_at__isnull=True)
    return used.annotate(last=Subquery(newest)).filter(last="dead").order_by("name")
