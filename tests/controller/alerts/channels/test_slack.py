"""What goes to Slack is what Slack's documentation asks for, and no name in it is markup."""

import json
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from controller.alerts.channels import slack
from controller.alerts.channels.base import Sending
from controller.alerts.message import Message
from controller.errors import Refusal
from tests.controller.alerts.conftest import Receiver
from tests.controller.alerts.told import line

NOW = datetime(2026, 3, 4, 9, tzinfo=UTC)


@pytest.fixture
def sending(receiver: Receiver, outgoing) -> Sending:
    """A room's secret address answers `ok` in plain text, as Slack does."""
    receiver.answer = b"ok"
    message = Message(uuid4(), NOW, (line(),))
    return Sending(message, {}, {"hook": receiver.url}, outgoing, NOW)


def text(receiver: Receiver) -> str:
    ((headers, body),) = receiver.got
    assert headers["content-type"] == "application/json"
    sent = json.loads(body)
    assert set(sent) == {"text"}
    return str(sent["text"])


def test_it_is_one_text_with_a_link(receiver: Receiver, sending: Sending) -> None:
    outcome = slack.send(sending)

    assert (outcome.is_accepted, outcome.status, outcome.answer) == (True, "200", "ok")
    said = text(receiver)
    assert "*Bright Smiles*: volumes-encrypted fails on 2 computers (OP1, PANO-01)." in said
    link = "<https://controller.example/alerts/1/|[DTL-bright-smiles-volumes-encrypted]>"
    assert link in said


@pytest.mark.parametrize("name", ["<!channel>", "<https://evil.example|Bright>", "@all", "a&b<c"])
def test_a_name_calls_nobody_and_is_no_link(name: str) -> None:
    said = slack.payload(Message(uuid4(), NOW, (line(clinic=name),)))["text"]

    first = said.partition("\n")[0]
    assert "<" not in first
    assert "@a" not in first
    assert "&" not in first.replace("&amp;", "").replace("&lt;", "").replace("&gt;", "")


def test_a_long_digest_says_how_many_more(receiver: Receiver, sending: Sending) -> None:
    lines = tuple(line(rule=f"rule-{number}") for number in range(33))

    slack.send(Sending(Message(uuid4(), NOW, lines, True), {}, *rest(sending)))

    said = text(receiver)
    assert said.endswith("and 13 more")
    assert len(said) < 40_000


def rest(sending: Sending) -> tuple:
    return sending.secrets, sending.outgoing, sending.now


def test_what_slack_refuses_is_on_record(receiver: Receiver, sending: Sending) -> None:
    receiver.status, receiver.answer = 404, b"no_service"

    outcome = slack.send(sending)

    assert (outcome.is_accepted, outcome.status, outcome.answer) == (False, "404", "no_service")


def test_what_is_no_https_address_is_refused() -> None:
    with pytest.raises(Refusal):
        slack.check({"hook": "http://hooks.slack.com/services/T/B/X"})
