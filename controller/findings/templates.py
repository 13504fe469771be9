"""How is the same waiver asked for in many clinics at once, and what did each decide?

A template asks and decides nothing: each clinic gets a waiver of its own, with its own number, days
of its own zone and its own approver. All are asked for, or none.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Count, Q, QuerySet

from controller.errors import NotAllowed, NotThere, Refusal
from controller.findings import waiving
from controller.findings.waiving import Call
from controller.ledger.actions import Act, acting
from controller.people.models import User
from controller.people.roles import Permission
from controller.policy.asking import Asked
from controller.policy.models import Waiver, WaiverState, WaiverTemplate
from controller.policy.waivers import waivers
from controller.tenants.models import Clinic
from controller.tenants.scope import Place

_TICK = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for everywhere; an empty `risk_owner` is each clinic's own owner."""

    rule: str
    role: str
    reason: str
    compensating: str
    risk_owner: str


def may_ask(user: User, place: Place, clinic: UUID) -> bool:
    """May this person ask for waivers in a clinic of the place?"""
    return place.holds(clinic) and user.has_perm(Permission.WAIVERS_REQUEST, place.clinic(clinic))


def ask(
    call: Call, wanted: Wanted, asked: Sequence[tuple[Clinic, Asked]], requester: User
) -> WaiverTemplate:
    """Raise the request in each of these clinics. Refusal where there is none, or one must not."""
    if not asked:
        raise Refusal("no clinic was chosen", help="tick the clinics that are to decide")
    for clinic, _ in asked:
        if not may_ask(requester, call.place, clinic.id):
            raise NotAllowed(f"you ask for no waivers in {clinic.name}")
    org, zone = call.place.org, ZoneInfo(asked[0][0].time_zone)
    with acting(call.home, call.by) as books:
        row = WaiverTemplate(
            org_id=org,
            rule=wanted.rule,
            role=wanted.role,
            reason=wanted.reason,
            compensating=wanted.compensating,
            risk_owner=wanted.risk_owner,
            first_day=asked[0][1].since_at.astimezone(zone).date(),
            last_day=(asked[0][1].until_at - _TICK).astimezone(zone).date(),
            requested_by=requester.email,
            requester_id=requester.id,
            requested_at=call.by.at,
        )
        row.save(force_insert=True)
        for clinic, one in asked:
            waiving.requested(books, clinic, one, requester, row)
        after = {"template": str(row.id), "clinics": len(asked)}
        books.record(org, None, Act("waiver.template", wanted.rule, after=after))
    return row


def templates(place: Place) -> QuerySet[WaiverTemplate]:
    """What was asked for in several clinics of which one is in the place, the newest first.

    Each with `clinics` of the place that were asked, and those that are still `waiting`.
    """
    inside = Q() if place.clinics is None else Q(waiver__clinic_id__in=place.clinics)
    rows = WaiverTemplate.objects.at(place).annotate(
        clinics=Count("waiver", inside),
        waiting=Count("waiver", inside & Q(waiver__state=WaiverState.REQUESTED)),
    )
    return rows.filter(clinics__gt=0).order_by("-requested_at", "id")


def template(place: Place, template_id: UUID) -> WaiverTemplate:
    """One of them; NotThere if no clinic of the place was asked."""
    found = templates(place).filter(pk=template_id).first()
    if found is None:
        raise NotThere("there is no such template here")
    return found


def of(place: Place, row: WaiverTemplate) -> QuerySet[Waiver]:
    """The waivers that it asked for, in the clinics of a place, by the clinic's name."""
    return waivers(place).filter(template=row).order_by("clinic__name", "id")
