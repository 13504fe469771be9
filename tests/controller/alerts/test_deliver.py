"""Every message arrives at least once, under one id, or it is said that it did not."""

import json
from datetime import timedelta

import pytest
from standardwebhooks import Webhook

from controller.alerts import actions, deliver, lockbox, queries
from controller.alerts.deliver import RETRIES, Post, next_try, send_due
from controller.alerts.look import Whose, look
from controller.alerts.models import Alert, Attempt, Channel, Delivery
from controller.errors import ControllerError, Refusal
from tests.controller.alerts.conftest import Desk, Receiver
from tests.controller.alerts.told import line
from tests.controller.bright_smiles import DAY, NOW

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


@pytest.fixture
def channel(desk: Desk, receiver: Receiver) -> Channel:
    """A webhook to which all critical failures of rules go."""
    row = desk.webhook(receiver.url)
    desk.route(row, severity="critical", kinds=["rule"])
    return row


def rows(desk: Desk) -> list[Delivery]:
    return list(Delivery.objects.at(desk.practice.place).order_by("made_at"))


def told(receiver: Receiver) -> list[tuple[str, str]]:
    return [(one["type"], one["data"]["rule"]) for one in map(json.loads, bodies(receiver))]


def bodies(receiver: Receiver) -> list[bytes]:
    return [body for _, body in receiver.got]


def test_what_is_decided_is_sent_signed_and_once(
    desk: Desk, channel: Channel, receiver: Receiver, post: Post
) -> None:
    desk.look()
    send_due(post, NOW)
    send_due(post, NOW + DAY)

    secrets = lockbox.unlock(post.keys, channel.id, bytes(channel.secrets))
    for headers, body in receiver.got:
        assert Webhook(secrets["signing"]).verify(body, headers)
    assert len(set(told(receiver))) == len(receiver.got) > 0
    assert {row.state for row in rows(desk)} == {"sent"}
    channel.refresh_from_db()
    assert channel.succeeded_at == NOW


def test_the_outbox_is_written_in_the_transaction_that_decides(
    desk: Desk, channel: Channel, monkeypatch
) -> None:
    def broken(*_args: object) -> None:
        raise RuntimeError("killed here")

    with monkeypatch.context() as patched:
        patched.setattr("controller.backlog.rows.put_off", broken)
        with pytest.raises(RuntimeError):
            desk.look()

    assert rows(desk) == []
    assert not Alert.objects.at(desk.practice.place).exists()


def test_it_is_tried_again_at_the_stated_times_and_then_dead(
    desk: Desk, channel: Channel, receiver: Receiver, post: Post
) -> None:
    receiver.status = 500
    said = deliver.insert(channel, "opened", (line(),), NOW)
    now, times = NOW, []
    for _ in range(20):
        send_due(post, now)
        said.refresh_from_db()
        if said.state == "dead":
            break
        times.append(said.due_at - now)
        assert send_due(post, said.due_at - SECOND) == 0
        now = said.due_at

    assert tuple(times) == RETRIES
    assert (said.state, said.attempts) == ("dead", 8)
    assert {body for _, body in receiver.got} == {receiver.got[0][1]}
    assert {headers["webhook-id"] for headers, _ in receiver.got} == {str(said.id)}


def test_the_table_of_retries_is_the_whole_of_it() -> None:
    assert [next_try(n, NOW) for n in range(1, 9)] == [*(NOW + one for one in RETRIES), None]


def test_each_attempt_is_on_record_with_what_was_answered(
    desk: Desk, channel: Channel, receiver: Receiver, post: Post
) -> None:
    receiver.status, receiver.answer = 503, b"try later"
    desk.look()
    send_due(post, NOW)
    receiver.status = 200
    send_due(post, NOW + MINUTE)

    first = rows(desk)[0]
    found = [
        (one.n, one.is_accepted, one.status, one.answer)
        for one in Attempt.objects.at(desk.practice.place).filter(delivery=first).order_by("n")
    ]
    assert found[0] == (1, False, "503", "try later")
    assert found[-1][1] is True


