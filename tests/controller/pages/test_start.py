"""The first steps are checked by what is so, and each says the one thing to do next."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from controller.identity.home import ControllerHome
from controller.ledger.actions import open_org
from controller.people.actions import Grant, add_user, give_role
from controller.people.roles import Role
from controller.tenants.scope import Place
from tests.controller.alerts import told
from tests.controller.bright_smiles import Practice, by, person

START = "/north-quay-it/start/"
NOW = datetime.now(tz=UTC)


def done(client: Client) -> list[str]:
    """The titles of the steps that are done."""
    text = client.get(START).content.decode()
    steps = re.findall(r"<h2>(.*?)</h2>\s*<p><span class=\"state state-(\S+)\"", text)
    assert len(steps) == 7
    return [title for title, state in steps if state == "pass"]


@pytest.fixture
def newcomer(db, home: ControllerHome, sign_in) -> Client:
    """The first person of an org that has nothing yet."""
    org = open_org(home, "North Quay IT", "north-quay-it", by())
    user = add_user("dr_lee@north-quay-it.example", "Dr. Lee", "a calm and dense ward list")
    give_role(home, user, Grant(Place(org.id), Role.MSP_ADMIN), by())
    return sign_in(user.email)


def test_an_empty_practice_is_led_to_its_first_clinic(newcomer: Client) -> None:
    answer = newcomer.get("/", follow=True)

    text = answer.content.decode()
    assert answer.redirect_chain == [(START, 302)]
    assert '<p class="lead" data-done="0">0 of 7 done.' in text
    assert "Add the first one: its name" in text
    assert done(newcomer) == []


def test_a_practice_with_machines_has_that_step_behind_it(
    dr_lee: Client, north_quay: Practice
) -> None:
    assert "A first machine" in done(dr_lee)


def test_a_clinic_by_utc_is_not_set_up(dr_lee: Client, north_quay: Practice) -> None:
    north_quay.clinic.time_zone = "UTC"
    north_quay.clinic.save()
    assert "A clinic with its time zone and hours" not in done(dr_lee)

    north_quay.clinic.time_zone = "America/New_York"
    north_quay.clinic.save()
    assert "A clinic with its time zone and hours" in done(dr_lee)


def test_a_backup_counts_for_26_hours(dr_lee: Client, north_quay: Practice) -> None:
    note = north_quay.home.last_backup
    note.write_text(f"{(NOW - timedelta(hours=27)).isoformat()}\n")
    assert "A backup that was read back" not in done(dr_lee)

    note.write_text(f"{(NOW - timedelta(hours=25)).isoformat()}\n")
    assert "A backup that was read back" in done(dr_lee)


def test_a_channel_counts_when_a_test_arrived(dr_lee: Client, north_quay: Practice) -> None:
    channel = told.channel(north_quay)
    assert "A test alert that arrived" not in done(dr_lee)

    channel.tested_at = NOW
    channel.save()
    assert "A test alert that arrived" in done(dr_lee)


def test_an_owner_beside_the_administrator_can_approve(
    dr_lee: Client, north_quay: Practice
) -> None:
    assert "A second person who can approve" not in done(dr_lee)

    person(north_quay, Role.CLINIC_OWNER, "dr_kim@bright-smiles.example", north_quay.clinic)

    assert "A second person who can approve" in done(dr_lee)


def test_the_list_is_for_administrators(north_quay: Practice, sign_in) -> None:
    tech = person(north_quay, Role.MSP_TECH, "sam@north-quay-it.example")

    assert sign_in(tech.email).get(START).status_code == 404
