"""A machine or a clinic is found by how it begins, within the places of the person who asks."""

import pytest
from django.test import Client

from controller.fleet.models import Machine
from controller.people.roles import Role
from tests.controller.bright_smiles import Practice, Story, add_clinic, person, settle

SEARCH = "/north-quay-it/search"


@pytest.fixture
def harbor(north_quay: Practice) -> Machine:
    return settle(add_clinic(north_quay.home, north_quay.org, "Harbor Dental"), Story("Harbor-OP9"))


@pytest.mark.parametrize("asked", ["op", "OP", "  Op "])
def test_machines_are_found_by_the_beginning_of_their_names(
    asked: str, dr_lee: Client, north_quay: Practice, harbor: Machine
) -> None:
    text = dr_lee.get(SEARCH, {"q": asked}).content.decode()

    assert [name for name in ("OP1", "OP2", "OP3") if f">{name}</a>" in text] == [
        "OP1",
        "OP2",
        "OP3",
    ]
    assert "Harbor-OP9" not in text


@pytest.mark.parametrize(
    ("asked", "path"),
    [
        ("dent", "/north-quay-it/c/harbor-dental/"),
        ("harbor d", "/north-quay-it/c/harbor-dental/"),
        ("bright", "/north-quay-it/c/bright-smiles/"),
    ],
)
def test_one_clinic_is_gone_to_at_once(
    asked: str, path: str, dr_lee: Client, harbor: Machine
) -> None:
    assert dr_lee.get(SEARCH, {"q": asked})["Location"] == path


def test_one_machine_is_gone_to_at_once(dr_lee: Client, harbor: Machine) -> None:
    answer = dr_lee.get(SEARCH, {"q": "harbor-o"})

    assert answer["Location"] == f"/north-quay-it/c/harbor-dental/m/{harbor.id}/"


@pytest.mark.parametrize("asked", ["harb", "harbor-op9", "%", "_", ""])
def test_nobody_finds_what_is_in_another_clinic(
    asked: str, north_quay: Practice, harbor: Machine, sign_in
) -> None:
    user = person(
        north_quay, Role.OFFICE_MANAGER, "front_desk@bright-smiles.example", north_quay.clinic
    )

    answer = sign_in(user.email).get(SEARCH, {"q": asked})

    assert answer.status_code == 200
    assert b"Harbor" not in answer.content


def test_what_is_not_there_is_said_with_what_to_do(dr_lee: Client, north_quay: Practice) -> None:
    text = dr_lee.get(SEARCH, {"q": "<zzz>"}).content.decode()

    assert "Nothing begins with “&lt;zzz&gt;”" in text
    assert "beginning of its name" in text
