"""What goes to Teams is a card by the published schema, and fits."""

import json
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from controller.alerts.channels import teams
from controller.alerts.channels.base import Sending
from controller.alerts.message import Message
from controller.errors import Refusal
from tests.controller.alerts.conftest import Receiver
from tests.controller.alerts.told import line

NOW = datetime(2026, 3, 4, 9, tzinfo=UTC)
# What the Adaptive Cards schema 1.2.0 allows of the elements that we use; it allows nothing else.
SCHEMA = {
    "AdaptiveCard": {"type", "version", "body", "actions", "$schema"},
    "RichTextBlock": {"type", "inlines"},
    "TextRun": {"type", "text", "color", "isSubtle", "weight"},
    "Action.OpenUrl": {"type", "title", "url"},
}
COLOURS = {"Default", "Dark", "Light", "Accent", "Good", "Warning", "Attention"}


@pytest.fixture
def sending(receiver: Receiver, outgoing) -> Sending:
    """A workflow accepts with 202 and says nothing."""
    receiver.status, receiver.answer = 202, b""
    message = Message(uuid4(), NOW, (line(),))
    return Sending(message, {}, {"workflow": receiver.url}, outgoing, NOW)


def card(body: bytes) -> dict[str, Any]:
    sent = json.loads(body)
    assert sent["type"] == "message"
    (attachment,) = sent["attachments"]
    assert attachment["contentType"] == "application/vnd.microsoft.card.adaptive"
    assert attachment["contentUrl"] is None
    return dict(attachment["content"])


def elements(found: Any) -> list[dict[str, Any]]:
    if isinstance(found, list):
        return [one for item in found for one in elements(item)]
    if isinstance(found, dict):
        return [found, *(one for value in found.values() for one in elements(value))]
    return []


def words(found: dict[str, Any]) -> list[str]:
    return ["".join(run["text"] for run in block["inlines"]) for block in found["body"]]


def test_it_is_a_card_by_the_schema(receiver: Receiver, sending: Sending) -> None:
    outcome = teams.send(sending)

    assert (outcome.is_accepted, outcome.status) == (True, "202")
    found = card(receiver.got[0][1])
    assert found["version"] == "1.2"
    for one in elements(found):
        assert set(one) <= SCHEMA[one["type"]]
        assert one.get("color", "Default") in COLOURS
    (said,) = words(found)
    assert said.startswith("Bright Smiles: volumes-encrypted fails on 2 computers (OP1, PANO-01).")
    assert found["actions"][0]["url"] == "https://controller.example/alerts/1/"


def test_a_name_is_no_link(receiver: Receiver, sending: Sending) -> None:
    """Markdown is read in TextBlock alone, and there is none."""
    message = Message(uuid4(), NOW, (line(clinic="[Bright](https://evil.example)"),))

    kinds = {one["type"] for one in elements(teams.payload(message)["attachments"][0]["content"])}

    assert "TextBlock" not in kinds


@pytest.mark.parametrize(("count", "buttons"), [(1, 1), (6, 6), (300, 6)])
def test_a_digest_fits_and_says_how_many_more(count: int, buttons: int) -> None:
    hosts = tuple(f"OPERATORY-{number:02}-OF-THE-NORTHERN-BUILDING" for number in range(20))
    lines = tuple(line(rule=f"rule-{number}", hosts=hosts, count=20) for number in range(count))

    body = json.dumps(teams.payload(Message(uuid4(), NOW, lines, True))).encode()

    assert len(body) <= 28 * 1024
    said = words(card(body))
    shown = len([one for one in said if one.startswith("Bright Smiles")])
    more = [] if shown == count else [f"and {count - shown} more"]
    assert said[shown:] == more
    assert len(card(body)["actions"]) == buttons


def test_what_is_no_https_address_is_refused() -> None:
    with pytest.raises(Refusal):
        teams.check({"workflow": "http://prod-00.logic.azure.example/workflows/1"})
