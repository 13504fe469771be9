"""What holds of every page: it stays behind in no cache, and its reader sees all that is in it."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from controller.legible import legible


def no_store(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: mark every answer of Django. Files under `/static/` do not come by here."""

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response["Cache-Control"] = "no-store"
        return response

    return answer


def nothing_unseen(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: whatever a machine or a person is called turns no line of a page around."""

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if not response.streaming and response.get("Content-Type", "").startswith("text/html"):
            response.content = legible(response.content.decode()).encode()
        return response

    return answer
