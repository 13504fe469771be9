"""Which machines are there, and which of them are as one asks? The list is sent in parts.

Filters and order stand in the address. To add a filter, add its line to FILTERS; an order, to
ORDERS. What follows is found by key and never by counting.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeAlias

from django.db.models import QuerySet
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from controller.findings import accepted
from controller.findings import queries as findings
from controller.findings.scores import Tally
from controller.fleet import premises
from controller.fleet import queries as fleet
from controller.pages.alerts import MUTED_DAYS
from controller.pages.frame import Where, enter, may, show
from controller.pages.listing import Query
from controller.pages.orders import Columns, Order, columns, sorting
from controller.people.roles import Permission
from controller.policy import queries as policy

if TYPE_CHECKING:
    from controller.fleet.models import Machine

AT_ONCE = 40
_LONGEST = 64
SYSTEMS = ("windows", "macos", "linux")
STATES = ("active", "pending", "quarantined")
POLICIES = ("builtin", "fresh", "stale", "expired")
NONE = "-"


@dataclass(frozen=True, slots=True)
class Row:
    """A machine in the list."""

    machine: "Machine"
    is_silent: bool
    tally: Tally


@dataclass(frozen=True, slots=True)
class Asking:
    """What a filter may look at besides its own word: where, when, and the others."""

    where: Where
    now: datetime
    words: dict[str, str]


Rows: TypeAlias = "QuerySet[Machine]"
Filter: TypeAlias = Callable[[Rows, str, Asking], Rows]


def _rule(rows: Rows, name: str, asking: Asking) -> Rows:
    """On which a rule says something; `says` is a verdict, or that its failure is accepted."""
    place, says = asking.where.place, asking.words.get("says", "fail")
    numbers = [no for no, one in policy.rules(place).items() if one.name == name]
    saying = findings.saying(place, numbers, says, asking.now)
    return rows.filter(fleet.IS_APPROVED, id__in=saying)


def _inside(rows: Rows, kind: str, slug: str) -> Rows:
    """In a site or group by its short name; `-` is none, which no short name is."""
    if slug == NONE:
        return rows.filter(**{f"{kind}__isnull": True})
    return rows.filter(**{f"{kind}__slug": slug})


FILTERS: dict[str, Filter] = {
    "q": lambda rows, text, _: rows.filter(host__istartswith=text),
    "os": lambda rows, text, _: rows.filter(os_family=text),
    "state": lambda rows, text, _: rows.filter(state=text),
    "silent": lambda rows, _, asking: rows.filter(fleet.silent(asking.now)),
    "site": lambda rows, text, _: _inside(rows, "site", text),
    "group": lambda rows, text, _: _inside(rows, "group", text),
    "version": lambda rows, text, _: rows.filter(agent_version=text),
    "policy": lambda rows, text, _: rows.filter(policy_state=text),
    "pack": lambda rows, text, _: rows.filter(pack_version=text),
    "rule": _rule,
    "says": lambda rows, _text, _: rows,
}
ORDERS: dict[str, Order[Columns]] = {
    "worst": Order(("-worst", "-n_fail", "-n_error", "-n_unknown", "host", "id"), falling=True),
    "host": Order(("host", "id")),
    "os": Order(("os_family", "os_version", "host", "id")),
    "rules": Order(("policy_state", "pack_version", "host", "id")),
    "heard": Order(("heard_at", "id")),
}


@require_safe
def page(request: HttpRequest, org: str, clinic: str | None = None) -> HttpResponse:
    """The machines of a clinic, or of all."""
    where = enter(request, org, clinic)
    words = {name: text for name in FILTERS if (text := request.GET.get(name, "").strip())}
    if any(len(text) > _LONGEST for text in words.values()):
        raise Http404("no filter is so long")
    order = sorting(request, ORDERS)
    now = timezone.now()
    found = fleet.machines(where.place)
    for name, text in words.items():
        found = FILTERS[name](found, text, Asking(where, now, words))
    every = heard(fleet.machines(where.place))
    query = Query(counted(where, heard(found), now), columns(order), every)
    rows, following = query.after(request, AT_ONCE)
    content = {
        "rows": [row(one, now) for one in rows],
        "words": words,
        "order": order,
        "next": following,
        "systems": SYSTEMS,
        "states": STATES,
        "policy_states": POLICIES,
        **_places(request, where),
    }
    return show(request, "pages/machines.html", where, content)


def _places(request: HttpRequest, where: Where) -> dict[str, Any]:
    """What machines of a clinic can be put into, and may this person do so?"""
    if where.clinic is None:
        return {}
    found = {f"{kind}s": list(premises.named(where.place, kind)) for kind in premises.KINDS}
    choosing = may(request, Permission.MACHINES_JOIN, where)
    return {**found, "choosing": choosing, "muted_days": MUTED_DAYS}


def first(where: Where, most: int) -> list[Row]:
    """The worst machines of a place."""
    now = timezone.now()
    rows = counted(where, heard(fleet.machines(where.place)), now)
    return [row(one, now) for one in rows.order_by(*ORDERS["worst"].by)[:most]]


def heard(rows: Rows) -> Rows:
    """With the moment that a list by last contact goes by: of who was never heard, its joining."""
    return rows.annotate(heard_at=Coalesce("seen_at", "enrolled_at"))


def counted(where: Where, rows: Rows, now: datetime) -> Rows:
    """With how many failures of each are accepted now."""
    return rows.annotate(accepted=accepted.on_each(where.place, now))


def row(machine: "Machine", now: datetime) -> Row:
    """A machine as the list shows it."""
    is_silent, n = fleet.is_silent(machine, now), getattr(machine, "accepted", 0)
    return Row(machine, is_silent, findings.tally(machine, is_silent=is_silent, accepted=n))
