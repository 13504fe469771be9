"""Alerts are seen, acknowledged and muted by who may; channels are made by who may."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from controller.alerts.models import Alert, Channel, Delivery, Mute, Route
from controller.ledger.models import Audit
from controller.people.roles import Role
from tests.controller.alerts import told
from tests.controller.bright_smiles import NOW, Practice, path, person
from tests.controller.pages.conftest import SignIn

FILLED = {"act": "channel", "kind": "webhook", "name": "Tickets", "url": "https://tickets.example/"}


@pytest.fixture
def org(north_quay: Practice) -> str:
    return f"/{north_quay.org.slug}/"


@pytest.fixture
def alert(north_quay: Practice) -> Alert:
    return told.alert(north_quay)


def as_(there: Practice, sign_in: SignIn, role: Role, *, of_clinic: bool = False) -> Client:
    clinic = there.clinic if of_clinic else None
    return sign_in(person(there, role, f"{role}@bright-smiles.example", clinic).email)


def acts(there: Practice) -> set[str]:
    return set(Audit.objects.at(there.place).values_list("action", flat=True))


def test_the_bar_counts_what_is_open(dr_lee: Client, org: str, alert: Alert) -> None:
    assert re.search(rb'>1 <span class="alert-word">alert<', dr_lee.get(org).content)


def test_an_empty_list_says_what_will_stand_here(dr_lee: Client, org: str) -> None:
    assert b"No open alerts" in dr_lee.get(f"{org}alerts/").content


def test_it_is_acknowledged_once_and_by_name(
    dr_lee: Client, org: str, alert: Alert, north_quay: Practice
) -> None:
    dr_lee.post(f"{org}alerts/{alert.id}/", {"act": "acknowledge"})

    alert.refresh_from_db()
    assert alert.acknowledged_by == north_quay.dr_lee.email
    assert "alert.acknowledge" in acts(north_quay)
    assert b"volumes-encrypted" in dr_lee.get(f"{org}alerts/?state=acknowledged").content


def test_an_auditor_reads_and_does_nothing(
    org: str, alert: Alert, north_quay: Practice, sign_in: SignIn
) -> None:
    auditor = as_(north_quay, sign_in, Role.AUDITOR)

    assert b"OP1" in auditor.get(f"{org}alerts/{alert.id}/").content
    assert auditor.post(f"{org}alerts/{alert.id}/", {"act": "acknowledge"}).status_code == 404
    assert auditor.get(f"{org}channels/").status_code == 404


MUTE = {"act": "mute", "scope": "rule", "days": "7", "reason": "replaced on Friday"}


def test_a_mute_is_shown_where_it_acts_and_can_be_ended(
    dr_lee: Client, org: str, alert: Alert, north_quay: Practice
) -> None:
    dr_lee.post(f"{org}alerts/{alert.id}/", MUTE)

    row = Mute.objects.at(north_quay.place).get()
    for page in ("alerts/", f"alerts/{alert.id}/", f"mutes/{row.id}/"):
        assert b"replaced on Friday" in dr_lee.get(org + page).content
    dr_lee.post(f"{org}mutes/{row.id}/")
    assert b"replaced on Friday" not in dr_lee.get(f"{org}alerts/").content
    assert {"mute.add", "mute.end"} <= acts(north_quay)


@pytest.mark.parametrize(
    "wrong", [{"days": "400"}, {"scope": "everything"}, {"scope": "f" * 32}, {"act": "delete"}]
)
def test_what_no_form_offers_is_refused(
    wrong: dict[str, str], dr_lee: Client, org: str, alert: Alert, north_quay: Practice
) -> None:
    assert dr_lee.post(f"{org}alerts/{alert.id}/", {**MUTE, **wrong}).status_code == 400
    assert not Mute.objects.at(north_quay.place).exists()


def test_a_mute_without_a_reason_is_asked_for_one(dr_lee: Client, org: str, alert: Alert) -> None:
    answer = dr_lee.post(f"{org}alerts/{alert.id}/", {**MUTE, "reason": " "})

    assert b"a mute has a reason" in answer.content


def test_the_secret_of_a_webhook_is_shown_once(
    dr_lee: Client, org: str, north_quay: Practice
) -> None:
    shown = dr_lee.post(f"{org}channels/", FILLED).content

    (secret,) = set(re.findall(rb"whsec_[A-Za-z0-9+/=]+", shown))
    row = Channel.objects.at(north_quay.place).get()
    assert b"whsec_" not in dr_lee.get(f"{org}channels/{row.id}/").content
    assert secret not in bytes(row.secrets)
    rows = Audit.objects.at(north_quay.place).filter(action="channel.add")
    assert "tickets.example" not in repr(rows.values())


def test_a_channel_asks_again_who_one_is(dr_lee: Client, org: str, north_quay: Practice) -> None:
    session = dr_lee.session
    for record in session["account_authentication_methods"]:
        record["at"] -= 301
    session.save()

    assert dr_lee.post(f"{org}channels/", FILLED)["Location"].startswith("/again/")
    assert not Channel.objects.at(north_quay.place).exists()


@pytest.mark.threat("channel-inside")
def test_a_webhook_to_the_servers_own_network_is_refused_by_its_test(
    dr_lee: Client, org: str, north_quay: Practice
) -> None:
    dr_lee.post(f"{org}channels/", {**FILLED, "url": "https://127.0.0.1:8444/"})
    row = Channel.objects.at(north_quay.place).get()

    said = dr_lee.post(f"{org}channels/{row.id}/", {"act": "test"}).content

    assert b"not on the public internet" in said
    assert b"not accepted" in said


def route(channel: Channel, **more: str) -> dict[str, str]:
    return {
        "act": "route",
        "channel": str(channel.id),
        "severity": "low",
        "pace": "at_once",
        "hours": "any",
        **more,
    }


def test_switching_on_asks_what_is_sent_of_what_is_open(
    dr_lee: Client, org: str, alert: Alert, north_quay: Practice
) -> None:
    told.alert(north_quay, name="screen-locks", severity="low")
    channel = told.channel(north_quay)

    asked = dr_lee.post(f"{org}channels/", route(channel)).content
    assert b"2 alerts that this route lets through are open now, 1 of them critical" in asked
    assert not Route.objects.at(north_quay.place).exists()
    dr_lee.post(f"{org}channels/", route(channel, existing="critical"))

    (row,) = Delivery.objects.at(north_quay.place)
    assert row.alert_id == alert.id


def test_nothing_open_and_it_is_switched_on_at_once_and_off_again(
    dr_lee: Client, org: str, north_quay: Practice
) -> None:
    channel = told.channel(north_quay)
    dr_lee.post(f"{org}channels/", route(channel, quiet_from="20:00", quiet_to="07:00"))

    row = Route.objects.at(north_quay.place).get()
    page = dr_lee.get(f"{org}channels/").content
    dr_lee.post(f"{org}routes/{row.id}/end")

    assert b"quiet 20:00 to 07:00" in page
    assert b"No route yet" in dr_lee.get(f"{org}channels/").content


def test_what_was_filled_in_wrongly_is_there_to_be_mended_but_for_secrets(
    dr_lee: Client, org: str
) -> None:
    filled = {
        "act": "channel",
        "kind": "email",
        "name": "Front desk",
        "recipients": "nobody",
        "sender": "d@north-quay.example",
        "host": "mail.north-quay.example",
        "port": "587",
        "security": "tls",
        "password": "hunter2hunter2",
    }

    page = dr_lee.post(f"{org}channels/", filled).content.decode()

    assert "is no e-mail address" in page
    assert 'value="mail.north-quay.example"' in page
    assert "<option selected>tls</option>" in page
    assert '<details class="fold" id="new-email" open>' in page
    assert "hunter2" not in page


def test_programs_may_ask_for_each_change_of_a_verdict(
    dr_lee: Client, org: str, north_quay: Practice
) -> None:
    channel = told.channel(north_quay)
    asked = route(channel, kinds="verdict")

    refused = dr_lee.post(f"{org}channels/", {**asked, "pace": "daily"}).content
    dr_lee.post(f"{org}channels/", asked)

    assert b"each change of a verdict is told at once" in refused
    assert Route.objects.at(north_quay.place).get().kinds == ["verdict"]


def test_an_owner_manages_the_channels_of_his_clinic_alone(
    org: str, north_quay: Practice, sign_in: SignIn
) -> None:
    whole = told.channel(north_quay, name="Of the whole practice")
    owner = as_(north_quay, sign_in, Role.CLINIC_OWNER, of_clinic=True)
    own = f"{org}c/{north_quay.clinic.slug}/channels/"

    assert owner.get(f"{org}channels/")["Location"] == own
    assert owner.post(f"{org}channels/", FILLED)["Location"] == own
    assert not Channel.objects.at(north_quay.place).filter(name="Tickets").exists()
    owner.post(own, FILLED)

    assert Channel.objects.at(north_quay.place).get(name="Tickets").clinic == north_quay.clinic
    assert b"Of the whole practice" not in owner.get(own).content
    assert owner.get(f"{org}channels/{whole.id}/").status_code == 404
    assert b"choose a channel" in owner.post(own, route(whole)).content


def test_a_channel_that_is_dead_stands_at_the_top(
    dr_lee: Client, org: str, north_quay: Practice
) -> None:
    Delivery(
        org=north_quay.org,
        channel=told.channel(north_quay),
        event="opened",
        state="dead",
        made_at=NOW,
        due_at=NOW + timedelta(days=1),
        body={"lines": []},
    ).save(force_insert=True)

    assert b"did not arrive, and is not tried again. Last success: never." in (
        dr_lee.get(f"{org}alerts/").content
    )
    assert b"Messages to Ticket system do not arrive" in dr_lee.get(org).content


def test_the_last_success_stands_beside_a_channel_that_is_dead(
    dr_lee: Client, sign_in: SignIn, org: str, north_quay: Practice
) -> None:
    row = told.channel(
        north_quay, clinic=north_quay.clinic, succeeded_at=timezone.now() - timedelta(hours=5)
    )
    Delivery(
        org=north_quay.org,
        clinic=north_quay.clinic,
        channel=row,
        event="opened",
        state="dead",
        made_at=NOW,
        due_at=NOW,
        body={"lines": []},
    ).save(force_insert=True)

    shown = dr_lee.get(path(north_quay)).content
    assert re.search(
        rb"do not arrive; the last one that did: <time [^>]*>5 (h|hours) ago</time>", shown
    )
    auditor = as_(north_quay, sign_in, Role.AUDITOR)
    assert b"do not arrive" not in auditor.get(path(north_quay)).content


@pytest.fixture
def paperwork(north_quay: Practice, alert: Alert) -> Alert:
    """Beside the rule that fails, something that does not press."""
    return told.alert(north_quay, kind="attestation", name="paperwork-due", severity="low")


@pytest.mark.parametrize(
    "asked", ["?kind=rule", "?severity=critical", "?severity=critical&kind=rule&clinic=bright"]
)
def test_the_list_can_be_asked_for_what_presses(
    dr_lee: Client, org: str, paperwork: Alert, asked: str
) -> None:
    page = dr_lee.get(f"{org}alerts/{asked}").content

    assert b"volumes-encrypted" in page
    assert b"Paperwork that is due" not in page


def test_a_filter_that_finds_nothing_leads_back_to_all(
    dr_lee: Client, org: str, alert: Alert
) -> None:
    page = dr_lee.get(f"{org}alerts/?clinic=Willow&severity=high").content

    assert b"No such alert" in page
    assert b'href="?state=open"' in page


def test_a_filter_is_kept_from_state_to_state(dr_lee: Client, org: str, paperwork: Alert) -> None:
    page = dr_lee.get(f"{org}alerts/?kind=rule").content

    assert b'href="?state=closed&amp;kind=rule"' in page


def test_an_alert_says_what_it_counts(dr_lee: Client, org: str, paperwork: Alert) -> None:
    page = dr_lee.get(f"{org}alerts/").content

    assert b">1 machine<" in page
    assert b">1 statement<" in page


def test_paperwork_that_is_due_leads_to_where_it_is_signed(
    dr_lee: Client, org: str, paperwork: Alert
) -> None:
    assert b"Who signs what, and by when" in dr_lee.get(f"{org}alerts/{paperwork.id}/").content
