"""How does a clinic stand against each control, and on whose word does each rest?

One page a clinic; the four sources stand in columns of their own.
"""

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from controller.controls import standing
from controller.controls.catalogue import catalogue
from controller.controls.metrics import index as metrics
from controller.controls.metrics.base import Figure
from controller.controls.parts import SAID, Shown
from controller.findings import queries as findings
from controller.pages.frame import Where, enter, may, show
from controller.pages.listing import part
from controller.pages.orders import Key, Order, ordered, sorting
from controller.paperwork.registers.index import BY_ID
from controller.people.roles import Permission

if TYPE_CHECKING:
    from controller.tenants.models import Clinic

_AT_ONCE = 31
_PAGES = {"GOV-04": "oversight", "GOV-06": "oversight", "RSK-03": "oversight", "AST-02": "dataflow"}
_LISTS = {
    "RSK-01": "risks",
    "ACC-07": "people",
    "ACC-08": "access-reviews",
    "AUD-03": "log-reviews",
    "MED-05": "moves",
    "BAK-02": "backups",
    "BAK-04": "restore-tests",
    "BAK-07": "recovery-goals",
    "BAA-01": "vendors",
    "TRN-01": "training",
    "TRN-04": "training",
    "INC-01": "incidents",
    "INC-02": "incidents",
}
"""Where people do what the controller looks at: a page, or a list that the practice keeps."""
_FIGURES = {
    "MET-01": ("people", "The list of staff"),
    "MET-03": ("restore-tests", "The list of restore tests"),
    "MET-04": ("clinic-machines", "The machines"),
    "MET-05": ("findings", "The imaging findings"),
    "MET-06": ("paperwork", "The paperwork"),
    "MET-07": ("open", "What is not proven"),
    "MET-08": ("access-reviews", "The list of access reviews"),
    "MET-09": ("training", "The list of training"),
    "MET-10": ("clinic-machines", "The machines"),
}
"""Where stands what each figure counts: a page, or a list that the practice keeps, in words."""


@dataclass(frozen=True, slots=True)
class Row:
    """A figure on its page, and where stands what it counts; empty where this reader may not go."""

    figure: Figure
    url: str = ""
    label: str = ""


def _worst(row: Shown) -> int:
    return SAID.index(row.said) if row.said in SAID else len(SAID)


ORDERS: dict[str, Order[Key[Shown]]] = {
    "control": Order(None),
    "state": Order(_worst, falling=True),
}


@require_safe
def page(request: HttpRequest, org: str, clinic: str) -> HttpResponse:
    """The map of controls."""
    where, here = _enter(request, org, clinic)
    now = timezone.now()
    rows = standing.of_clinic(here, now)
    states, order = Counter(row.said for row in rows), sorting(request, ORDERS)
    content = {
        "rows": part(request, ordered(rows, order), lambda row: row.control.id, most=_AT_ONCE),
        "order": order,
        "done_at": _done_at(where) if _reads(request, where) else {},
        "summary": [(state, states[state]) for state in SAID if states[state]],
        "uncovered": states[""],
        "catalogue": catalogue(),
    }
    return show(request, "pages/controls.html", where, content)


@require_safe
def figures(request: HttpRequest, org: str, clinic: str) -> HttpResponse:
    """The figures of a clinic, each with its n."""
    where, here = _enter(request, org, clinic)
    asked = metrics.asked_of(here, timezone.now())
    content = {
        "figures": [_row(request, where, one) for one in metrics.figures(asked)],
        "policies": findings.policies([asked.standing] if asked.standing else ()),
    }
    return show(request, "pages/figures.html", where, content)


def _row(request: HttpRequest, where: Where, figure: Figure) -> Row:
    """A figure with the way to what it counts, for whoever may go it."""
    name, label = _FIGURES.get(figure.metric.id, ("", ""))
    is_list = name in BY_ID
    if not name or ((is_list or name == "paperwork") and not _reads(request, where)):
        return Row(figure)
    here = [where.org.slug, getattr(where.clinic, "slug", "")]
    url = reverse("register", args=[*here, name]) if is_list else reverse(name, args=here)
    return Row(figure, url, label)


def _reads(request: HttpRequest, where: Where) -> bool:
    return may(request, Permission.REGISTERS_READ, where)


def _done_at(where: Where) -> dict[str, str]:
    """Where each control is answered by a person, by its id."""
    here = [where.org.slug, getattr(where.clinic, "slug", "")]
    pages = {control: reverse(name, args=here) for control, name in _PAGES.items()}
    lists = {control: reverse("register", args=[*here, name]) for control, name in _LISTS.items()}
    return pages | lists


def _enter(request: HttpRequest, org: str, clinic: str) -> "tuple[Where, Clinic]":
    where = enter(request, org, clinic)
    if where.clinic is None:
        raise Http404
    return where, where.clinic
