"""Where is this person signed in? Each session can be ended from any other."""

from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from controller.errors import NotThere
from controller.pages.frame import bare, person
from controller.people import sessions

_DIGITS = 18


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """The list; a POST ends the session it names, or all others."""
    user = person(request)
    if request.method == "POST":
        _end(request, request.POST.get("end", ""))
        return redirect("usersessions_list")
    held = sessions.sessions(request, user)
    return bare(request, "usersessions/usersession_list.html", {"sessions": held})


def _end(request: HttpRequest, named: str) -> None:
    if named == "others":
        sessions.end_others(request, person(request))
        return
    if not (named.isascii() and named.isdigit() and len(named) <= _DIGITS):
        raise BadRequest("no such session")
    try:
        sessions.end(request, person(request), int(named))
    except NotThere as error:
        raise Http404(str(error)) from error
