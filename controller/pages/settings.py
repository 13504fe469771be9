"""What does an org set for itself? Who may, changes it here after showing again who he is."""

from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from controller.errors import Refusal
from controller.pages.alerts import by
from controller.pages.frame import Where, asked_again, enter, may, own_home, show
from controller.people import house
from controller.people.roles import Permission

_DIGITS = 3


@asked_again
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, org: str) -> HttpResponse:
    """The settings of an org, and what becomes of a change."""
    where = enter(request, org)
    if not may(request, Permission.SETTINGS_MANAGE, where):
        raise Http404
    content = {"wrong": "", "minutes": where.org.idle_minutes}
    if request.method == "POST":
        try:
            _set(request, where)
            return redirect("settings", org)
        except Refusal as error:
            content |= {"wrong": f"{error}: {error.help}", "minutes": request.POST["minutes"]}
    answer = show(request, "pages/settings.html", where, content)
    answer.status_code = Refusal.status if content["wrong"] else 200
    return answer


def _set(request: HttpRequest, where: Where) -> None:
    typed = request.POST.get("minutes", "")
    if not (typed.isascii() and typed.isdigit() and len(typed) <= _DIGITS):
        raise BadRequest("no such number of minutes")
    house.set_idle(own_home(), where.org, int(typed), by(request))
