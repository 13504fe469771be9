"""Which papers run out in this clinic, who signs them, and by when?"""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from controller.pages.frame import Where, enter, may, person, show
from controller.pages.listing import part
from controller.pages.orders import Key, Order, ordered, sorting
from controller.paperwork import lists, queries, signers
from controller.paperwork.binder import Binder
from controller.paperwork.queries import Asked
from controller.people.roles import Permission

if TYPE_CHECKING:
    from controller.tenants.models import Clinic

_MINE_AT_ONCE = 55


@dataclass(frozen=True, slots=True)
class Row:
    """A statement in the list: whose it is to sign, and whether it is the reader's."""

    asked: Asked
    owner: str
    is_mine: bool
    why: str


def _ends(row: Row) -> tuple[bool, date]:
    until = row.asked.standing.until
    return until is None, until or date.max


ORDERS: dict[str, Order[Key[Row]]] = {
    "urgent": Order(None, falling=True),
    "title": Order(lambda row: (row.asked.kind.title.casefold(), row.asked.subject.name)),
    "signer": Order(lambda row: row.owner),
    "until": Order(_ends),
}
_REASONS = {
    "never": "never stated",
    "lapsed": "ran out",
    "rejected": "rejected",
}
CHANGED = {
    "imaging_machine": "an imaging computer joined or left",
    "imaging_software": "new imaging software was found",
    "backup_software": "new backup software was found",
    "remote_access": "a new way of remote access was found",
    "cloud_sync": "a new cloud sync was found",
    "dataflow": "what machines show of the way of images changed",
    "vendor": "a vendor changed",
    "incident": "an incident was closed",
    "pack_major": "the rules have a new major version",
}


def why(reason: str) -> str:
    """A reason code of a standing in words."""
    what = reason.partition(":")[2]
    return CHANGED.get(what, what) if what else _REASONS.get(reason, "")


@require_safe
def page(request: HttpRequest, org: str, clinic: str) -> HttpResponse:
    """What is expired or due, the reader's own first, then what holds."""
    where, here = enter_registers(request, org, clinic)
    held = queries.on_file(here)
    order = sorting(request, ORDERS)
    rows = ordered(_rows(request, where, here, held), order)
    open_ = [row for row in rows if row.asked.is_open]
    mine, theirs = ([row for row in open_ if row.is_mine is own] for own in (True, False))
    content = {
        "order": order,
        "open": len(open_),
        "mine": part(request, mine, _key, "mine", _MINE_AT_ONCE),
        "theirs": part(request, theirs, _key),
        "holding": part(request, [row for row in rows if not row.asked.is_open], _key, "holding"),
        "by_event": queries.by_event(held),
        "registers": lists.overview(held, queries.today(here, timezone.now()).day),
    }
    return show(request, "pages/paperwork.html", where, content)


def _key(row: Row) -> str:
    """What names a statement in an address."""
    return f"{row.asked.kind.id}.{row.asked.subject.id}"


def enter_registers(request: HttpRequest, org: str, clinic: str) -> "tuple[Where, Clinic]":
    """A clinic, for who may read its papers; 404 for anybody else."""
    where = enter(request, org, clinic)
    if where.clinic is None or not may(request, Permission.REGISTERS_READ, where):
        raise Http404
    return where, where.clinic


def _rows(request: HttpRequest, where: Where, here: "Clinic", held: Binder) -> list[Row]:
    return [
        Row(
            one,
            signers.OWNERS[one.kind.owner],
            bool(signers.signs_as(person(request), one.kind.owner, where.place)),
            why(one.standing.reason),
        )
        for one in queries.standings(here, timezone.now(), held)
    ]
