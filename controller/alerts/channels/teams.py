"""How does a message reach a channel or chat in Microsoft Teams?

As an Adaptive Card, POSTed to the address of a workflow "When a Teams webhook request is received"
(Microsoft Learn, "Create incoming webhooks with Workflows for Microsoft Teams"): a `message` with
one attachment; it answers 202. Words stand in `TextRun`, where Markdown is not
supported (Adaptive Cards schema, version 1.2), so that no name becomes a link. The address holds
the workflow's own signature: it is kept as a secret.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from controller.alerts.channels.base import Channel, Field, Sending, Values
from controller.alerts.message import Line, Message
from controller.alerts.outcome import Outcome
from controller.alerts.outgoing import https
from controller.alerts.posting import encoded, post

MOST_BYTES = 20 * 1024
"""28 KB are what Microsoft names as the limit of a message; others were refused from 21 KB on."""
MOST_BUTTONS = 6
"""What Teams shows of a card's actions."""
_COLOURS = {"critical": "Attention", "high": "Attention", "medium": "Warning"}


def payload(message: Message) -> dict[str, Any]:
    """What is sent: of a digest as many lines as fit, the rest counted."""
    lines = message.lines
    shown = len(lines)
    while shown > 1 and len(encoded(_message(lines[:shown], len(lines)))) > MOST_BYTES:
        shown -= 1
    return _message(lines[:shown], len(lines))


def _message(lines: Sequence[Line], whole: int) -> dict[str, Any]:
    more = whole - len(lines)
    body = [_block(line) for line in lines]
    body += [_text(_run(f"and {more} more"))] if more else []
    card = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.2",
        "body": body,
        "actions": [_button(line, len(lines)) for line in lines[:MOST_BUTTONS]],
    }
    attachment = {
        "contentType": "application/vnd.microsoft.card.adaptive",
        "contentUrl": None,
        "content": card,
    }
    return {"type": "message", "attachments": [attachment]}


def _block(line: Line) -> dict[str, Any]:
    is_over = line.event == "closed"
    colour = "Good" if is_over else _COLOURS.get(line.severity, "Default")
    return _text(
        _run(line.clinic, weight="Bolder"),
        _run(f": {line.sentence}. "),
        _run(line.severity, color=colour),
        _run(f" {line.thread}", isSubtle=True),
    )


def _text(*runs: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "RichTextBlock", "inlines": list(runs)}


def _run(text: str, **style: Any) -> dict[str, Any]:  # noqa: ANN401 - properties of the schema
    return {"type": "TextRun", "text": text, **style}


def _button(line: Line, of: int) -> dict[str, Any]:
    title = "Open" if of == 1 else f"Open {line.rule}"
    return {"type": "Action.OpenUrl", "title": title, "url": line.link}


def send(sending: Sending) -> Outcome:
    """Post it."""
    return post(sending.outgoing, sending.secrets["workflow"], encoded(payload(sending.message)))


def check(settings: Values) -> None:
    """Refusal unless the address can be posted to."""
    https(settings["workflow"])


def make() -> Mapping[str, str]:
    """Nothing: the secret is the address, and Teams made it."""
    return {}


TEAMS = Channel(
    kind="teams",
    label="Microsoft Teams",
    fields=(
        Field(
            "workflow",
            "Address of the workflow",
            "of “When a Teams webhook request is received”; never shown again",
            is_secret=True,
        ),
    ),
    check=check,
    make=make,
    send=send,
)
