"""A webhook is one by the Standard Webhooks specification: its own package checks it."""

import json
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from controller.alerts.channels import webhook
from controller.alerts.channels.base import Sending
from controller.alerts.message import Message
from tests.controller.alerts.conftest import Receiver
from tests.controller.alerts.told import line


@pytest.fixture
def sending(receiver: Receiver, outgoing) -> Sending:
    message = Message(uuid4(), now(), (line(),))
    return Sending(message, {"url": receiver.url}, webhook.make(), outgoing, now())


def now() -> datetime:
    """The package's check takes no time but the real one."""
    return datetime.now(tz=UTC)


def test_the_packages_own_check_accepts_it(receiver: Receiver, sending: Sending) -> None:
    outcome = webhook.send(sending)

    ((headers, body),) = receiver.got
    said = Webhook(sending.secrets["signing"]).verify(body, headers)
    assert outcome.is_accepted
    assert (said["type"], said["data"]["hosts"]) == ("alert.opened", ["OP1", "PANO-01"])
    assert headers["webhook-id"] == str(sending.message.id)


def test_a_changed_byte_is_refused(receiver: Receiver, sending: Sending) -> None:
    webhook.send(sending)

    ((headers, body),) = receiver.got
    with pytest.raises(WebhookVerificationError):
        Webhook(sending.secrets["signing"]).verify(body.replace(b"OP1", b"OP2"), headers)


def test_while_the_secret_is_changed_both_sign_and_then_the_new_one_alone(
    receiver: Receiver, sending: Sending
) -> None:
    changed = webhook.rotated(sending.secrets, now() + timedelta(days=7))
    old, new = sending.secrets["signing"], changed["signing"]

    for at in (now(), now() + timedelta(days=8)):
        webhook.send(Sending(sending.message, sending.settings, changed, sending.outgoing, at))

    (during, body), (after, _) = receiver.got
    assert Webhook(old).verify(body, during) == Webhook(new).verify(body, during)
    assert len(after["webhook-signature"].split()) == 1


@pytest.mark.parametrize("status", [301, 400, 401, 404, 410, 429, 500, 503])
def test_anything_but_2xx_is_no_acceptance(status: int, receiver: Receiver, sending) -> None:
    receiver.status, receiver.answer = status, b"no such hook\x00\n" + b"x" * 500

    outcome = webhook.send(sending)

    assert (outcome.is_accepted, outcome.status) == (False, str(status))
    assert outcome.answer.startswith("no such hook x")
    assert len(outcome.answer) <= 200


def test_nobody_listening_is_an_outcome_and_no_failure_of_ours(sending: Sending) -> None:
    gone = Sending(
        sending.message, {"url": "https://localhost:1/"}, sending.secrets, sending.outgoing, now()
    )

    assert webhook.send(gone).status == "no answer"


def test_a_digest_holds_all_its_lines(receiver: Receiver, sending: Sending) -> None:
    digest = Message(uuid4(), now(), (line(), line(rule="screen-locks")), is_digest=True)

    webhook.send(Sending(digest, sending.settings, sending.secrets, sending.outgoing, now()))

    said = json.loads(receiver.got[0][1])
    assert said["type"] == "digest"
    assert [one["rule"] for one in said["data"]["alerts"]] == ["volumes-encrypted", "screen-locks"]


@pytest.mark.parametrize(
    ("kind", "event", "word"),
    [
        ("rule", "opened", "alert.opened"),
        ("rule", "updated", "alert.updated"),
        ("rule", "closed", "alert.closed"),
        ("silence", "opened", "machine.silent"),
        ("silence", "closed", "alert.closed"),
        ("waiver", "opened", "waiver.expiring"),
        ("waiver", "updated", "waiver.expiring"),
        ("attestation", "opened", "attestation.due"),
        ("rule", "test", "test"),
    ],
)
def test_each_event_has_its_word(kind: str, event: str, word: str) -> None:
    assert Message(uuid4(), now(), (line(kind=kind, event=event),)).type == word
