"""What has this person kept of the lists, and what is kept for everybody? Kept, renamed, deleted.

What is one's own is changed at once; what everybody sees is an act, asked again who one is.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from controller.errors import NotThere, Refusal
from controller.ledger.actions import By
from controller.pages import saved as lists
from controller.pages.frame import Where, asked_again, enter, own_home, person, show
from controller.pages.listing import part
from controller.people import saved
from controller.people.saved import Call, Wanted

if TYPE_CHECKING:
    from controller.people.models import SavedView


@dataclass(frozen=True, slots=True)
class Row:
    """A view in the list of all: where it leads, and may this person change it?"""

    view: "SavedView"
    title: str
    url: str
    is_own: bool
    may_change: bool
    may_share: bool


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, org: str) -> HttpResponse:
    """The list; a POST keeps, renames or deletes what is one's own."""
    where = enter(request, org)
    if request.method != "POST":
        return _listed(request, where)
    return _done(request, where, for_all=False)


@asked_again
@require_http_methods(["POST"])
def everybody(request: HttpRequest, org: str) -> HttpResponse:
    """The same for what everybody sees."""
    return _done(request, enter(request, org), for_all=True)


def _done(request: HttpRequest, where: Where, *, for_all: bool) -> HttpResponse:
    try:
        return redirect(_act(request, where, _call(request, where, for_all=for_all)))
    except NotThere as error:
        raise Http404(str(error)) from error
    except Refusal as error:
        return _listed(request, where, error)


def _act(request: HttpRequest, where: Where, call: Call) -> str:
    """Do it; the address to go on at."""
    name = request.POST.get("name", "")
    match request.POST.get("do"):
        case "keep":
            return _keep(request, where, call)
        case "share" if call.for_all:
            saved.share(call, _id(request))
        case "rename":
            saved.rename(call, _id(request), name)
        case "delete":
            saved.delete(call, _id(request))
        case _:
            raise BadRequest("there is no such act on a view")
    return reverse("views", args=(where.org.slug,))


def _keep(request: HttpRequest, where: Where, call: Call) -> str:
    """Keep what the list asked; back to the list, which stands as it did."""
    name, slug = request.POST.get("list", ""), request.POST.get("clinic", "")
    if not lists.is_list(name):
        raise BadRequest("there is no such list")
    here = enter(request, where.org.slug, slug).clinic if slug else None
    asked = lists.cleaned(request.POST.get("question", ""))
    everywhere = here is None or request.POST.get("where") == "every"
    clinic = None if everywhere or here is None else here.id
    saved.keep(call, Wanted(name, clinic, request.POST.get("name", ""), asked))
    there = lists.address(name, where.org.slug, here)
    return f"{there}?{asked}" if there else reverse("views", args=(where.org.slug,))


def _listed(request: HttpRequest, where: Where, wrong: Refusal | None = None) -> HttpResponse:
    rows = [_row(request, where, one) for one in saved.views(where.place, person(request))]
    rows.sort(key=lambda row: (row.title, not row.is_own, row.view.name.casefold()))
    listed = part(request, rows, lambda row: row.view.pk)
    content = {"rows": listed, "wrong": wrong, "typed": request.POST, "most": saved.MOST}
    answer = show(request, "pages/views.html", where, content)
    answer.status_code = wrong.status if wrong else 200
    return answer


def _row(request: HttpRequest, where: Where, view: "SavedView") -> Row:
    who = person(request)
    manages = saved.manages(who, where.place, view.clinic_id)
    is_own = view.user_id is not None
    there = lists.address(view.listing, where.org.slug, view.clinic)
    return Row(
        view=view,
        title=lists.title(view.listing),
        url=f"{there}?{view.question}" if there else "",
        is_own=is_own,
        may_change=is_own or manages,
        may_share=is_own and manages,
    )


def _id(request: HttpRequest) -> UUID:
    try:
        return UUID(request.POST.get("view", ""))
    except ValueError as error:
        raise Http404("there is no such view here") from error


def _call(request: HttpRequest, where: Where, *, for_all: bool) -> Call:
    who = person(request)
    by = By(who.email, request.META.get("REMOTE_ADDR", ""), timezone.now(), who.id)
    return Call(own_home(), where.place, who, by, for_all)
