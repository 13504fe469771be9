"""What does an agent hear when there is no signed answer?

`application/problem+json` (RFC 9457) with a stable `code`. To the agent it is weather: it keeps
what it has and tries again later, after `Retry-After` if that stands there.
"""

import json
from http import HTTPStatus

from evidence.errors import (
    BadSignature,
    EvidenceError,
    Refused,
    TooLarge,
    UnknownKey,
    WeakKey,
    WrongSigners,
    WrongType,
)

MEDIA_TYPE = "application/problem+json"


class Problem(Exception):
    """A status, a code that never changes its meaning, and a sentence; never what was sent."""

    def __init__(
        self, status: int, code: str, detail: str, retry_after_s: int | None = None
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.code = code
        self.detail = detail
        self.retry_after_s = retry_after_s

    def to_bytes(self) -> bytes:
        """The JSON document."""
        return json.dumps(
            {
                "title": HTTPStatus(self.status).phrase,
                "status": self.status,
                "code": self.code,
                "detail": self.detail,
            }
        ).encode()


_CODES: dict[type[Refused], str] = {
    BadSignature: "bad_signature",
    UnknownKey: "unknown_key",
    WeakKey: "weak_key",
    WrongType: "wrong_type",
    WrongSigners: "wrong_signers",
}


def of_sync(error: EvidenceError) -> Problem:
    """What a sync hears: 413 over a limit, 401 if somebody else signed, 400 if it is no sync."""
    if isinstance(error, TooLarge):
        return too_large(str(error))
    if isinstance(error, Refused):
        return Problem(401, _CODES.get(type(error), "refused"), str(error))
    return Problem(400, "malformed", str(error))


def of_enrol(error: EvidenceError) -> Problem:
    """What a request to join hears: 413 over a limit, else 422."""
    if isinstance(error, TooLarge):
        return too_large(str(error))
    code = "weak_key" if isinstance(error, WeakKey) else "bad_envelope"
    return Problem(422, code, str(error))


def too_large(detail: str) -> Problem:
    """Over a limit: the agent sends less at once."""
    return Problem(413, "too_large", detail)


def busy(retry_after_s: int, detail: str) -> Problem:
    """Not now; nothing was stored."""
    return Problem(503, "busy", detail, retry_after_s)
