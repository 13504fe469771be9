"""Which machine or clinic begins like this? One hit is gone to at once.

A clinic is found by the beginning of any word of its name, a machine by the beginning of its own.
Upper and lower case are one.
"""

from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from controller.fleet import queries as fleet
from controller.pages.frame import Where, enter, show
from controller.tenants import queries as tenants

if TYPE_CHECKING:
    from controller.fleet.models import Machine
    from controller.tenants.models import Clinic

MOST = 20


@require_safe
def page(request: HttpRequest, org: str) -> HttpResponse:
    """What was found in the places of this person, and nowhere else."""
    where = enter(request, org)
    asked = " ".join(request.GET.get("q", "").split())[:64]
    clinics = list(tenants.beginning(where.place, asked)[: MOST + 1]) if asked else []
    machines = list(fleet.beginning(where.place, asked)[: MOST + 1]) if asked else []
    if len(clinics) + len(machines) == 1:
        return _to_clinic(where, clinics[0]) if clinics else _to_machine(where, machines[0])
    content = {
        "asked": asked,
        "clinics": clinics[:MOST],
        "machines": machines[:MOST],
        "more": max(len(clinics), len(machines)) > MOST,
    }
    return show(request, "pages/search.html", where, content)


def _to_clinic(where: Where, clinic: "Clinic") -> HttpResponse:
    return redirect("clinic", where.org.slug, clinic.slug)


def _to_machine(where: Where, machine: "Machine") -> HttpResponse:
    return redirect("machine", where.org.slug, machine.clinic.slug, machine.id)
