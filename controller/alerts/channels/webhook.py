"""How does a message reach a ticket system, a chat or a script?

As a POST by the Standard Webhooks specification (version 1.0.0): `webhook-id`, `webhook-timestamp`
and `webhook-signature`, the last an HMAC-SHA256 over id, time and body. While a secret is being
changed both the new and the old one sign, so that no receiver has to be changed at that moment.
"""

import hashlib
import hmac
from base64 import b64decode, b64encode
from datetime import datetime
from secrets import token_bytes
from typing import Any

from controller.alerts.channels.base import Channel, Field, Sending, Values
from controller.alerts.message import Message
from controller.alerts.outcome import Outcome
from controller.alerts.outgoing import https
from controller.alerts.posting import JSON, encoded, post
from rules.facts.form import timestamp

_PREFIX = "whsec_"
_SECRET_BYTES = 32


def make() -> dict[str, str]:
    """A new secret, in the form that receivers' libraries take."""
    return {"signing": _PREFIX + b64encode(token_bytes(_SECRET_BYTES)).decode("ascii")}


def rotated(secrets: Values, until: datetime) -> dict[str, str]:
    """A new secret; the old one signs beside it until then."""
    return {**make(), "before": secrets["signing"], "before_until": timestamp(until)}


def send(sending: Sending) -> Outcome:
    """POST it, signed."""
    body = encoded(payload(sending.message))
    return post(sending.outgoing, sending.settings["url"], body, headers(sending, body))


def payload(message: Message) -> dict[str, Any]:
    """What is signed and sent."""
    lines = [{**line.to_json(), "text": line.sentence} for line in message.lines]
    data = {"alerts": lines} if message.is_digest else lines[0]
    return {"type": message.type, "timestamp": timestamp(message.at), "data": data}


def headers(sending: Sending, body: bytes) -> dict[str, str]:
    """The three headers of the specification. The time is that of the attempt, the id is not."""
    name, at = str(sending.message.id), str(int(sending.now.timestamp()))
    signed = b".".join((name.encode(), at.encode(), body))
    keys = _keys(sending.secrets, sending.now)
    return {
        **JSON,
        "webhook-id": name,
        "webhook-timestamp": at,
        "webhook-signature": " ".join(_signature(key, signed) for key in keys),
    }


def _signature(secret: str, signed: bytes) -> str:
    key = b64decode(secret.removeprefix(_PREFIX))
    return "v1," + b64encode(hmac.digest(key, signed, hashlib.sha256)).decode("ascii")


def _keys(secrets: Values, now: datetime) -> list[str]:
    is_changing = "before" in secrets and now < datetime.fromisoformat(secrets["before_until"])
    return [secrets["signing"], *([secrets["before"]] if is_changing else [])]


def check(settings: Values) -> None:
    """Refusal unless the address can be posted to."""
    https(settings["url"])


WEBHOOK = Channel(
    kind="webhook",
    label="Webhook",
    fields=(Field("url", "Address", "https://tickets.example.com/hooks/dentinel"),),
    check=check,
    make=make,
    send=send,
    is_read_by_programs=True,
)
