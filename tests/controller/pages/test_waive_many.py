"""One request in many clinics: each decides for its own, and the page says who did what."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone

from controller.findings.models import Shield
from controller.ledger.models import Audit, Document
from controller.pages.waive_many import first_day
from controller.people.roles import Role
from controller.policy.models import Waiver, WaiverTemplate
from tests.controller.bright_smiles import Practice, Story, add_clinic, person, settle
from tests.controller.pages.conftest import SignIn

RULE = "usb-storage-blocked"
FORM = f"/north-quay-it/rules/{RULE}/waive/"
ROW = re.compile(r'<tr data-clinic="([^"]+)" data-state="([^"]+)">')


def asked(*clinics: str, **more: str) -> dict[str, object]:
    today = timezone.now().astimezone(ZoneInfo("America/New_York")).date()
    return {
        "clinic": clinics,
        "role": "",
        "reason": "The scanner exports only over USB until firmware 5",
        "compensating": "The stick encrypts by itself and lies in the safe",
        "risk_owner": "",
        "from": f"{today:%Y-%m-%d}",
        "until": f"{today + timedelta(days=60):%Y-%m-%d}",
        **more,
    }


@pytest.fixture
def harbor(north_quay: Practice) -> Practice:
    """A second clinic, where it fails too."""
    clinic = add_clinic(north_quay.home, north_quay.org, "Harbor Dental")
    return replace(
        north_quay, clinic=clinic, machines={"H1": settle(clinic, Story("H1", usb="open"))}
    )


@pytest.fixture
def sam(north_quay: Practice, harbor: Practice, sign_in: SignIn) -> Client:
    return sign_in(person(north_quay, Role.MSP_TECH, "sam@north-quay.example").email)


def test_in_the_evening_it_is_asked_for_from_today_on() -> None:
    evening = datetime(2026, 11, 24, 2, tzinfo=UTC)

    assert first_day(["America/New_York", "Europe/Berlin"], evening) == date(2026, 11, 23)
    assert first_day([], evening) == date(2026, 11, 24)


def owner(there: Practice, sign_in: SignIn, name: str) -> Client:
    return sign_in(person(there, Role.CLINIC_OWNER, f"{name}@clinic.example", there.clinic).email)


def states(client: Client, page: str) -> dict[str, str]:
    return dict(ROW.findall(client.get(page).content.decode()))


def test_each_clinics_owner_decides_for_his_own(
    sam: Client, north_quay: Practice, harbor: Practice, sign_in: SignIn
) -> None:
    bright, quay = owner(north_quay, sign_in, "bright"), owner(harbor, sign_in, "quay")
    page = sam.post(FORM, asked("bright-smiles", "harbor-dental"))["Location"]
    assert states(sam, page) == dict.fromkeys(("bright-smiles", "harbor-dental"), "requested")
    ours, theirs = Waiver.objects.at(north_quay.place).order_by("clinic__name")
    assert (theirs.risk_owner, ours.template_id) == ("quay", theirs.template_id)

    where = f"/north-quay-it/c/bright-smiles/waivers/{ours.id}/"
    assert bright.post(where, {"do": "approve"}).status_code == 302
    assert bright.post(f"/north-quay-it/c/harbor-dental/waivers/{theirs.id}/").status_code == 404
    refusal = {"do": "refuse", "why": "We buy other sticks"}
    quay.post(f"/north-quay-it/c/harbor-dental/waivers/{theirs.id}/", refusal)

    assert states(sam, page) == {"bright-smiles": "active", "harbor-dental": "refused"}
    text = sam.get(page).content.decode()
    assert "approved by bright@clinic.example" in text
    assert "refused by quay@clinic.example" in text
    assert "We buy other sticks" in text
    shields = Shield.objects.at(north_quay.place).values_list("clinic__slug", flat=True)
    assert set(shields) == {"bright-smiles"}


def test_who_asked_decides_nowhere(sam: Client, north_quay: Practice, harbor: Practice) -> None:
    sam.post(FORM, asked("bright-smiles", "harbor-dental"))
    for row in Waiver.objects.at(north_quay.place).select_related("clinic"):
        page = f"/north-quay-it/c/{row.clinic.slug}/waivers/{row.id}/"
        assert sam.post(page, {"do": "approve"}).status_code == 403

    assert not Shield.objects.at(north_quay.place).exists()


def test_a_decision_asks_again_who_one_is(
    sam: Client, north_quay: Practice, sign_in: SignIn
) -> None:
    bright = owner(north_quay, sign_in, "bright")
    sam.post(FORM, asked("bright-smiles"))
    session = bright.session
    session["account_authentication_methods"] = [
        {**one, "at": one["at"] - 600} for one in session["account_authentication_methods"]
    ]
    session.save()
    row = Waiver.objects.at(north_quay.place).get()

    answer = bright.post(f"/north-quay-it/c/bright-smiles/waivers/{row.id}/", {"do": "approve"})

    assert answer["Location"].startswith("/again/")
    assert Waiver.objects.at(north_quay.place).get().state == "requested"


def test_each_request_is_a_document_in_its_clinics_log(
    sam: Client, north_quay: Practice, harbor: Practice
) -> None:
    sam.post(FORM, asked("bright-smiles", "harbor-dental"))

    for there in (north_quay, harbor):
        kept = Document.objects.at(there.place.clinic(there.clinic.id)).get(kind="waiver")
        assert kept.act == "request"
    act = Audit.objects.at(north_quay.place).get(action="waiver.template")
    assert act.after["clinics"] == 2


@pytest.mark.threat("curious-clinic")
def test_a_clinic_sees_of_a_template_what_is_its_own(
    sam: Client, north_quay: Practice, harbor: Practice, sign_in: SignIn
) -> None:
    page = sam.post(FORM, asked("bright-smiles", "harbor-dental"))["Location"]
    only_theirs = sam.post(FORM, asked("harbor-dental"))["Location"]
    bright = owner(north_quay, sign_in, "bright")

    assert states(bright, page) == {"bright-smiles": "requested"}
    assert b"Harbor" not in bright.get(page).content
    assert b"1 clinic was asked" in bright.get(page).content
    assert bright.get(only_theirs).status_code == 404
    assert b"Harbor" not in bright.get(FORM).content


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"clinic": ()}, "no clinic was chosen"),
        ({"clinic": ("elsewhere",)}, "no clinic was chosen"),
        ({"reason": " "}, "reason"),
        ({"compensating": ""}, "say what protects"),
        ({"until": "2020-01-01"}, ""),
        ({"until": "soon"}, ""),
        ({"from": "2026-01-01", "until": "2028-01-01"}, "366 days"),
        ({"role": "no such role!"}, ""),
    ],
)
def test_what_does_not_do_is_said_and_nobody_is_asked(
    sam: Client, north_quay: Practice, change: dict[str, object], said: str
) -> None:
    answer = sam.post(FORM, {**asked("bright-smiles", "harbor-dental"), **change})

    assert answer.status_code == 422
    assert said.lower() in answer.content.decode().lower()
    assert not WaiverTemplate.objects.at(north_quay.place).exists()
    assert not Waiver.objects.at(north_quay.place).exists()


def test_who_may_not_ask_is_offered_nothing(north_quay: Practice, sign_in: SignIn) -> None:
    auditor = sign_in(person(north_quay, Role.AUDITOR, "eve@audits.example").email)

    assert auditor.get(FORM).status_code == 404
    assert auditor.post(FORM, asked("bright-smiles")).status_code == 404


def test_the_list_of_waivers_leads_to_it(sam: Client, north_quay: Practice) -> None:
    page = sam.post(FORM, asked("bright-smiles"))["Location"]

    assert page.encode() in sam.get("/north-quay-it/waivers/").content
    row = Waiver.objects.at(north_quay.place).get()
    one = sam.get(f"/north-quay-it/c/bright-smiles/waivers/{row.id}/").content
    assert page.encode() in one
    assert FORM.encode() in sam.get(f"/north-quay-it/rules/{RULE}/").content
