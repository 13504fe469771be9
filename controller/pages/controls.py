"""How does a clinic stand against each control, and on whose word does each rest?

One page a clinic; the four sources stand in columns of their own.
"""

from collections import Counter
from typing import TYPE_CHECKING

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from controller.controls import standing
from controller.controls.catalogue import catalogue
from controller.controls.metrics import index as metrics
from controller.controls.parts import SAID
from controller.findings import queries as findings
from controller.pages.frame import Where, enter, show
from controller.pages.listing import part

if TYPE_CHECKING:
    from controller.tenants.models import Clinic

_AT_ONCE = 31


@require_safe
def page(request: HttpRequest, org: str, clinic: str) -> HttpResponse:
    """The map of controls."""
    where, here = _enter(request, org, clinic)
    now = timezone.now()
    rows = standing.of_clinic(here, now)
    states = Counter(row.said for row in rows)
    content = {
        "rows": part(request, rows, lambda row: row.control.id, most=_AT_ONCE),
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
        "figures": metrics.figures(asked),
        "policies": findings.policies([asked.standing] if asked.standing else ()),
    }
    return show(request, "pages/figures.html", where, content)


def _enter(request: HttpRequest, org: str, clinic: str) -> "tuple[Where, Clinic]":
    where = enter(request, org, clinic)
    if where.clinic is None:
        raise Http404
    return where, where.clinic
