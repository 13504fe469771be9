"""Style sheets, icons and scripts, served from the package as they lie there.

whitenoise knows files, types and caching; its own answer streams from a synchronous iterator,
which an ASGI server can only take by reading all of it at once in a thread. Ours are a few
kilobytes each: they are read and sent.
"""

from typing import Any

from django.http import HttpRequest, HttpResponse
from whitenoise.middleware import WhiteNoiseMiddleware  # type: ignore[import-untyped]


class OwnFiles(WhiteNoiseMiddleware):  # type: ignore[misc]
    """Answers for everything under `/static/` and nothing else."""

    @staticmethod
    def serve(static_file: Any, request: HttpRequest) -> HttpResponse:  # noqa: ANN401 - untyped
        """One file, or 304 when the browser has it."""
        found = static_file.get_response(request.method, request.META)
        body = b""
        if found.file is not None:
            with found.file as file:
                body = file.read()
        answer = HttpResponse(body, status=int(found.status))
        del answer["Content-Type"]
        for name, value in found.headers:
            answer[name] = value
        return answer
