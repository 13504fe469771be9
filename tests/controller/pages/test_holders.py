"""The office manager says whose which account is, and it stands in the register."""

import pytest
from django.test import Client

from controller.paperwork import lists
from controller.paperwork.holders import accounts
from controller.people.roles import Role
from controller.traces.models import Trace
from tests.controller.bright_smiles import NOW, Practice, path, person
from tests.controller.paperwork.papers import listed


@pytest.fixture
def two_accounts(north_quay: Practice) -> list[str]:
    for number, kind in ((1, "domain"), (2, "local")):
        Trace(
            org=north_quay.org,
            machine=north_quay.machines["OP1"],
            kind="account",
            key=f"k:{number}",
            label=f"user-{number}",
            more={"kind": kind, "admin": False},
            first_at=NOW,
            last_at=NOW,
        ).save()
    return [one.key for one in accounts(north_quay.place)]


def test_an_account_is_linked_and_the_link_survives_a_correction(
    north_quay: Practice, sign_in, two_accounts: list[str]
) -> None:
    desk = person(north_quay, Role.OFFICE_MANAGER, "fd@bright-smiles.example", north_quay.clinic)
    entry = listed(north_quay, "people", reference="RK", role="x", started="2024-01-02").entry
    client: Client = sign_in(desk.email)

    client.post(path(north_quay, f"r/people/{entry}/accounts/"), {"account": two_accounts[1]})
    said = f"{two_accounts[1]}\r\n"
    typed = {"field-reference": "RK", "field-role": "y", "field-started": "2024-01-02"}
    client.post(path(north_quay, f"r/people/{entry}/"), {**typed, "field-account_ids": said})

    (row,) = lists.newest(north_quay.place, "people")
    assert (row.n, row.data["account_ids"], row.data["role"]) == (3, [two_accounts[1]], "y")
    page = client.get(path(north_quay, f"r/people/{entry}/accounts/")).content.decode()
    assert page.count(" checked") == 1
