"""A clinic is added with its clock, and its hours can be changed; both are acts in its log."""

import pytest
from django.test import Client

from controller.ledger.models import Audit
from controller.people.roles import Role
from controller.tenants.models import Clinic
from tests.controller.bright_smiles import Practice, person

NEW = "/north-quay-it/clinics/new"
HOURS = "/north-quay-it/c/bright-smiles/hours/"
FORM = {"name": "Old Mill Dental", "zone": "America/Chicago", "mon": "08:00-12:00", "tue": ""}


def test_a_new_clinic_has_its_clock_its_log_and_its_trace(
    dr_lee: Client, north_quay: Practice
) -> None:
    answer = dr_lee.post(NEW, {**FORM, "closures": "2026-12-24"})

    clinic = Clinic.objects.at(north_quay.place).get(slug="old-mill-dental")
    assert answer["Location"] == "/north-quay-it/c/old-mill-dental/join/"
    assert (clinic.time_zone, clinic.closures) == ("America/Chicago", ["2026-12-24"])
    assert clinic.hours == {"mon": [["08:00", "12:00"]]}
    acts = Audit.objects.at(north_quay.place).filter(clinic_id=clinic.id)
    assert [one.action for one in acts] == ["clinic.open"]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"name": "Bright Smiles"}, "already"),
        ({"name": " "}, "needs a name"),
        ({"zone": "Moon/Sea"}, "no time zone"),
        ({"mon": "early"}, "Monday"),
        ({"closures": "soon"}, "no date"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(
    typed: dict[str, str], said: str, dr_lee: Client, north_quay: Practice
) -> None:
    answer = dr_lee.post(NEW, {**FORM, **typed})

    text = answer.content.decode()
    assert answer.status_code in (404, 422)
    assert said in text
    assert 'role="alert"' in text
    assert f'value="{typed.get("zone", FORM["zone"])}"' in text
    assert Clinic.objects.at(north_quay.place).count() == 1


def test_hours_are_changed_and_it_stands_in_the_books(dr_lee: Client, north_quay: Practice) -> None:
    dr_lee.post(HOURS, {"zone": "America/Denver", "sat": "09:00-12:00"})

    north_quay.clinic.refresh_from_db()
    act = Audit.objects.at(north_quay.place).get(action="clinic.hours")
    assert north_quay.clinic.hours == {"sat": [["09:00", "12:00"]]}
    assert act.after["zone"] == north_quay.clinic.time_zone == "America/Denver"


def test_setting_what_is_set_is_no_act(dr_lee: Client, north_quay: Practice) -> None:
    form = {"zone": north_quay.clinic.time_zone}
    form |= dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), "08:00-17:00")

    assert dr_lee.post(HOURS, form).status_code == 302
    assert not Audit.objects.at(north_quay.place).filter(action="clinic.hours").exists()


@pytest.mark.parametrize("address", [NEW, HOURS])
def test_only_administrators_do_so(address: str, north_quay: Practice, sign_in) -> None:
    tech = person(north_quay, Role.MSP_TECH, "sam@north-quay-it.example")

    assert sign_in(tech.email).post(address, FORM).status_code == 404
