"""Who did what, from where, and does the log say the same?

Each act is held against its line of the signed log as it is shown; the log's count of acts is held
against that of the rows. `dentinel-controller audit verify` holds everything against everything.
"""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.dateparse import parse_date
from django.utils.timezone import get_current_timezone
from django.views.decorators.http import require_safe

from controller.ledger import queries as ledger
from controller.pages.frame import Where, clock_of, enter, may, show
from controller.pages.listing import Query
from controller.pages.orders import Columns, Order, columns, sorting
from controller.people.roles import Permission

if TYPE_CHECKING:
    from controller.ledger.models import Audit

_AT_ONCE = 60
_WORDS = ("actor", "action", "object")
ORDERS: dict[str, Order[Columns]] = {
    "when": Order(("-n",), falling=True),
    "who": Order(("actor", "-n")),
    "what": Order(("action", "-n")),
}


@dataclass(frozen=True, slots=True)
class Row:
    """An act, and whether the log says the same of it."""

    act: "Audit"
    is_logged: bool


@require_safe
def page(request: HttpRequest, org: str, clinic: str | None = None) -> HttpResponse:
    """The acts of a place, the newest first, sixty at a time."""
    where = enter(request, org, clinic)
    if not may(request, Permission.AUDIT_READ, where):
        raise Http404
    with clock_of(where):
        asked = _asked(request)
    order, found = sorting(request, ORDERS), ledger.acts(where.place, asked)
    query = Query(found, columns(order), ledger.acts(where.place), key="n")
    acts, following = query.after(request, _AT_ONCE)
    logged = ledger.logged(where.place, acts)
    rows, held = ledger.counts(where.place)
    content = {
        "rows": [Row(act, act.n in logged) for act in acts],
        "order": order,
        "next": following,
        "n_rows": rows,
        "n_missing": max(held - rows, 0),
        "asked": {word: request.GET.get(word, "") for word in (*_WORDS, "from", "to")},
        "actions": ledger.actions(where.place),
        "scope": _scope(where),
    }
    return show(request, "pages/audit.html", where, content)


def _asked(request: HttpRequest) -> ledger.Asked:
    """The filters as they were typed; a date that is none is no filter."""
    words = {word: request.GET.get(word, "").strip() for word in _WORDS}
    return ledger.Asked(
        **words,
        since=_day(request.GET.get("from", "")),
        until=_day(request.GET.get("to", ""), timedelta(days=1)),
    )


def _day(text: str, later: timedelta = timedelta(0)) -> datetime | None:
    """Midnight of a day, in the zone of the place, or so much later; None if there is no such."""
    try:
        found = parse_date(text)
        day = found + later if found else None
    except (ValueError, OverflowError):
        return None
    if day is None:
        return None
    return datetime.combine(day, time.min, get_current_timezone())


def _scope(where: Where) -> str:
    return where.clinic.name if where.clinic else where.org.name
