"""Whose is which account? The office manager says it of each person, from what machines report."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from controller.errors import NotThere
from controller.pages.frame import may, own_home, show
from controller.pages.paperwork import enter_registers
from controller.pages.statement import by
from controller.paperwork import holders, lists
from controller.paperwork.lists import Entering
from controller.paperwork.registers.index import BY_ID
from controller.people.roles import Permission

_PEOPLE = BY_ID["people"]


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, org: str, clinic: str, entry: UUID) -> HttpResponse:
    """The accounts of a clinic, and which of them are this person's."""
    where, here = enter_registers(request, org, clinic)
    try:
        now = lists.versions(where.place, _PEOPLE, entry)[0]
    except NotThere as error:
        raise Http404(str(error)) from error
    rows = holders.accounts(where.place)
    if request.method == "POST":
        if not may(request, Permission.REGISTERS_WRITE, where):
            raise Http404
        known = {one.key for one in rows}
        # What no machine shows any more stays as it was said.
        kept = [one for one in now.data.get(holders.LINKED) or () if one not in known]
        chosen = [one.key for one in rows if one.key in request.POST.getlist("account")]
        values = {**now.data, holders.LINKED: [*kept, *chosen] or None}
        new = Entering(where.place, here.id, _PEOPLE, entry, values)
        lists.enter(own_home(), new, by(request))
        return redirect("register-entry", where.org.slug, here.slug, _PEOPLE.id, entry)
    content = {
        "name": lists.name_of(_PEOPLE, now),
        "entry": now,
        "rows": rows,
        "linked": now.data.get(holders.LINKED) or [],
    }
    return show(request, "pages/holders.html", where, content)
