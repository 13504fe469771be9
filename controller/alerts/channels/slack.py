"""How does a message reach a room in Slack, or in a chat that takes Slack's form?

As a POST of `{"text": …}` to the room's own secret address (Slack, "Sending messages using
incoming webhooks"; Mattermost and Rocket.Chat document the same form). `&`, `<` and `>` are
escaped as Slack's "Formatting text for app surfaces" asks, so that no name hides an address behind
words or calls a room together; a link is written `<address|words>`. Whoever knows the address may
write into the room: it is kept as a secret, and names no signature.
"""

from collections.abc import Mapping
from typing import Any

from controller.alerts.channels.base import Channel, Field, Sending, Values
from controller.alerts.message import Line, Message
from controller.alerts.outcome import Outcome
from controller.alerts.outgoing import https
from controller.alerts.posting import encoded, post

MOST_LINES = 20
"""Lines of a digest; what is more is counted. Slack cuts texts after 40,000 characters."""
_SIGNS = {"critical": "🔴", "high": "🟠", "medium": "🟡"}


def payload(message: Message) -> dict[str, Any]:
    """What is sent."""
    said = [_said(line) for line in message.lines[:MOST_LINES]]
    more = len(message.lines) - len(said)
    return {"text": "\n\n".join([*said, *([f"and {more} more"] if more else [])])}


def _said(line: Line) -> str:
    sign = "✅" if line.event == "closed" else _SIGNS.get(line.severity, "⚪")
    words = f"{sign} *{_plain(line.clinic)}*: {_plain(line.sentence)}."
    return f"{words}\nSeverity: {line.severity} · <{line.link}|{_plain(line.thread)}>"


def _plain(text: str) -> str:
    """Nothing in it is markup, and nobody is called by it: chats of Slack's form read a bare @."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return escaped.replace("@", "@\u200b")


def send(sending: Sending) -> Outcome:
    """Post it."""
    return post(sending.outgoing, sending.secrets["hook"], encoded(payload(sending.message)))


def check(settings: Values) -> None:
    """Refusal unless the address can be posted to."""
    https(settings["hook"])


def make() -> Mapping[str, str]:
    """Nothing: the secret is the address, and the chat made it."""
    return {}


SLACK = Channel(
    kind="slack",
    label="Slack, Mattermost or Rocket.Chat",
    fields=(
        Field(
            "hook",
            "Address of the incoming webhook",
            "https://hooks.slack.com/services/…; never shown again",
            is_secret=True,
        ),
    ),
    check=check,
    make=make,
    send=send,
)
