"""How does a clinic stand against each control, and on whose word does each rest?

One page a clinic, made to be printed; the four sources stand in columns of their own. And the same
as CSV, with the hash and date of the table of controls.
"""

from collections import Counter
from typing import TYPE_CHECKING

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from controller.controls import metrics, standing
from controller.controls.catalogue import catalogue
from controller.controls.parts import WORST_FIRST, Shown
from controller.ledger.actions import Act, By, told
from controller.pages.frame import Where, enter, may, own_home, person, show
from controller.pages.tables import as_csv
from controller.people.roles import Permission

if TYPE_CHECKING:
    from controller.tenants.models import Clinic

_COLUMNS = (
    *("control", "title", "state", "worst part", "parts", "in force", "requirement"),
    *("proposed, not law", "benchmark", "practice policy", "not covered"),
)


@require_safe
def page(request: HttpRequest, org: str, clinic: str) -> HttpResponse:
    """The map of controls, and the figures."""
    where, here = _enter(request, org, clinic)
    now = timezone.now()
    rows = standing.of_clinic(here, now)
    states = Counter(row.state for row in rows)
    content = {
        "here": "controls",
        "rows": rows,
        "summary": [(state, states[state]) for state in WORST_FIRST if states[state]],
        "uncovered": states[""],
        "catalogue": catalogue(),
        "figures": metrics.of_clinic(here, now),
    }
    return show(request, "pages/controls.html", where, content)


@require_safe
def table(request: HttpRequest, org: str, clinic: str) -> HttpResponse:
    """The same as CSV; making one is an act."""
    where, here = _enter(request, org, clinic)
    if not may(request, Permission.TABLES_EXPORT, where):
        raise Http404
    now = timezone.now()
    rows = standing.of_clinic(here, now)
    by = By(person(request).email, request.META.get("REMOTE_ADDR", ""), now, person(request).pk)
    made = {"table": "controls", "sha256": catalogue().sha256}
    told(own_home(), by, Act("table.export", here.slug, after=made), here.org_id, here.id)
    head = [f"as of {now.isoformat(timespec='seconds')}", here.name, "controls.yaml"]
    lines = [[*head, catalogue().as_of, catalogue().sha256], list(_COLUMNS), *map(_cells, rows)]
    return as_csv(lines, f"{here.slug}-controls.csv")


def _enter(request: HttpRequest, org: str, clinic: str) -> "tuple[Where, Clinic]":
    where = enter(request, org, clinic)
    if where.clinic is None:
        raise Http404
    return where, where.clinic


def _cells(row: Shown) -> list[str]:
    control, worst = row.control, row.worst
    return [
        control.id,
        control.title,
        row.state or "not covered",
        f"{worst.name}: {worst.words}" if worst else "",
        " | ".join(f"{one.kind} {one.name} [{one.state}] {one.words}" for one in row.parts),
        "; ".join((*control.hipaa, *control.in_force)),
        control.requirement,
        "; ".join((*_cited(row), *control.in_proposal)),
        "; ".join(control.benchmark),
        "; ".join(control.policy),
        control.not_covered,
    ]


def _cited(row: Shown) -> list[str]:
    return [f"{cite} (unconfirmed)" for cite in row.control.proposed]
