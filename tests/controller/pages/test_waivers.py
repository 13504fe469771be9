"""A failure is accepted on the pages by two people, shown with a shield, and counted apart."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from controller.findings.models import Shield
from controller.fleet.models import Machine
from controller.people.models import User
from controller.people.roles import Role
from controller.policy.models import Waiver
from controller.policy.waivers import Standing, standing
from tests.controller import waived
from tests.controller.bright_smiles import Practice, machine_path, path, person
from tests.controller.pages.conftest import SignIn

USB = "usb-storage-blocked"
WHY = {"why": "the room is open now"}


@pytest.fixture
def owner(north_quay: Practice) -> User:
    return person(north_quay, Role.CLINIC_OWNER, "dr_kim@bright-smiles.example", north_quay.clinic)


@pytest.fixture
def dr_kim(owner: User, sign_in: SignIn) -> Client:
    return sign_in(owner.email)


@pytest.fixture
def sam(north_quay: Practice, sign_in: SignIn) -> Client:
    return sign_in(person(north_quay, Role.MSP_TECH, "sam@north-quay.example").email)


def asking(there: Practice, host: str = "OP1", rule: str = USB) -> str:
    return f"{machine_path(there, host)}waive/{rule}/"


def form(**more: str) -> dict[str, str]:
    today = timezone.now()
    return {
        "scope": "machine",
        "reason": "the scanner exports only over USB",
        "compensating": "the stick encrypts by itself",
        "risk_owner": "Dr. Kim",
        "from": f"{today - timedelta(days=1):%Y-%m-%d}",
        "until": f"{today + timedelta(days=20):%Y-%m-%d}",
        **more,
    }


def text_of(answer) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", answer.content.decode()))


def requested(there: Practice, sam: Client, **more: str) -> str:
    """The address of a waiver that waits."""
    answer = sam.post(asking(there), form(**more))
    assert answer.status_code == 302, text_of(answer)
    return str(answer["Location"])


def only(there: Practice) -> Waiver:
    return Waiver.objects.at(there.place).get()


def test_it_is_asked_for_beside_what_fails(north_quay: Practice, sam: Client) -> None:
    assert asking(north_quay) in sam.get(machine_path(north_quay, "OP1")).content.decode()

    requested(north_quay, sam)

    made = only(north_quay)
    assert (made.rule, made.machine, made.state) == (
        USB,
        north_quay.machines["OP1"],
        "requested",
    )
    assert not Shield.objects.at(north_quay.place).exists()


def test_another_person_approves_and_every_number_says_so(
    north_quay: Practice, sam: Client, dr_kim: Client
) -> None:
    before = sam.get(machine_path(north_quay, "OP1")).content.decode()

    dr_kim.post(requested(north_quay, sam), {"do": "approve"})

    machine = sam.get(machine_path(north_quay, "OP1")).content.decode()
    clinic = sam.get(path(north_quay)).content.decode()
    assert "accepted until a date" not in before
    assert 'data-accepted="1"' in machine
    assert "1 accepted until a date" in machine
    assert f'data-waived="{only(north_quay).label}"' in machine
    assert 'data-accepted="1" data-ending="1"' in clinic
    assert "approved by dr_kim@bright-smiles.example" in machine


def test_what_is_accepted_goes_on_failing(north_quay: Practice, sam: Client) -> None:
    waived.of(north_quay)

    machine = sam.get(machine_path(north_quay, "OP1")).content.decode()

    assert re.search(rf'id="rule-{USB}" data-verdict="fail"', machine)


def test_of_a_silent_machine_nothing_is_accepted(north_quay: Practice, sam: Client) -> None:
    waived.of(north_quay)
    Machine.objects.at(north_quay.place).filter(host="OP1").update(
        due_by=timezone.now() - timedelta(hours=1)
    )

    machine = sam.get(machine_path(north_quay, "OP1")).content.decode()
    clinic = sam.get(path(north_quay)).content.decode()

    assert "nothing of it counts as accepted" in machine
    assert "accepted until a date" not in machine
    assert not re.search(r"\d accepted until a date", clinic)


def test_the_owners_sentence_names_what_is_accepted(north_quay: Practice, dr_kim: Client) -> None:
    waived.of(north_quay, "volumes-encrypted")

    said = text_of(dr_kim.get(path(north_quay)))

    assert "X-rays are protected on 3 of 6 computers." in said
    said = said.partition("X-rays are protected")[2]
    assert re.search(
        r"OP1 ?: a disk is not encrypted \(first reported .+?\), accepted until", said[:400]
    )


def test_what_is_accepted_makes_no_clinic_critical(north_quay: Practice, dr_lee: Client) -> None:
    fleet = f"/{north_quay.org.slug}/"
    before = re.search(r"(\d+) critical", text_of(dr_lee.get(fleet)))
    assert before

    waived.of(north_quay, "volumes-encrypted")

    after = re.search(r"(\d+) critical", text_of(dr_lee.get(fleet)))
    assert int(before[1]) - (int(after[1]) if after else 0) == 1


def test_after_its_end_every_page_is_as_without_it(north_quay: Practice, sam: Client) -> None:
    pages = (machine_path(north_quay, "OP1"), path(north_quay), f"/{north_quay.org.slug}/")
    before = [text_of(sam.get(page)) for page in pages]

    waived.of(north_quay, until_at=timezone.now())

    after = [text_of(sam.get(page)) for page in pages]
    assert [_timeless(text) for text in after] == [_timeless(text) for text in before]


def _timeless(text: str) -> str:
    return re.sub(r"Shown .*|As of .*?from|\d+ (s|min) ago|just now", "", text)


def test_who_asked_sees_why_he_cannot_approve(north_quay: Practice, owner, dr_kim: Client) -> None:
    where = requested(north_quay, dr_kim)

    page, tried = dr_kim.get(where), dr_kim.post(where, {"do": "approve"})

    assert "You cannot approve it" in text_of(page)
    assert tried.status_code == 403
    assert only(north_quay).state == "requested"


def test_an_administrator_approves_where_the_owner_lets_him(
    north_quay: Practice, sam: Client, dr_kim: Client, dr_lee: Client
) -> None:
    where = requested(north_quay, sam)
    assert dr_lee.post(where, {"do": "approve"}).status_code == 403

    dr_kim.post(path(north_quay, "waivers/delegate"), {"to": "on"})
    dr_lee.post(where, {"do": "approve"})

    assert only(north_quay).state == "approved"
    assert "has delegated it" in text_of(dr_kim.get(path(north_quay, "waivers/")))


def test_an_administrator_does_not_delegate_to_himself(
    north_quay: Practice, dr_lee: Client
) -> None:
    answer = dr_lee.post(path(north_quay, "waivers/delegate"), {"to": "on"})

    north_quay.clinic.refresh_from_db()
    assert (answer.status_code, north_quay.clinic.delegates_risk) == (404, False)


def test_self_approval_is_said_wherever_it_is_shown(north_quay: Practice, dr_kim: Client) -> None:
    north_quay.org.self_approval = True
    north_quay.org.save()
    where = requested(north_quay, dr_kim)

    dr_kim.post(where, {"do": "approve"})

    for page in (where, path(north_quay, "waivers/"), machine_path(north_quay, "OP1")):
        assert "self-approved" in text_of(dr_kim.get(page)), page


def test_a_no_is_told_with_its_reason(north_quay: Practice, sam: Client, dr_kim: Client) -> None:
    where = requested(north_quay, sam)

    assert "say why" in text_of(dr_kim.post(where, {"do": "refuse", "why": ""})).lower()
    dr_kim.post(where, {"do": "refuse", "why": "buy another scanner"})

    assert "buy another scanner" in text_of(sam.get(where))


def test_it_is_revoked_at_once(north_quay: Practice, sam: Client, dr_kim: Client) -> None:
    where = requested(north_quay, sam)
    dr_kim.post(where, {"do": "approve"})

    dr_kim.post(where, {"do": "revoke", **WHY})

    assert "accepted until a date" not in text_of(sam.get(machine_path(north_quay, "OP1")))
    assert WHY["why"] in text_of(sam.get(where))


@pytest.mark.parametrize("do", ["approve", "revoke"])
def test_after_five_minutes_it_is_asked_again(
    do: str, north_quay: Practice, sam: Client, dr_kim: Client
) -> None:
    where = requested(north_quay, sam)
    session = dr_kim.session
    for record in session["account_authentication_methods"]:
        record["at"] -= 301
    session.save()

    answer = dr_kim.post(where, {"do": do, **WHY})

    assert answer["Location"].startswith("/again/")
    assert only(north_quay).state == "requested"


@pytest.mark.parametrize("role", [Role.OFFICE_MANAGER, Role.AUDITOR])
def test_who_may_not_ask_has_no_form(role: Role, north_quay: Practice, sign_in: SignIn) -> None:
    client = sign_in(person(north_quay, role, "x@bright-smiles.example").email)

    assert client.get(asking(north_quay)).status_code == 404
    assert asking(north_quay) not in client.get(machine_path(north_quay, "OP1")).content.decode()
    assert client.get(path(north_quay, "waivers/")).status_code == 200


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"compensating": ""}, "what protects the images instead"),
        ({"reason": ""}, "reason"),
        ({"until": "2099-01-01"}, "366 days"),
        ({"until": "2020-01-01"}, "before it begins"),
        ({"until": "soon"}, "no day or time"),
    ],
)
def test_what_is_wrong_is_told_and_what_was_typed_is_kept(
    wrong: dict, said: str, north_quay: Practice, sam: Client
) -> None:
    answer = sam.post(asking(north_quay), form(**wrong, risk_owner="Dr. Robin"))

    assert answer.status_code == 422
    assert said in text_of(answer)
    assert b'value="Dr. Robin"' in answer.content
    assert not Waiver.objects.at(north_quay.place).exists()


def test_only_some_items_can_be_accepted(north_quay: Practice, sam: Client, dr_kim) -> None:
    answer = sam.post(asking(north_quay, rule="volumes-encrypted"), form(item="/"))

    dr_kim.post(answer["Location"], {"do": "approve"})

    assert only(north_quay).items == ['volume.name in ["/"]']
    assert Shield.objects.at(north_quay.place).count() == 1


def test_an_item_that_does_not_fail_accepts_nothing_and_says_so(
    north_quay: Practice, sam: Client, dr_kim: Client
) -> None:
    where = sam.post(asking(north_quay, rule="volumes-encrypted"), form(item="/srv"))["Location"]

    dr_kim.post(where, {"do": "approve"})

    assert not Shield.objects.at(north_quay.place).exists()
    assert "not all as it says" in text_of(sam.get(where))


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"rule": "no-such-rule"}, "there is no rule no-such-rule any more"),
        ({"rule": "clock-right"}, "fails nowhere there"),
    ],
)
def test_a_waiver_of_no_use_says_why(
    more: dict, why: str, north_quay: Practice, sam: Client
) -> None:
    waived.of(north_quay, **more)

    assert why in text_of(sam.get(path(north_quay, "waivers/")))


def test_what_ends_first_stands_first(north_quay: Practice, sam: Client) -> None:
    late = waived.of(north_quay, until_at=timezone.now() + timedelta(days=90))
    soon = waived.of(north_quay, until_at=timezone.now() + timedelta(days=2))

    text = sam.get(path(north_quay, "waivers/")).content.decode()

    assert text.index(soon.label) < text.index(late.label)


def test_a_renewal_is_a_request_that_begins_where_the_other_ends(
    north_quay: Practice, sam: Client
) -> None:
    first = waived.of(north_quay, machine_id=north_quay.machines["OP1"].id)
    where = f"{asking(north_quay)}?renews={first.id}"

    assert first.reason in sam.get(where).content.decode()
    sam.post(where, form())

    made = Waiver.objects.at(north_quay.place).get(renews=first)
    assert standing(made, timezone.now()) is Standing.REQUESTED


def test_a_scope_may_be_a_role_or_the_clinic(north_quay: Practice, sam: Client) -> None:
    requested(north_quay, sam, scope="role")
    requested(north_quay, sam, scope="clinic")

    assert list(
        Waiver.objects.at(north_quay.place).order_by("label").values_list("role", "machine")
    ) == [("operatory", None), ("", None)]
