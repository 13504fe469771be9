"""Machines that wait for nothing but a yes are approved in one go, and no others."""

import pytest
from django.test import Client

from controller.fleet.models import Machine
from controller.people.roles import Role
from tests.controller.bright_smiles import Practice, Story, path, person, settle


@pytest.fixture
def waiting(north_quay: Practice) -> dict[str, Machine]:
    """Three that joined by one command; two computers speak as the third."""
    made = {name: settle(north_quay.clinic, Story(name)) for name in ("NEW1", "NEW2", "TWINS")}
    for machine in made.values():
        machine.state, machine.hw = "pending", {}
        machine.save()
    made["TWINS"].clone_suspected_at = made["TWINS"].enrolled_at
    made["TWINS"].save()
    return made


def approves(client: Client, practice: Practice, *chosen: object) -> int:
    form = {"approve": "chosen", "machine": [str(one) for one in chosen]}
    return client.post(path(practice, "join/"), form).status_code


def states(waiting: dict[str, Machine]) -> list[str]:
    for machine in waiting.values():
        machine.refresh_from_db()
    return [machine.state for machine in waiting.values()]


def test_those_chosen_are_approved_and_what_is_to_be_looked_at_is_not(
    dr_lee: Client, north_quay: Practice, waiting: dict[str, Machine]
) -> None:
    status = approves(dr_lee, north_quay, waiting["NEW1"].id, waiting["TWINS"].id)

    assert (status, states(waiting)) == (302, ["active", "pending", "pending"])


def test_one_that_may_be_an_older_machine_is_not_approved_with_the_others(
    dr_lee: Client, north_quay: Practice, waiting: dict[str, Machine]
) -> None:
    older = north_quay.machines["OP3"]
    older.hw = waiting["NEW2"].hw = {"board": "a1"}
    older.save()
    waiting["NEW2"].save()

    approves(dr_lee, north_quay, waiting["NEW2"].id)

    assert states(waiting)[1] == "pending"


def test_what_is_no_machine_is_refused(dr_lee: Client, north_quay: Practice) -> None:
    assert approves(dr_lee, north_quay, "OP1") == 400


def test_who_may_not_approve_one_may_not_approve_several(
    north_quay: Practice, waiting: dict[str, Machine], sign_in
) -> None:
    user = person(
        north_quay, Role.OFFICE_MANAGER, "front_desk@bright-smiles.example", north_quay.clinic
    )

    status = approves(sign_in(user.email), north_quay, waiting["NEW1"].id)

    assert (status, states(waiting)[0]) == (404, "pending")
