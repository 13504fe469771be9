"""What is a clinic, how long is its evidence kept, is it held, and when was this server down?

Whoever may read the audit log sees it; administrators change it, and are asked again who they are.
"""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from controller.errors import Refusal
from controller.fleet import absence
from controller.ledger import keeping
from controller.ledger.keeping import FACTS_DAYS, SIX_YEARS_DAYS, Terms
from controller.oversight import book, roles
from controller.pages.alerts import by
from controller.pages.frame import Where, asked_again, enter, may, own_home, show
from controller.people.roles import Permission
from controller.tenants import hours

if TYPE_CHECKING:
    from controller.tenants.models import Clinic

_TOLD = timedelta(days=90)
_LISTED = 20
_DIGITS = 5


@asked_again
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, org: str, clinic: str) -> HttpResponse:
    """What is set for a clinic, and what becomes of a change."""
    where = enter(request, org, clinic)
    may_change = may(request, Permission.SETTINGS_MANAGE, where)
    if where.clinic is None or not (may_change or may(request, Permission.AUDIT_READ, where)):
        raise Http404
    wrong: Refusal | None = None
    if request.method == "POST":
        if not may_change:
            raise Http404
        try:
            _change(request, where.clinic)
            return redirect("clinic-settings", org, clinic)
        except Refusal as error:
            wrong = error
    content = {
        "may_change": may_change,
        "wrong": wrong,
        "act": request.POST.get("act", ""),
        **_shown(request, where, where.clinic),
    }
    answer = show(request, "pages/clinic_settings.html", where, content)
    answer.status_code = wrong.status if wrong else 200
    return answer


def _shown(request: HttpRequest, where: Where, clinic: "Clinic") -> dict[str, Any]:
    now = timezone.now()
    posted = request.POST
    role = roles.role_of(book.kept(where.place))
    outages = absence.outages(where.place, now - _TOLD, now)
    return {
        "role": role,
        "role_word": roles.ROLES.get(role, ""),
        "roles": roles.ROLES,
        "week": [(hours.DAYS[day], text) for day, text in hours.written(clinic.hours).items()],
        "kept": keeping.of_clinic(where.place, clinic),
        "reports": posted.get("reports"),
        "facts": posted.get("facts"),
        "least": Terms(SIX_YEARS_DAYS, FACTS_DAYS),
        "reason": posted.get("reason", ""),
        "outages": list(reversed(outages))[:_LISTED],
        "n_outages": len(outages),
    }


def _change(request: HttpRequest, clinic: "Clinic") -> None:
    posted, home = request.POST, own_home()
    match posted.get("act"):
        case "role":
            roles.set_role(home, clinic, posted.get("role", ""), by(request))
        case "terms":
            terms = Terms(_number(posted.get("reports")), _number(posted.get("facts")))
            keeping.set_terms(home, clinic, terms, by(request))
        case "hold":
            keeping.hold(home, clinic, posted.get("reason", ""), by(request))
        case "release":
            keeping.release(home, clinic, posted.get("reason", ""), by(request))
        case _:
            raise BadRequest("no such change")


def _number(text: str | None) -> int:
    if text is None or not (text.isascii() and text.isdigit() and len(text) <= _DIGITS):
        raise BadRequest("no such number of days")
    return int(text)
