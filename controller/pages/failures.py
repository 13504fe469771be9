"""What does a person read when something cannot be shown? What happened, what was kept, what next.

A page of another practice and a page that does not exist give the same answer.
"""

from django.http import HttpRequest, HttpResponse

from controller.pages.frame import bare


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


def _failure(request: HttpRequest, status: int, title: str, text: str) -> HttpResponse:
    return bare(
        request,
        "pages/failure.html",
        {"title": title, "text": text, "number": status},
        status=status,
    )
