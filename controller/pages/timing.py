"""How long do people wait for a page, by its name?"""

import time
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from controller.meters import PAGES


def timed(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: count each answer of Django, up to its first byte."""

    def answer(request: HttpRequest) -> HttpResponse:
        begun = time.perf_counter()
        response = get_response(request)
        match = request.resolver_match
        view = (match.url_name if match else None) or "none"
        took = time.perf_counter() - begun
        PAGES.add(view, f"{response.status_code // 100}xx", much=took)
        return response

    return answer
