"""Which questions does somebody ask of a list again and again? They are kept by a name.

- What is kept is the question, filters and order; the answer is made anew for whoever opens it,
  of what he may see.
- One's own are seen by oneself alone. Everybody's are made, renamed and deleted by who manages
  the settings of their place, each as an act of the audit log.
- What was kept for a clinic is seen by nobody who does not see that clinic.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from controller.errors import AlreadyDone, NotAllowed, NotThere, Refusal
from controller.identity.home import ControllerHome
from controller.ledger.actions import Act, By, acting
from controller.people.models import SavedView, User
from controller.people.roles import Permission
from controller.tenants.scope import Place

MOST = 12
"""So many of one person on a list, and so many of everybody: more are no shortcut any more."""
LONGEST_NAME = 60
_LONGEST_QUESTION = 500


@dataclass(frozen=True, slots=True)
class Wanted:
    """A question to be kept: of which list, in a clinic or wherever it can be asked (None)."""

    listing: str
    clinic: UUID | None
    name: str
    question: str


@dataclass(frozen=True, slots=True)
class Call:
    """Who acts, in which place he may, in whose books; on his own views, or on everybody's."""

    home: ControllerHome
    place: Place
    user: User
    by: By
    for_all: bool = False


def views(place: Place, user: User) -> QuerySet[SavedView]:
    """What a person sees in a place: his own, and everybody's, by name."""
    rows = SavedView.objects.at(place).filter(Q(user=user) | Q(user__isnull=True))
    if place.clinics is not None:
        rows = rows.filter(Q(clinic__isnull=True) | Q(clinic_id__in=place.clinics))
    return rows.select_related("clinic").order_by("name", "made_at", "id")


def manages(user: User, place: Place, clinic: UUID | None) -> bool:
    """May this person change what everybody sees, in a clinic or (None) in the whole org?"""
    whose = Place(place.org) if clinic is None else place.clinic(clinic)
    return user.has_perm(Permission.SETTINGS_MANAGE, whose)


def keep(call: Call, wanted: Wanted) -> SavedView:
    """Keep a question. Refusal where its name, or the number of them, does not do."""
    row = SavedView(
        org_id=call.place.org,
        user=None if call.for_all else call.user,
        clinic_id=wanted.clinic,
        listing=wanted.listing,
        name=_name(wanted.name),
        question=wanted.question,
        made_by=call.by.actor,
        made_at=call.by.at,
    )
    with _changing(call, row, "publish") as change:
        _require_room(row)
        row.save(force_insert=True)
        change.after = _said(row)
    return row


def share(call: Call, view_id: UUID) -> SavedView:
    """Make one's own everybody's."""
    row = _found(replace(call, for_all=False), view_id)
    with transaction.atomic():
        made = keep(call, Wanted(row.listing, row.clinic_id, row.name, row.question))
        row.delete()
    return made


def rename(call: Call, view_id: UUID, name: str) -> None:
    """Give a view another name."""
    row = _found(call, view_id)
    with _changing(call, row, "rename") as change:
        change.before = _said(row)
        row.name = _name(name)
        _require_new(row)
        row.save(update_fields=["name"])
        change.after = _said(row)


def delete(call: Call, view_id: UUID) -> None:
    """Delete a view."""
    row = _found(call, view_id)
    with _changing(call, row, "delete") as change:
        change.before = _said(row)
        row.delete()


@dataclass(slots=True)
class _Change:
    """What the books are told of a change."""

    before: dict[str, str] | None = None
    after: dict[str, str] | None = None


@contextmanager
def _changing(call: Call, row: SavedView, word: str) -> Iterator[_Change]:
    """One transaction; of what everybody sees an act of who may, of one's own nobody's business."""
    if not call.for_all:
        with transaction.atomic():
            yield _Change()
        return
    if not manages(call.user, call.place, row.clinic_id):
        raise NotAllowed(
            "what everybody sees is set by who manages the settings here",
            help="keep it for yourself, or ask an administrator",
        )
    with acting(call.home, call.by) as books:
        change = _Change()
        yield change
        act = Act(f"view.{word}", row.listing, change.before, change.after)
        books.record(row.org_id, row.clinic_id, act)


def _said(row: SavedView) -> dict[str, str]:
    return {"name": row.name, "question": row.question}


def _found(call: Call, view_id: UUID) -> SavedView:
    """One of those that the act is on; NotThere among the others."""
    own = views(call.place, call.user).filter(user__isnull=call.for_all)
    row = own.filter(pk=view_id).first()
    if row is None:
        raise NotThere("there is no such view here")
    return row


def _require_room(row: SavedView) -> None:
    if not row.question or len(row.question) > _LONGEST_QUESTION:
        raise Refusal("this is no question that can be kept", help="set a filter or an order first")
    _require_new(row)
    if _beside(row).count() >= MOST:
        raise Refusal(
            f"{MOST} views are the most that are kept of a list",
            help="delete one that nobody needs, on the page Saved views",
        )


def _require_new(row: SavedView) -> None:
    there = Q(clinic__isnull=True) if row.clinic_id is None else Q(clinic_id=row.clinic_id)
    alike = _beside(row).filter(there, name__iexact=row.name)
    if alike.exists():
        raise AlreadyDone(f"there is a view {row.name!r} of this list already", help="say another")


def _beside(row: SavedView) -> QuerySet[SavedView]:
    """The others of that list that belong to the same: to him, or to everybody."""
    whose = Q(user__isnull=True) if row.user_id is None else Q(user_id=row.user_id)
    rows = SavedView.objects.at(Place(row.org_id)).filter(whose, listing=row.listing)
    return rows.exclude(pk=row.pk)


def _name(text: str) -> str:
    name = " ".join(text.split())
    if not any(map(str.isalnum, name)) or len(name) > LONGEST_NAME:
        raise Refusal(
            "a view goes by a name", help=f"a few words, {LONGEST_NAME} characters at the most"
        )
    return name
