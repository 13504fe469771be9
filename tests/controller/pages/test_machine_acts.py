"""A person changes where a machine stands: by a form that says what follows, as far as she may."""

import pytest
from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY
from django.test import Client
from django.urls import reverse

from controller.fleet.models import JoinToken, Machine
from controller.ledger.models import Audit, LogEntry
from controller.people.roles import Role
from tests.controller.bright_smiles import Practice, person

CHANGES = {"approve", "quarantine", "retire", "rotate-keys"}
MAY = {
    Role.MSP_ADMIN: CHANGES | {"revoke"},
    Role.MSP_TECH: CHANGES | {"revoke"},
    Role.CLINIC_IT: CHANGES | {"revoke"},
    Role.CLINIC_OWNER: {"revoke"},
    Role.RULE_AUTHOR: set(),
    Role.OFFICE_MANAGER: set(),
    Role.AUDITOR: set(),
}


def address(there: Practice, name: str, deed: str) -> str:
    place = {"org": there.org.slug, "clinic": there.clinic.slug}
    return reverse(
        "machine-act", kwargs={**place, "machine": there.machines[name].id, "deed": deed}
    )


def state(there: Practice, name: str) -> str:
    return Machine.objects.at(there.place).get(host=name).state


@pytest.mark.parametrize("role", MAY)
def test_each_role_may_what_the_table_says(north_quay: Practice, sign_in, role: Role) -> None:
    user = person(north_quay, role, "somebody@bright-smiles.example", north_quay.clinic)
    client = sign_in(user.email)
    for deed in (*CHANGES, "revoke"):
        for answer in (
            client.get(address(north_quay, "OP1", deed)),
            client.post(address(north_quay, "OP1", deed)) if deed not in MAY[role] else None,
        ):
            if answer is not None:
                assert answer.status_code == (200 if deed in MAY[role] else 404), (deed, role)
    assert state(north_quay, "OP1") == "active"


def test_nothing_happens_before_the_form_is_sent(dr_lee: Client, north_quay: Practice) -> None:
    for deed in (*CHANGES, "revoke"):
        dr_lee.get(address(north_quay, "OP1", deed))
    assert state(north_quay, "OP1") == "active"


def test_a_stolen_machine_is_revoked_by_name(dr_lee: Client, north_quay: Practice) -> None:
    answer = dr_lee.post(
        address(north_quay, "OP1", "revoke"), {"why": "stolen", "reason": "break-in of 12 Nov"}
    )

    assert answer.status_code == 302
    assert state(north_quay, "OP1") == "revoked"
    act = Audit.objects.at(north_quay.place).get(action="machine.revoke")
    assert (act.actor, act.after["reason"]) == (north_quay.dr_lee.email, "break-in of 12 Nov")
    lines = LogEntry.objects.at(north_quay.place).filter(kind__in=("revoke", "state"))
    assert [one.kind for one in lines.order_by("idx")] == ["revoke", "revoke", "state"]
    assert str(north_quay.dr_lee.id).encode() in bytes(lines[0].line)


def test_revoking_asks_who_it_is_once_more(dr_lee: Client, north_quay: Practice) -> None:
    session = dr_lee.session
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [
        {**one, "at": one["at"] - 6 * 60} for one in session[AUTHENTICATION_METHODS_SESSION_KEY]
    ]
    session.save()
    answer = dr_lee.post(
        address(north_quay, "OP1", "revoke"), {"why": "stolen", "reason": "break-in"}
    )

    assert answer.status_code == 302
    assert "again" in answer["Location"]
    assert state(north_quay, "OP1") == "active"


def test_a_machine_is_retired_with_its_disposal_record(
    dr_lee: Client, north_quay: Practice
) -> None:
    where = address(north_quay, "OP3", "retire")
    refused = dr_lee.post(where, {"disposal": " "})
    assert refused.status_code == 422
    assert b"what became of its disks?" in refused.content
    dr_lee.post(where, {"disposal": "shredded by Iron Box"})

    assert state(north_quay, "OP3") == "retired"
    page = dr_lee.get(where.partition("do/")[0])
    assert b"shredded by Iron Box" in page.content


def test_a_reimaged_machine_is_confirmed_with_its_approval(
    dr_lee: Client, north_quay: Practice
) -> None:
    whole = Machine.objects.at(north_quay.place)
    whole.filter(host="OP2").update(hw={"board": "ab" * 32})
    whole.filter(host="NAS-1").update(hw={"board": "ab" * 32}, state="pending")
    where = address(north_quay, "NAS-1", "approve")
    former = north_quay.machines["OP2"]
    page = dr_lee.get(where)
    assert f'value="{former.id}"'.encode() in page.content
    dr_lee.post(where, {"former": str(former.id)})

    assert (state(north_quay, "NAS-1"), state(north_quay, "OP2")) == ("active", "superseded")
    machine = dr_lee.get(where.partition("do/")[0])
    assert b"set up anew" in machine.content


@pytest.mark.parametrize("form", [{"why": "bored"}, {"former": "x"}])
def test_what_no_form_of_ours_sends_is_refused(
    dr_lee: Client, north_quay: Practice, form: dict[str, str]
) -> None:
    deed = "revoke" if "why" in form else "approve"
    assert dr_lee.post(address(north_quay, "OP1", deed), form).status_code == 400
    assert dr_lee.get(address(north_quay, "OP1", "explode")).status_code == 404


def test_what_waits_for_approval_stands_on_the_join_page(
    dr_lee: Client, north_quay: Practice
) -> None:
    Machine.objects.at(north_quay.place).filter(host="OP2").update(state="pending")
    join = reverse("join", args=(north_quay.org.slug, north_quay.clinic.slug))
    assert address(north_quay, "OP2", "approve").encode() in dr_lee.get(join).content


def test_a_command_for_several_machines_is_made_and_withdrawn(
    dr_lee: Client, north_quay: Practice
) -> None:
    join = reverse("join", args=(north_quay.org.slug, north_quay.clinic.slug))
    made = dr_lee.post(join, {"use": "operatory", "system": "linux", "number": "6"})
    assert b"can add 6 machines" in made.content
    token = JoinToken.objects.at(north_quay.place).get()
    assert (token.max_uses, token.approval) == (6, "manual")
    assert dr_lee.post(join, {"withdraw": token.tid}).status_code == 302
    assert JoinToken.objects.at(north_quay.place).get().withdrawn_at is not None
    assert dr_lee.post(join, {"withdraw": "nosuchtoken22"}).status_code == 404
    odd = dr_lee.post(join, {"use": "operatory", "system": "linux", "number": "many"})
    assert odd.status_code == 400