def test_a_dead_channel_is_named_and_told_by_another(
    desk: Desk, channel: Channel, receiver: Receiver, post: Post
) -> None:
    gone = desk.webhook("https://localhost:1/hook")
    desk.route(gone, severity="critical", kinds=["rule"])
    desk.look()
    for half_days in range(12):
        for seconds in range(6):
            send_due(post, NOW + half_days * DAY / 2 + seconds * SECOND)

    assert list(queries.dead_channels(desk.practice.place)) == [gone]
    assert [kind for kind, _ in told(receiver)].count("channel.dead") == 1


@pytest.mark.parametrize("whole_org", [True, False])
def test_a_clinic_s_dead_channel_is_told_by_the_org_s_and_not_the_other_way_round(
    desk: Desk, receiver: Receiver, post: Post, *, whole_org: bool
) -> None:
    clinic = desk.practice.clinic
    gone = desk.webhook(clinic=clinic if whole_org else None)
    desk.webhook(receiver.url, clinic=None if whole_org else clinic)
    deliver.insert(gone, "opened", (line(),), NOW)
    for half_days in range(12):
        for seconds in range(6):
            send_due(post, NOW + half_days * DAY / 2 + seconds * SECOND)

    assert list(queries.dead_channels(desk.practice.place)) == [gone]
    assert told(receiver) == ([("channel.dead", "channel-dead")] if whole_org else [])


def test_a_dead_channel_that_works_again_is_named_no_more(
    desk: Desk, channel: Channel, receiver: Receiver, post: Post
) -> None:
    deliver.insert(channel, "opened", (line(),), NOW)
    Delivery.objects.at(desk.practice.place).update(state="dead")
    assert list(queries.dead_channels(desk.practice.place)) == [channel]

    deliver.insert(channel, "opened", (line(),), NOW + MINUTE)
    send_due(post, NOW + MINUTE)

    assert list(queries.dead_channels(desk.practice.place)) == []


@pytest.mark.parametrize(("kind", "field"), [("slack", "hook"), ("teams", "workflow")])
def test_a_room_s_address_is_a_secret_and_a_test_reaches_it(
    desk: Desk, receiver: Receiver, pair, settings, monkeypatch, kind: str, field: str
) -> None:
    settings.ALLOW_TO = "127.0.0.0/8"
    there = desk.practice
    authority = there.home.root / "authority.pem"
    authority.write_text(pair.authority)
    monkeypatch.setenv("SSL_CERT_FILE", str(authority))
    wanted = actions.Wanted(there.org.id, None, kind, "Front office", {field: receiver.url})

    row, secret = actions.add_channel(there.home, wanted, desk.by())
    outcome = actions.send_test(there.home, row, desk.by())

    assert (secret, row.settings) == ("", {})
    assert receiver.url.encode() not in bytes(row.secrets)
    assert outcome.is_accepted
    row.refresh_from_db()
    assert row.tested_at == NOW
    assert b"this is a test" in receiver.got[0][1]


def test_an_alert_that_is_over_is_told_after_it_was_told_to_be_open(
    desk: Desk, channel: Channel, receiver: Receiver, post: Post
) -> None:
    receiver.status = 500
    desk.look()
    send_due(post, NOW)
    for host in desk.practice.machines:
        desk.passes(host)
    desk.look(MINUTE)
    desk.look(12 * MINUTE)
    receiver.status, receiver.got = 200, []
    for minutes in range(12, 30):
        send_due(post, NOW + minutes * MINUTE)

    order: dict[str, list[str]] = {}
    for kind, rule in told(receiver):
        order.setdefault(rule, []).append(kind)
    assert order
    assert set(map(tuple, order.values())) == {("alert.opened", "alert.closed")}


def test_a_digest_is_one_message_and_sent_in_the_morning(
    desk: Desk, receiver: Receiver, post: Post
) -> None:
    desk.route(desk.webhook(receiver.url), pace="daily")
    desk.look()
    assert send_due(post, NOW) == 0

    send_due(post, NOW + 25 * timedelta(hours=1))

    (said,) = [json.loads(body) for body in bodies(receiver)]
    assert said["type"] == "digest"
    assert len(said["data"]["alerts"]) == len([one for one in rows(desk) if one.digest_id])


