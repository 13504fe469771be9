"""What do people do about alerts? Each act is one transaction with its row in the books.

No secret of a channel stands in the books, nor any address: that there is a channel, and which
routes lead to it, does.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.urls import reverse

from controller.alerts import deliver, lockbox, outbox
from controller.alerts.channels import webhook
from controller.alerts.channels.base import Channel as Form
from controller.alerts.channels.index import CHANNELS
from controller.alerts.decide import SEVERITIES, Kind
from controller.alerts.message import TEST, Line
from controller.alerts.models import Alert, Channel, Delivery, Mute, Route
from controller.alerts.outcome import Outcome
from controller.alerts.route import VERDICT
from controller.backlog import rows as backlog
from controller.errors import Refusal
from controller.identity.home import ControllerHome
from controller.identity.secrets import Keys
from controller.ledger.actions import Act, By, acting
from controller.ledger.sql import moment
from controller.tenants.models import Clinic
from controller.tenants.scope import Place

LONGEST_MUTE = timedelta(days=30)
BOTH_SIGN_FOR = timedelta(days=7)
EXISTING = {"all": SEVERITIES, "critical": ("critical",), "worse": ()}
"""What is sent of what is open already when a route is switched on."""
HOURS = ("any", "open", "closed")
PACES = ("at_once", "daily", "weekly")
_MOST_NAME = 80
_MOST_REASON = 200


@dataclass(frozen=True, slots=True)
class Wanted:
    """A channel as somebody filled it in."""

    org: UUID
    clinic: UUID | None
    kind: str
    name: str
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Muting:
    """A mute as somebody wants it; empty `name` and `subject` mean all."""

    org: UUID
    clinic: UUID | None
    name: str
    subject: str
    label: str
    reason: str
    until: datetime


def add_channel(home: ControllerHome, wanted: Wanted, by: By) -> tuple[Channel, str]:
    """A new channel, and the secret that is shown once (empty if there is none to show)."""
    form = CHANNELS.get(wanted.kind)
    if form is None:
        raise Refusal(f"there is no channel of kind {wanted.kind!r}", help=", ".join(CHANNELS))
    name = wanted.name.strip()[:_MOST_NAME]
    if not name:
        raise Refusal("a channel has a name", help="as: Ticket system")
    filled = _filled(form, wanted.values)
    secrets = {**form.make(), **_secret(form, filled)}
    row = Channel(
        org_id=wanted.org,
        clinic_id=wanted.clinic,
        kind=form.kind,
        name=name,
        settings={one.name: filled[one.name] for one in form.fields if not one.is_secret},
        made_at=by.at,
    )
    row.secrets = lockbox.lock(Keys.load(home), row.id, secrets)
    with acting(home, by) as books:
        row.save(force_insert=True)
        after = {"kind": row.kind, "name": row.name}
        books.record(wanted.org, wanted.clinic, Act("channel.add", str(row.id), after=after))
    return row, secrets.get("signing", "")


def _filled(form: Form, values: Mapping[str, str]) -> dict[str, str]:
    filled = {one.name: values.get(one.name, "").strip() for one in form.fields}
    for one in form.fields:
        if one.is_needed and not filled[one.name]:
            raise Refusal(f"{one.label} is missing", help=one.hint or "fill it in")
    form.check(filled)
    return filled


def _secret(form: Form, filled: Mapping[str, str]) -> dict[str, str]:
    return {one.name: filled[one.name] for one in form.fields if one.is_secret}


def rotate(home: ControllerHome, channel: Channel, by: By) -> str:
    """A new signing secret, shown once; the old one signs beside it for a week."""
    if channel.kind != webhook.WEBHOOK.kind:
        raise Refusal("only webhooks are signed", help="make the channel anew")
    keys = Keys.load(home)
    held = lockbox.unlock(keys, channel.id, bytes(channel.secrets))
    made = webhook.rotated(held, by.at + BOTH_SIGN_FOR)
    with acting(home, by) as books:
        channel.secrets = lockbox.lock(keys, channel.id, made)
        channel.save(update_fields=["secrets"])
        books.record(channel.org_id, channel.clinic_id, Act("channel.rotate", str(channel.id)))
    return made["signing"]


def end_channel(home: ControllerHome, channel: Channel, by: By) -> None:
    """Nothing goes there any more; what waits is dead, and stays on record."""
    with acting(home, by) as books:
        channel.ended_at = by.at
        channel.secrets = b""
        channel.save(update_fields=["ended_at", "secrets"])
        waiting = Delivery.objects.at(Place(channel.org_id)).filter(channel=channel)
        waiting.filter(state__in=("waiting", "held")).update(state="dead")
        before = {"kind": channel.kind, "name": channel.name}
        act = Act("channel.end", str(channel.id), before=before)
        books.record(channel.org_id, channel.clinic_id, act)


def send_test(home: ControllerHome, channel: Channel, by: By) -> Outcome:
    """Send a test now, and say what came of it; it is not tried again."""
    org, clinic = channel.org, channel.clinic
    said = Line(
        event=TEST,
        alert=None,
        clinic=clinic.name if clinic else org.name,
        key=clinic.slug if clinic else org.slug,
        kind=TEST,
        rule=TEST,
        severity="low",
        hosts=(),
        count=0,
        link=settings.PUBLIC_URL + reverse("channels", args=(org.slug,)),
    )
    with acting(home, by) as books:
        row = deliver.insert(channel, TEST, (said,), by.at, state="trying")
        books.record(channel.org_id, channel.clinic_id, Act("channel.test", str(channel.id)))
    return deliver.attempt(deliver.Post.open(home), row, by.at)


def new_route(channel: Channel, clinic: Clinic | None, filled: Mapping[str, Any]) -> Route:
    """A route as somebody filled it in, not yet switched on; Refusal if it cannot be followed."""
    route = Route(org=channel.org, channel=channel, clinic=clinic, **filled)
    _require_sound(route)
    return route


def add_route(home: ControllerHome, route: Route, existing: str, by: By) -> int:
    """Switch a route on; of how many open alerts it tells at once, as was chosen."""
    if existing not in EXISTING:
        raise Refusal("say what is sent of what is open already", help="all, critical or worse")
    _require_sound(route)
    with acting(home, by) as books:
        route.made_at = by.at
        route.save(force_insert=True)
        after = {
            "channel": str(route.channel_id),
            "severity": route.severity,
            "pace": route.pace,
            "existing": existing,
        }
        act = Act("route.add", str(route.id), after=after)
        books.record(route.org_id, route.clinic_id, act)
        return outbox.tell_open(route.org, route, EXISTING[existing], by.at)


def _require_sound(route: Route) -> None:
    is_sound = (
        route.severity in SEVERITIES
        and route.hours in HOURS
        and route.pace in PACES
        and set(route.kinds) <= {*Kind, VERDICT}
        and (route.quiet_from is None) == (route.quiet_to is None)
    )
    if not is_sound:
        raise Refusal(
            "this route cannot be followed", help="quiet hours have both a beginning and an end"
        )
    if route.channel.clinic_id not in (None, route.clinic_id):
        raise Refusal("a clinic's channel gets what concerns that clinic", help="choose another")
    if VERDICT in route.kinds:
        _require_all_at_once(route)


def _require_all_at_once(route: Route) -> None:
    if not CHANNELS[route.channel.kind].is_read_by_programs:
        raise Refusal("each change of a verdict goes to webhooks alone", help="choose a webhook")
    is_held = route.pace != "at_once" or route.hours != "any" or route.quiet_from is not None
    if is_held or route.controls:
        raise Refusal(
            "each change of a verdict is told at once, by clinic and severity alone",
            help="make another route for what is to wait, or goes by control",
        )


def end_route(home: ControllerHome, route: Route, by: By) -> None:
    """Switch a route off."""
    with acting(home, by) as books:
        route.ended_at = by.at
        route.save(update_fields=["ended_at"])
        books.record(route.org_id, route.clinic_id, Act("route.end", str(route.id)))


def mute(home: ControllerHome, wanted: Muting, by: By) -> Mute:
    """Hold notices back, for a reason, until a time within 30 days."""
    reason = wanted.reason.strip()[:_MOST_REASON]
    if not reason:
        raise Refusal("a mute has a reason", help="as: replaced on Friday, ticket 4711")
    if not by.at < wanted.until <= by.at + LONGEST_MUTE:
        raise Refusal("a mute ends within 30 days", help="mute it again then, if it must be")
    row = Mute(
        org_id=wanted.org,
        clinic_id=wanted.clinic,
        name=wanted.name,
        subject=wanted.subject,
        label=wanted.label,
        reason=reason,
        made_by=by.actor,
        made_at=by.at,
        until=wanted.until,
    )
    with acting(home, by) as books:
        row.save(force_insert=True)
        after = {"rule": row.name, "machine": row.subject, "until": row.until.isoformat()}
        books.record(row.org_id, row.clinic_id, Act("mute.add", str(row.id), after=after))
    return row


def end_mute(home: ControllerHome, muted: Mute, by: By) -> None:
    """Let it speak again; what it kept back and is still so is told at the next look."""
    with acting(home, by) as books:
        muted.until = by.at
        muted.save(update_fields=["until"])
        org = muted.org_id.hex, backlog.NOBODY
        backlog.stir(books.cursor, backlog.LOOK, [org], moment(by.at))
        books.record(muted.org_id, muted.clinic_id, Act("mute.end", str(muted.id)))


def acknowledge(home: ControllerHome, alert: Alert, by: By) -> None:
    """Somebody has seen it and acts; it stays open until it is over."""
    if alert.closed_at is not None or alert.acknowledged_at is not None:
        return
    with acting(home, by) as books:
        alert.acknowledged_at, alert.acknowledged_by = by.at, by.actor
        alert.save(update_fields=["acknowledged_at", "acknowledged_by"])
        act = Act("alert.acknowledge", str(alert.id), after={"rule": alert.name})
        books.record(alert.org_id, alert.clinic_id, act)
