"""Where does a person start? At the one clinic, at the fleet, or at the first steps without any."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import Resolver404, resolve

from controller.errors import Refusal
from controller.pages.frame import bare, person
from controller.people.queries import reaches
from controller.people.roles import Permission
from controller.tenants.queries import clinics


def page(request: HttpRequest) -> HttpResponse:
    """Go there; somebody who belongs nowhere is told whom to ask."""
    user = person(request)
    mine = reaches(user)
    if not mine:
        return bare(request, "pages/nowhere.html", {"person": user})
    first = mine[0]
    here = list(clinics(first.place)[:2])
    if len(mine) == 1 and not here and user.has_perm(Permission.SETTINGS_MANAGE, first.place):
        return redirect("start", org=first.org.slug)
    if len(mine) == 1 and len(here) == 1:
        return redirect("clinic", org=first.org.slug, clinic=here[0].slug)
    return redirect("fleet", org=first.org.slug)


def is_free(slug: str) -> None:
    """Could an org have this short name? Refusal if a page of ours has that address."""
    try:
        match = resolve(f"/{slug}")
    except Resolver404:
        return
    raise Refusal(f"{slug!r} is the address of a page", help=f"another name than {match.url_name}")