def test_send_test_says_what_came_of_it_and_is_not_tried_again(
    desk: Desk, channel: Channel, receiver: Receiver, post: Post, settings
) -> None:
    receiver.status = 404
    settings.ALLOW_TO = "127.0.0.0/8"

    outcome = actions.send_test(desk.practice.home, channel, desk.by())

    assert not outcome.is_accepted
    assert send_due(post, NOW + DAY) == 0
    assert list(queries.dead_channels(desk.practice.place)) == [channel]


def test_what_is_open_when_a_route_is_switched_on_is_sent_as_chosen(
    desk: Desk, receiver: Receiver
) -> None:
    desk.look()
    opened = Alert.objects.at(desk.practice.place).filter(closed_at__isnull=True)
    critical = opened.filter(severity="critical").count()

    counts = [
        desk.route(desk.webhook(receiver.url), existing)
        for existing in ("all", "critical", "worse")
    ]

    assert counts == [opened.count(), critical, 0]
    assert critical > 0


def test_who_was_told_nothing_of_the_beginning_is_told_nothing_of_the_end(
    desk: Desk, receiver: Receiver, post: Post
) -> None:
    desk.look()
    desk.route(desk.webhook(receiver.url), "worse", kinds=["rule"])
    for host in desk.practice.machines:
        desk.passes(host)
    desk.look(MINUTE)
    desk.look(12 * MINUTE)
    send_due(post, NOW + 12 * MINUTE)

    assert receiver.got == []


def test_a_mute_holds_back_lists_it_and_tells_what_is_still_so_at_its_end(
    desk: Desk, channel: Channel, receiver: Receiver, post: Post
) -> None:
    there = desk.practice
    wanted = actions.Muting(
        there.org.id, there.clinic.id, "", "", "", "replaced on Friday", NOW + DAY
    )
    mute = actions.mute(there.home, wanted, desk.by())
    desk.look()
    assert send_due(post, NOW) == 0
    held = queries.deliveries(there.place, mute).count()

    look(there.home, Whose(there.org, None), NOW + DAY)
    send_due(post, NOW + DAY)

    assert held == len(receiver.got) > 0
    assert {kind for kind, _ in told(receiver)} == {"alert.opened"}


@pytest.mark.parametrize(("days", "reason"), [(31, "away"), (-1, "away"), (1, "  ")])
def test_a_mute_has_an_end_within_30_days_and_a_reason(days: int, reason: str, desk: Desk) -> None:
    there = desk.practice
    wanted = actions.Muting(there.org.id, None, "", "", "", reason, NOW + days * DAY)

    with pytest.raises(Refusal):
        actions.mute(there.home, wanted, desk.by())


def test_secrets_lie_locked_and_open_for_no_other_channel(
    desk: Desk, channel: Channel, post: Post
) -> None:
    other = desk.webhook()
    held = lockbox.unlock(post.keys, channel.id, bytes(channel.secrets))

    assert held["signing"].encode() not in bytes(channel.secrets)
    with pytest.raises(ControllerError, match="cannot be opened"):
        lockbox.unlock(post.keys, other.id, bytes(channel.secrets))
    with pytest.raises(ControllerError, match="cannot be opened"):
        lockbox.unlock(post.keys, channel.id, b"cut")


def test_what_was_sent_and_not_written_is_sent_again_under_the_same_id(
    desk: Desk, channel: Channel, receiver: Receiver, post: Post, monkeypatch
) -> None:
    """As after a kill between the two: the outbox is as it was."""
    said = deliver.insert(channel, "opened", (line(),), NOW)

    def killed(*_args: object) -> None:
        raise SystemExit(137)

    with monkeypatch.context() as patched:
        patched.setattr(deliver, "_write", killed)
        with pytest.raises(SystemExit):
            send_due(post, NOW)
    send_due(post, NOW + SECOND)

    assert [headers["webhook-id"] for headers, _ in receiver.got] == [str(said.id)] * 2
    said.refresh_from_db()
    assert (said.state, said.attempts) == ("sent", 1)
