"""Each change of a verdict is told at once to the programs that asked, and to nobody else."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest
from django.urls import resolve
from standardwebhooks import Webhook

from controller.alerts import actions, lockbox, turned
from controller.alerts.actions import Wanted
from controller.alerts.deliver import Post, send_due
from controller.alerts.models import Channel, Delivery, Route
from controller.alerts.outgoing import Outgoing
from controller.errors import Refusal
from controller.fleet.models import Machine as Row
from controller.identity.secrets import Keys
from controller.ledger.actions import By, open_clinic
from controller.policy.models import Rule
from controller.tenants.models import Clinic, Org
from controller.tenants.scope import Place
from evidence.bodies import Subject
from tests.controller.alerts.conftest import Receiver
from tests.controller.clinic import MORNING, Machine, Server, verdict, volume
from tests.controller.tables import contents

BY = By("dr_lee@north-quay-it.example", "", MORNING)
PATIENT = "Canary^Rosalind"
MINUTE = timedelta(minutes=1)


@dataclass
class Feed:
    """A practice whose programs want to hear of each change."""

    server: Server
    place: Place
    channels: list[Channel] = field(default_factory=list)

    def webhook(self, url: str = "https://localhost:1/hook") -> Channel:
        wanted = Wanted(self.place.org, None, "webhook", "Ticket system", {"url": url})
        return actions.add_channel(self.server.home, wanted, BY)[0]

    def route(self, channel: Channel, **more: Any) -> Route:
        org = Org.objects.at(self.place).get()
        row = Route(org=org, channel=channel, **{"kinds": ["verdict"], **more})
        actions.add_route(self.server.home, row, "worse", BY)
        return row

    def waiting(self) -> list[dict[str, Any]]:
        rows = Delivery.objects.at(self.place).filter(event="verdict.changed").order_by("id")
        return [line for row in rows for line in row.body["lines"]]

    def changes(self) -> list[tuple[str, str, str, str]]:
        return [
            (one["host"], one["rule"], one["before"], one["after"])
            for line in self.waiting()
            for one in line["changes"]
        ]


@pytest.fixture
def feed(server: Server) -> Feed:
    return Feed(server, server.clinic.place)


@pytest.fixture
def heard(feed: Feed) -> Feed:
    """One webhook hears of all."""
    feed.route(feed.webhook())
    return feed


@pytest.fixture
def op1(server: Server) -> Machine:
    """A machine that has told all once: its disks are encrypted, its screens do not lock."""
    op1 = server.machine("OP1")
    op1.sync(op1.seal(op1.full(*said("pass", "fail"))))
    return op1


def said(volumes: str, screens: str) -> Iterator[Any]:
    yield verdict("volumes-encrypted", volumes)
    yield verdict("screen-locks", screens)


def test_a_change_is_told_with_both_verdicts_and_a_first_verdict_is_none(
    heard: Feed, op1: Machine
) -> None:
    assert heard.changes() == []

    op1.sync(op1.seal(op1.delta(*said("fail", "fail"))))

    assert heard.changes() == [("OP1", "volumes-encrypted", "pass", "fail")]


def test_what_came_and_went_within_one_sync_is_told_in_order(heard: Feed, op1: Machine) -> None:
    op1.sync(op1.seal(op1.delta(*said("fail", "fail"))), op1.seal(op1.delta(*said("pass", "pass"))))

    (line,) = heard.waiting()
    volumes = [one for one in line["changes"] if one["rule"] == "volumes-encrypted"]
    assert [one["after"] for one in volumes] == ["fail", "pass"]
    assert [one["rev"] for one in volumes] == [2, 3]
    assert (line["count"], len(line["changes"])) == (1, 3)


def test_nobody_asked_and_nothing_is_written(feed: Feed, op1: Machine) -> None:
    feed.route(feed.webhook(), kinds=[])
    feed.route(feed.webhook(), kinds=["rule"])

    op1.sync(op1.seal(op1.delta(*said("fail", "fail"))))

    assert feed.waiting() == []


def test_a_rule_that_left_its_pack_is_no_change(heard: Feed, op1: Machine) -> None:
    op1.sync(op1.seal(op1.full(verdict("volumes-encrypted"))))

    assert heard.waiting() == []


def test_a_route_lets_through_its_clinic_and_from_its_severity(feed: Feed, op1: Machine) -> None:
    Rule.objects.at(feed.place).filter(name="volumes-encrypted").update(severity="critical")
    Rule.objects.at(feed.place).filter(name="screen-locks").update(severity="low")
    here = Clinic.objects.at(feed.place).get()
    other = Clinic(org=here.org, name="Harbor", slug="harbor", made_at=MORNING)
    open_clinic(feed.server.home, other, BY)
    heavy, elsewhere, whole = (feed.webhook() for _ in range(3))
    feed.route(heavy, severity="critical", clinic=here)
    feed.route(elsewhere, clinic=other)
    feed.route(whole)
    feed.route(whole, severity="high")

    op1.sync(op1.seal(op1.delta(*said("fail", "pass"))))

    rows = Delivery.objects.at(feed.place).select_related("channel")
    found = {row.channel: len(row.body["lines"][0]["changes"]) for row in rows}
    assert found == {heavy: 1, whole: 2}


def test_what_was_switched_off_hears_nothing(feed: Feed, op1: Machine) -> None:
    over = feed.route(feed.webhook())
    gone = feed.route(feed.webhook()).channel
    actions.end_route(feed.server.home, over, BY)
    actions.end_channel(feed.server.home, gone, BY)

    op1.sync(op1.seal(op1.delta(*said("fail", "fail"))))

    assert feed.waiting() == []


def test_a_machine_that_nobody_approved_tells_nothing(heard: Feed, server: Server) -> None:
    fresh = server.machine("OP7", max_uses=2)
    fresh.sync(fresh.seal(fresh.full(*said("pass", "fail"))))
    assert Row.objects.at(heard.place).get(host="OP7").state == "pending"

    fresh.sync(fresh.seal(fresh.delta(*said("fail", "fail"))))

    assert heard.waiting() == []


def test_report_and_message_are_one_transaction(heard: Feed, op1: Machine, monkeypatch) -> None:
    put = turned.put

    def cut_off(*args: Any) -> None:
        put(*args)
        raise RuntimeError("killed here")

    before = contents(heard.server.home)
    with monkeypatch.context() as patched:
        patched.setattr(turned, "put", cut_off)
        heard_back = heard.server.post(
            "/v1/sync", op1.body(op1.seal(op1.delta(*said("fail", "fail"))))
        )
    after = contents(heard.server.home)

    assert heard_back.status == 500
    assert before["delivery"] == after["delivery"]
    assert before["report"] == after["report"]
    op1.sync(op1.sealed[-1])
    assert heard.changes() == [("OP1", "volumes-encrypted", "pass", "fail")]


def test_more_than_100_changes_are_several_messages(heard: Feed, server: Server) -> None:
    op1 = server.machine("OP1")
    rules = [f"rule-{number}" for number in range(130)]
    op1.sync(op1.seal(op1.full(*(verdict(rule) for rule in rules))))

    op1.sync(op1.seal(op1.delta(*(verdict(rule, "fail") for rule in rules))))

    assert sorted(len(line["changes"]) for line in heard.waiting()) == [30, 100]
    assert {rule for _, rule, _, _ in heard.changes()} == set(rules)


@pytest.fixture
def post(server: Server, outgoing: Outgoing) -> Post:
    return Post(Keys.load(server.home), outgoing)


def test_it_arrives_signed_with_links_to_pages_that_are_there(
    feed: Feed, op1: Machine, receiver: Receiver, post: Post, settings
) -> None:
    settings.PUBLIC_URL = "https://controller.example"
    channel = feed.webhook(receiver.url)
    feed.route(channel)
    op1.sync(op1.seal(op1.delta(*said("fail", "fail"))))

    send_due(post, MORNING + MINUTE)

    ((headers, body),) = receiver.got
    secret = lockbox.unlock(post.keys, channel.id, bytes(channel.secrets))["signing"]
    message = json.loads(body)
    signed = Webhook(secret).sign(headers["webhook-id"], MORNING + MINUTE, body.decode())
    assert headers["webhook-signature"] == signed
    assert message["type"] == "verdict.changed"
    assert set(message["data"]["changes"][0]) == {
        *("machine", "host", "rule", "severity", "before", "after", "at", "rev", "link")
    }
    link = message["data"]["changes"][0]["link"]
    assert resolve(link.removeprefix("https://controller.example")).url_name == "machine-rule"
    page = message["data"]["link"].removeprefix("https://controller.example")
    assert resolve(page).url_name == "clinic"


@pytest.mark.threat("message-tells")
def test_no_name_leaves_that_an_agent_or_a_person_could_plant(heard: Feed, op1: Machine) -> None:
    Row.objects.at(heard.place).update(host=PATIENT)
    items = verdict("volumes-encrypted", "fail", volume("/", "unprotected"))

    op1.sync(op1.seal(op1.delta(items, verdict("screen-locks", "pass"))))

    (line,) = heard.waiting()
    assert PATIENT not in json.dumps(line)
    assert "unprotected" not in json.dumps(line)
    assert [one["host"] for one in line["changes"]] == ["", ""]


@pytest.mark.parametrize(
    ("kind", "filled"),
    [
        ("slack", {"hook": "https://chat.example/x"}),
        ("teams", {"workflow": "https://chat.example/x"}),
        (
            "email",
            {
                "recipients": "it@north-quay.example",
                "sender": "d@north-quay.example",
                "host": "mail.north-quay.example",
                "port": "587",
                "security": "starttls",
            },
        ),
    ],
)
def test_it_is_for_programs_and_not_for_people(feed: Feed, kind: str, filled: Any) -> None:
    wanted = Wanted(feed.place.org, None, kind, "Front office", filled)
    channel = actions.add_channel(feed.server.home, wanted, BY)[0]

    with pytest.raises(Refusal, match="webhooks alone"):
        feed.route(channel)


@pytest.mark.parametrize("more", [{"pace": "daily"}, {"hours": "open"}, {"controls": ["HIPAA-1"]}])
def test_a_route_that_would_hold_it_back_is_refused(feed: Feed, more: dict[str, Any]) -> None:
    with pytest.raises(Refusal, match="at once"):
        feed.route(feed.webhook(), **more)


def test_a_host_that_is_visited_is_told_by_its_own_name(heard: Feed, op1: Machine) -> None:
    nas = Subject(
        kind="remote",
        id="00000000-0000-4000-8000-000000000009",
        label="nas",
        host_key="0" * 64,
    )
    for one in ("pass", "fail"):
        op1.sync(op1.seal(replace(op1.full(verdict("smb1-off", one)), subject=nas)))

    assert heard.changes() == [("nas", "smb1-off", "pass", "fail")]


def test_a_mute_does_not_hold_it_back(heard: Feed, op1: Machine) -> None:
    wanted = actions.Muting(heard.place.org, None, "", "", "", "moving", MORNING + MINUTE)
    actions.mute(heard.server.home, wanted, BY)

    op1.sync(op1.seal(op1.delta(*said("fail", "fail"))))

    assert len(heard.changes()) == 1
