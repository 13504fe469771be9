"""How does a failure come to be accepted, by whom, and how does that end?

Asked for by one person, approved or refused by another, over at its end or when it is revoked. Each
step is an act in the audit log, and a document in the clinic's log, byte for byte, in the
transaction that lays the shields.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from controller.errors import AlreadyDone, NotAllowed, NotThere, Refusal
from controller.findings import shields
from controller.fleet import queries as fleet
from controller.identity.home import ControllerHome
from controller.ledger.actions import Act, Books, By, Statement, acting
from controller.people import risk
from controller.people.models import User
from controller.people.roles import Permission
from controller.policy.asking import Asked
from controller.policy.models import Waiver, WaiverState, WaiverTemplate
from controller.policy.waivers import Standing, document, standing, waivers
from controller.tenants.models import Clinic, Org, Site
from controller.tenants.scope import Place

LONGEST_REASON = 500


@dataclass(frozen=True, slots=True)
class Call:
    """Who acts, in whose name, and in which place he may."""

    home: ControllerHome
    place: Place
    by: By


def request(
    call: Call,
    clinic: Clinic,
    asked: Sequence[Asked],
    requester: User,
    renews: Waiver | None = None,
) -> list[Waiver]:
    """Ask for waivers in a person's name, all of them or none.

    AlreadyDone if a name was used before, NotThere or Refusal for a scope that means nothing here.
    """
    with acting(call.home, call.by) as books:
        return [requested(books, clinic, one, requester, renews) for one in asked]


def requested(
    books: Books,
    clinic: Clinic,
    asked: Asked,
    requester: User,
    origin: Waiver | WaiverTemplate | None = None,
) -> Waiver:
    """Write one request in a transaction that is open; `origin` is what it renews or comes from."""
    row = _row(clinic, asked, requester, books.by.at)
    row.renews = origin if isinstance(origin, Waiver) else None
    row.template = origin if isinstance(origin, WaiverTemplate) else None
    row.save(force_insert=True)
    _tell(books, row, "request")
    return row


def approve(call: Call, waiver_id: UUID, approver: User) -> Waiver:
    """Accept the risk. NotAllowed for who may not; AlreadyDone unless it waits for this."""
    with acting(call.home, call.by) as books:
        row = _waiting(call, waiver_id)
        risk.require_approver(approver, row.clinic, call.by.at)
        if row.until_at <= call.by.at:
            raise Refusal(f"{row.label} would be over already", help="ask for it with a later end")
        row.self_approved = risk.is_self_approval(
            approver, row.requester_id, row.clinic, call.by.at
        )
        row.state, row.decided_by, row.decided_at = WaiverState.APPROVED, approver.email, call.by.at
        row.save()
        _tell(books, row, "approve")
        shields.lay(books.cursor, row.org_id.hex, row.clinic_id.hex)
    return row


def refuse(call: Call, waiver_id: UUID, decider: User, why: str) -> Waiver:
    """Do not accept the risk; whoever asked takes it back so. The reason is for him to read."""
    said = _reason(why)
    with acting(call.home, call.by) as books:
        row = _waiting(call, waiver_id)
        if decider.id != row.requester_id:
            _require_decider(decider, row)
        row.state, row.decided_by, row.decided_at = WaiverState.REFUSED, decider.email, call.by.at
        row.decided_why = said
        row.save()
        _tell(books, row, "refuse")
    return row


def revoke(call: Call, waiver_id: UUID, decider: User, why: str) -> Waiver:
    """End a waiver before its end: what it accepted stands open again, at once."""
    said = _reason(why)
    with acting(call.home, call.by) as books:
        row = _found(call, waiver_id)
        _require_decider(decider, row)
        if standing(row, call.by.at) not in (Standing.ACTIVE, Standing.APPROVED):
            raise AlreadyDone(f"{row.label} is {standing(row, call.by.at)}: it accepts nothing")
        row.state, row.revoked_by, row.revoked_at = WaiverState.REVOKED, decider.email, call.by.at
        row.revoked_why = said
        row.save()
        _tell(books, row, "revoke")
        shields.lay(books.cursor, row.org_id.hex, row.clinic_id.hex)
    return row


def delegate(call: Call, clinic: Clinic, *, on: bool) -> Clinic:
    """Let the org's administrators accept risks in this clinic's name, or no longer."""
    with acting(call.home, call.by) as books:
        before = clinic.delegates_risk
        clinic.delegates_risk = on
        clinic.save(update_fields=["delegates_risk"])
        act = Act("waiver.delegate", clinic.slug, {"delegated": before}, {"delegated": on})
        books.record(clinic.org_id, clinic.id, act)
    return clinic


def allow_self_approval(call: Call, org: Org, *, on: bool) -> Org:
    """Let who alone may approve waivers approve his own; every display of one says so."""
    with acting(call.home, call.by) as books:
        before = org.self_approval
        org.self_approval = on
        org.save(update_fields=["self_approval"])
        act = Act("waiver.self_approval", org.slug, {"allowed": before}, {"allowed": on})
        books.record(org.id, None, act)
    return org


def _tell(books: Books, row: Waiver, act: str) -> None:
    said = document(row)
    data = json.dumps(said, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()
    books.state(row.org_id, row.clinic_id, Statement("waiver", row.id, act, data))
    told = {
        key: said[key] for key in ("rule", "from", "until", "state", "self_approved", "risk_owner")
    }
    books.record(row.org_id, row.clinic_id, Act(f"waiver.{act}", row.label, after=told))


def _row(clinic: Clinic, asked: Asked, requester: User, at: datetime) -> Waiver:
    place = Place(clinic.org_id).clinic(clinic.id)
    if Waiver.objects.at(place).filter(label__iexact=asked.label).exists():
        raise AlreadyDone(
            f"{clinic.name} has a waiver {asked.label} already",
            help="ids are never used twice: give it another; renewing is a new request",
        )
    if asked.until_at <= at:
        raise Refusal(f"{asked.label} would be over already", help="its end must lie ahead")
    row = Waiver(
        org_id=clinic.org_id,
        clinic=clinic,
        label=asked.label,
        pack=asked.pack,
        rule=asked.rule,
        items=list(asked.items),
        leaves=list(asked.leaves),
        reason=asked.reason,
        compensating=asked.compensating,
        risk_owner=asked.risk_owner,
        since_at=asked.since_at,
        until_at=asked.until_at,
        state=WaiverState.REQUESTED,
        requested_by=requester.email,
        requester_id=requester.id,
        requested_at=at,
    )
    for level, name in asked.scope:
        _narrow(row, place, level, name)
    return row


def _narrow(row: Waiver, place: Place, level: str, name: str) -> None:
    """Take one key of the scope over into the row."""
    own = {"org": row.clinic.org.slug, "clinic": row.clinic.slug}
    if level in own and name != own[level]:
        raise Refusal(
            f"{row.label} is for {level} {name}, and this is {own[level]}",
            help="a waiver is one clinic's: import it there",
        )
    if level == "machine":
        row.machine = fleet.named(place, name)
    elif level == "group" and name.startswith("role:"):
        row.role = name.removeprefix("role:")
    elif level == "group":
        row.site = _site(row, place, name)


def _site(row: Waiver, place: Place, name: str) -> Site:
    if not name.startswith("site:"):
        raise Refusal(
            f"{row.label} is for group {name}, and this controller keeps no groups of machines",
            help="name a machine, a site (site: main), a role (group: role:server) or the clinic",
        )
    found = Site.objects.at(place).filter(slug=name.removeprefix("site:")).first()
    if found is None:
        raise NotThere(f"{row.clinic.name} has no site {name.removeprefix('site:')!r}")
    return found


def _found(call: Call, waiver_id: UUID) -> Waiver:
    row = waivers(call.place).select_related("clinic__org").filter(pk=waiver_id).first()
    if row is None:
        raise NotThere("there is no such waiver here")
    return row


def _waiting(call: Call, waiver_id: UUID) -> Waiver:
    row = _found(call, waiver_id)
    if row.state != WaiverState.REQUESTED:
        raise AlreadyDone(f"{row.label} is {standing(row, call.by.at)} already")
    return row


def _require_decider(user: User, row: Waiver) -> None:
    """To say no, or no longer, an administrator needs no delegation."""
    if not user.has_perm(Permission.WAIVERS_APPROVE, Place(row.org_id).clinic(row.clinic_id)):
        raise NotAllowed(f"only who may approve {row.label} may end it")


def _reason(text: str) -> str:
    said = text.strip()
    if not any(map(str.isalnum, said)):
        raise Refusal("say why, in a few words", help="they stand beside your name")
    if len(said) > LONGEST_REASON:
        raise Refusal(f"{LONGEST_REASON} characters are the most that are kept of this")
    return said
