"""What does a person read when something cannot be shown? What happened, what was kept, what next.

A page of another practice and a page that does not exist give the same answer.
"""

import logging
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from controller.errors import ControllerError
from controller.pages.frame import bare

_log = logging.getLogger(__name__)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400."""
    return _failure(
        request,
        400,
        "This request could not be read",
        "Nothing was changed. Go back and try again.",
    )


def forged(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: the form does not carry the mark of a page of ours."""
    return _failure(
        request,
        403,
        "This form has expired",
        "Nothing was changed. Open the page anew and send the form again; cookies must be allowed "
        "for this address.",
    )


def not_allowed(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: the person may see the place and not do this."""
    return _failure(
        request,
        403,
        "Your role does not allow this",
        "Nothing was changed. An administrator of your practice can give you another role.",
    )


def not_there(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404, for what does not exist and for what is not this person's to know of."""
    return _failure(
        request,
        404,
        "There is nothing at this address",
        "It may have been renamed, or it belongs to a practice that you are not a member of.",
    )


def broken(request: HttpRequest) -> HttpResponse:
    """500."""
    return _failure(
        request,
        500,
        "This page could not be made",
        "It is a fault of the server and was written to its log. Reports of machines are stored "
        "apart from pages: nothing that was acknowledged is lost.",
    )


class TellErrors:
    """Middleware: an error of ours is told with its own sentence, next step and status."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Nothing of its own."""
        return self._get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """The page of an error of ours; None lets Django go on with any other."""
        if not isinstance(exception, ControllerError):
            return None
        if exception.status >= 500:
            _log.error("%s", exception, exc_info=exception)
        text = f"{_sentence(str(exception))} {_sentence(exception.help)}".strip()
        title = "This was not done" if exception.status < 500 else "This cannot be done at present"
        return _failure(request, exception.status, title, text)


def _sentence(text: str) -> str:
    """With a capital at its head and a full stop at its end; nothing stays nothing."""
    return f"{text[0].upper()}{text[1:].rstrip('.')}." if text else ""


def _failure(request: HttpRequest, status: int, title: str, text: str) -> HttpResponse:
    return bare(
        request,
        "pages/failure.html",
        {"title": title, "text": text, "number": status},
        status=status,
    )
