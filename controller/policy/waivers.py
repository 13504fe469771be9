"""Which waivers are there, and does each hold now? By this controller's clock, at each look."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet

from controller.errors import NotThere
from controller.policy.models import Waiver, WaiverState
from controller.tenants.scope import Place

SOON = timedelta(days=30)
"""So long before its end a waiver is said to end soon."""


class Standing(StrEnum):
    """Where a waiver stands at an instant; only an active one accepts anything."""

    REQUESTED = "requested"
    REFUSED = "refused"
    APPROVED = "approved"
    ACTIVE = "active"
    EXPIRED = "expired"
    REVOKED = "revoked"


def standing(waiver: Waiver, now: datetime) -> Standing:
    """Approved and not begun, active, over: what the clock says of what people did."""
    if waiver.state != WaiverState.APPROVED:
        return Standing(waiver.state)
    if now < waiver.since_at:
        return Standing.APPROVED
    return Standing.ACTIVE if now < waiver.until_at else Standing.EXPIRED


def active(now: datetime) -> Q:
    """The condition of a waiver that holds at an instant."""
    return Q(state=WaiverState.APPROVED, since_at__lte=now, until_at__gt=now)


def waivers(place: Place) -> QuerySet[Waiver]:
    """Every waiver of a place, what ends first on top."""
    whole = Waiver.objects.at(place).select_related("clinic", "machine", "site", "renews")
    return whole.order_by("until_at", "label", "id")


def waiver(place: Place, waiver_id: UUID) -> Waiver:
    """One waiver; NotThere if it is not in the place."""
    found = waivers(place).filter(pk=waiver_id).first()
    if found is None:
        raise NotThere("there is no such waiver here", help="`dentinel-controller waiver list`")
    return found


def labels(place: Place, ids: Iterable[str]) -> dict[str, str]:
    """What waivers of a place are called, by their ids (32 hex digits); one query, or none."""
    wanted = [UUID(one) for one in ids]
    rows = Waiver.objects.at(place).filter(pk__in=wanted).values_list("id", "label")
    return {key.hex: label for key, label in rows} if wanted else {}


def labelled(place: Place, label: str) -> Waiver:
    """The waiver of that name; NotThere if there is none, or more than one clinic has it."""
    found = list(waivers(place).filter(label__iexact=label)[:2])
    if len(found) != 1:
        why = "more than one clinic has" if found else "there is no"
        help_ = "say which: --clinic" if found else "`dentinel-controller waiver list`"
        raise NotThere(f"{why} waiver {label!r} here", help=help_)
    return found[0]


def ending(place: Place, now: datetime) -> QuerySet[Waiver]:
    """The waivers of a place that hold now and end within 30 days."""
    return Waiver.objects.at(place).filter(active(now), until_at__lte=now + SOON)


def next_label(place: Place, now: datetime) -> str:
    """The name of the next waiver of a clinic: `W-2026-014`; none is ever used twice."""
    year = f"W-{now:%Y}-"
    used = Waiver.objects.at(place).filter(label__startswith=year).values_list("label", flat=True)
    numbers = [int(tail) for label in used if (tail := label.removeprefix(year)).isdigit()]
    return f"{year}{max(numbers, default=0) + 1:03}"


def where(waiver: Waiver) -> str:
    """Which machines it reaches, in words: `OP1`, `server machines of site annex`, `the clinic`."""
    if waiver.machine is not None:
        return waiver.machine.host
    role = f"{waiver.role.replace('_', ' ')} machines of " if waiver.role else ""
    return f"{role}site {waiver.site.slug}" if waiver.site else f"{role}the whole clinic"


def approval(waiver: Waiver) -> str:
    """Who approved it, and that he had asked for it himself where it is so; empty if nobody did."""
    if waiver.state not in (WaiverState.APPROVED, WaiverState.REVOKED):
        return ""
    return f"{'self-approved' if waiver.self_approved else 'approved'} by {waiver.decided_by}"


def last_day(waiver: Waiver) -> datetime:
    """Its last instant, in the clinic's zone: midnight belongs to the day that it ends."""
    return (waiver.until_at - timedelta(milliseconds=1)).astimezone(
        ZoneInfo(waiver.clinic.time_zone)
    )


def document(waiver: Waiver) -> dict[str, Any]:
    """All that a waiver says and that people did with it, as it is signed off and exported."""
    return {
        "v": 1,
        "id": str(waiver.id),
        "label": waiver.label,
        "clinic": str(waiver.clinic_id),
        "pack": waiver.pack,
        "rule": waiver.rule,
        "scope": {
            "machine": waiver.machine and str(waiver.machine_id),
            "host": waiver.machine and waiver.machine.host,
            "site": waiver.site and waiver.site.slug,
            "role": waiver.role or None,
        },
        "items": waiver.items,
        "reason": waiver.reason,
        "compensating": waiver.compensating,
        "risk_owner": waiver.risk_owner,
        "from": _said(waiver.since_at),
        "until": _said(waiver.until_at),
        "renews": waiver.renews and str(waiver.renews_id),
        "state": str(waiver.state),
        "requested": {"by": waiver.requested_by, "at": _said(waiver.requested_at)},
        "decided": _deed(waiver.decided_by, waiver.decided_at, waiver.decided_why),
        "self_approved": waiver.self_approved,
        "revoked": _deed(waiver.revoked_by, waiver.revoked_at, waiver.revoked_why),
    }


def _deed(by: str, at: datetime | None, why: str) -> dict[str, Any] | None:
    return {"by": by, "at": _said(at), "why": why} if at is not None else None


def _said(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03}Z"
