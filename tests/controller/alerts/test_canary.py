"""No person, account, finding or path leaves in a message; a guard that is removed is noticed."""

import base64
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import quote

import pytest

from controller.alerts import message
from controller.alerts.channels import email
from controller.alerts.deliver import Post, send_due
from controller.alerts.deliver import message as read_back
from controller.alerts.models import Delivery
from controller.findings.models import Finding, RuleState
from tests.controller.alerts.conftest import Desk, Receiver
from tests.controller.alerts.told import line
from tests.controller.bright_smiles import NOW

PATIENT = "Canary^Rosalind"
CANARIES = (
    PATIENT,
    "/srv/xray/Canary_Rosalind_1961.dcm",
    "canary_login",
    "dr_lee@north-quay-it.example",
)


def forms(word: str) -> Iterator[bytes]:
    """Plain, as UTF-16, in base64, in hex and in a URL."""
    raw = word.encode()
    yield raw
    yield word.encode("utf-16-le")
    yield base64.b64encode(raw).rstrip(b"=")[:-1]
    yield raw.hex().encode()
    yield quote(word, safe="").encode()


def found(sent: bytes, extra: tuple[str, ...] = ()) -> set[str]:
    return {word for word in (*CANARIES, *extra) if any(form in sent for form in forms(word))}


@pytest.fixture
def finding_ids(desk: Desk) -> tuple[str, ...]:
    """Names planted wherever an agent or a person could put one."""
    place = desk.practice.place
    for row in RuleState.objects.at(place):
        row.evidence = {"why": PATIENT, "items": [{"seen": list(CANARIES)}], "n": 1, "left_out": 0}
        row.save()
    return tuple(one.finding_id for one in Finding.objects.at(place))


def everything_sent(desk: Desk, receiver: Receiver, post: Post) -> bytes:
    desk.route(desk.webhook(receiver.url))
    desk.look()
    for _ in range(5):
        send_due(post, NOW)
    settings = {"recipients": "it@a.example", "sender": "d@a.example"}
    rows = Delivery.objects.at(desk.practice.place)
    mails = [bytes(email.written(read_back(row), settings)) for row in rows]
    hooks = [repr(headers).encode() + body for headers, body in receiver.got]
    assert len(hooks) == len(mails) > 3
    return b"".join((*mails, *hooks))


@pytest.mark.threat("message-tells")
def test_nothing_that_was_planted_leaves(
    desk: Desk, receiver: Receiver, post: Post, finding_ids: tuple[str, ...]
) -> None:
    sent = everything_sent(desk, receiver, post)

    assert found(sent, finding_ids) == set()
    assert b"OP1" in sent


def test_the_search_finds_what_a_removed_guard_lets_out(
    desk: Desk, receiver: Receiver, post: Post, monkeypatch
) -> None:
    machine = desk.practice.machines["OP1"]
    machine.host = PATIENT
    machine.save()

    class Anything:
        def fullmatch(self, _text: str) -> bool:
            return True

    monkeypatch.setattr(message, "_HOST", Anything())

    assert found(everything_sent(desk, receiver, post)) == {PATIENT}


@pytest.mark.parametrize("host", [PATIENT, CANARIES[1], "a b", "dr_lee@a.example", "", "-op1"])
def test_what_is_no_host_name_is_counted_and_not_named(host: str) -> None:
    assert line(hosts=(host, "OP1"), count=2).hosts == ("OP1",)


def test_what_is_no_rule_makes_no_message() -> None:
    with pytest.raises(ValueError, match="by its id"):
        replace(line(), rule=PATIENT)
