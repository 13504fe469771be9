"""A rule across all clinics: what it asks, where it is not proven, and what is no failure of it."""

import pytest
from django.test import Client

from controller.people.roles import Role
from tests.controller import waived
from tests.controller.bright_smiles import Practice, Story, add_clinic, person, settle

RULES = "/north-quay-it/rules/"
USB = f"{RULES}usb-storage-blocked/"


@pytest.fixture
def harbor(north_quay: Practice):
    """A second clinic, where USB storage is open on two machines and closed on a third."""
    made = add_clinic(north_quay.home, north_quay.org, "Harbor Dental")
    for name, usb in (("HARBOR1", "open"), ("HARBOR2", "open"), ("HARBOR3", "closed")):
        settle(made, Story(name, usb=usb))
    return made


def test_the_rules_that_fail_stand_on_top(dr_lee: Client, harbor) -> None:
    text = dr_lee.get(RULES).content.decode()
    rows = text.split("<tr>")[2:]

    fails = ["failing" in row for row in rows]
    assert any(fails)
    assert fails == sorted(fails, reverse=True)


def test_a_rule_names_its_clinics_and_the_first_machines_that_fail(dr_lee: Client, harbor) -> None:
    text = dr_lee.get(USB).content.decode()

    place = text.split('id="where"')[1].split("</section>")[0]
    assert place.index("Harbor Dental") < place.index("HARBOR1") < place.index("HARBOR2")
    assert "HARBOR3" not in place
    assert 'harbor-dental/machines/?rule=usb-storage-blocked&amp;says=fail">2</a>' in place


def test_the_sources_of_a_rule_are_told_apart(dr_lee: Client, north_quay: Practice) -> None:
    text = dr_lee.get(f"{RULES}volumes-encrypted/").content.decode()

    assert "Law in force" in text
    assert "Proposed rule, not law" in text
    assert "dental-baseline" in text


def test_what_is_accepted_is_no_open_failure(dr_lee: Client, north_quay: Practice, harbor) -> None:
    settle(north_quay.clinic, Story("OP9", usb="open"))
    before = dr_lee.get(USB).content.decode().split('id="where"')[1]
    waived.of(north_quay)

    after = dr_lee.get(USB).content.decode()

    assert ("OP9" in before, "OP9" in after) == (True, False)
    assert " accepted" in after


def test_a_person_of_one_clinic_sees_its_machines_alone(
    north_quay: Practice, harbor, sign_in
) -> None:
    email = "front_desk@bright-smiles.example"
    person(north_quay, Role.OFFICE_MANAGER, email, north_quay.clinic)

    text = sign_in(email).get(USB).content.decode()

    assert "Harbor" not in text
    assert "HARBOR" not in text


def test_a_rule_that_no_machine_spoke_of_is_not_there(dr_lee: Client) -> None:
    assert dr_lee.get(f"{RULES}no-such-rule/").status_code == 404
