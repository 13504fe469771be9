"""What became of a message that was POSTed?

Anything but 2xx is no acceptance, and a redirect is followed by nobody.
"""

import http.client
import json
from collections.abc import Mapping
from typing import Any

from controller.alerts.outcome import Outcome
from controller.alerts.outgoing import NotAllowed, Outgoing

JSON: Mapping[str, str] = {"content-type": "application/json", "user-agent": "dentinel"}
_ACCEPTED = range(200, 300)


def encoded(document: Mapping[str, Any]) -> bytes:
    """A document as it is sent: compact, in UTF-8."""
    return json.dumps(document, separators=(",", ":"), ensure_ascii=False).encode()


def post(outgoing: Outgoing, url: str, body: bytes, headers: Mapping[str, str] = JSON) -> Outcome:
    """Send it through the guard, and say what came of it."""
    try:
        answer = outgoing.post(url, headers, body)
    except NotAllowed as error:
        return Outcome.of("not allowed", str(error), is_accepted=False)
    except (OSError, http.client.HTTPException) as error:
        return Outcome.of("no answer", f"{type(error).__name__}: {error}", is_accepted=False)
    said = answer.body.decode(errors="replace")
    return Outcome.of(str(answer.status), said, is_accepted=answer.status in _ACCEPTED)
