"""A lost computer: what was known of it, for counsel, and an incident with its clock."""

import pytest
from django.test import Client

from controller.paperwork.models import Entry
from controller.people.roles import Role
from tests.controller.bright_smiles import Practice, machine_path, path, person
from tests.controller.pages.conftest import SignIn
from tests.controller.paperwork import papers


def shown(client: Client, there: Practice, host: str = "OP1") -> str:
    return client.get(f"{machine_path(there, host)}lost/").content.decode()


def test_it_says_how_each_disk_was_protected_and_how_old_that_is(
    dr_lee: Client, north_quay: Practice
) -> None:
    page = shown(dr_lee, north_quay)

    disks = page.partition('id="part-volumes"')[2].partition("</section>")[0]
    assert "unprotected" in disks
    assert "luks2" in disks
    assert "xts_aes_256" in disks
    assert "<code>run:blkid</code>" in disks
    assert "Last contact" in page


def test_it_is_evidence_for_counsel_and_judges_nothing(
    dr_lee: Client, north_quay: Practice
) -> None:
    page = shown(dr_lee, north_quay).casefold()

    assert "evidence for counsel" in page
    assert "no breach" not in page
    assert "no notification" not in page


def test_images_are_counted_and_not_named(dr_lee: Client, north_quay: Practice) -> None:
    page = shown(dr_lee, north_quay, "PANO-01")

    assert "2 plaintext, 1 unknown" in page
    assert "sidexis" in page


def test_what_was_never_reported_is_not_known(dr_lee: Client, north_quay: Practice) -> None:
    page = shown(dr_lee, north_quay, "NAS-1")

    assert "It has never reported" in page
    assert "This computer has not said it." in page
    assert "That no image lay there is not proven" in page


def test_where_the_keys_are_kept_is_what_somebody_stated(
    dr_lee: Client, north_quay: Practice
) -> None:
    assert "Nobody has stated where the recovery keys" in shown(dr_lee, north_quay)

    papers.signed(north_quay, "key-escrow-statement")

    assert "kept by the safe of North Quay IT" in shown(dr_lee, north_quay)


def test_it_opens_an_incident_whose_clock_runs_from_discovery(
    dr_lee: Client, north_quay: Practice
) -> None:
    lost = f"{machine_path(north_quay, 'OP1')}lost/"

    answer = dr_lee.post(lost, {"kind": "stolen", "discovered_on": "2026-03-03"})

    (row,) = Entry.objects.at(north_quay.place).filter(register="incidents")
    assert (row.data["computer"], row.data["discovered_on"]) == ("OP1", "2026-03-03")
    assert (
        "late since 2\N{NO-BREAK SPACE}May\N{NO-BREAK SPACE}2026"
        in dr_lee.get(answer["Location"]).content.decode()
    )


@pytest.mark.parametrize("typed", [{"kind": "lost"}, {"discovered_on": "2026-03-03"}])
def test_what_is_missing_is_told(typed: dict, dr_lee: Client, north_quay: Practice) -> None:
    answer = dr_lee.post(f"{machine_path(north_quay, 'OP1')}lost/", typed)

    assert b'role="alert"' in answer.content
    assert not Entry.objects.at(north_quay.place).exists()


def test_an_owner_sees_it_and_a_rule_author_does_not(north_quay: Practice, sign_in: SignIn) -> None:
    owner = person(north_quay, Role.CLINIC_OWNER, "owner@example.example", north_quay.clinic)
    author = person(north_quay, Role.RULE_AUTHOR, "author@example.example")

    assert "luks2" in shown(sign_in(owner.email), north_quay)
    path = f"{machine_path(north_quay, 'OP1')}lost/"
    assert sign_in(author.email).get(path).status_code == 404


def test_the_summary_leads_to_whichever_computer_is_lost(
    dr_lee: Client, north_quay: Practice
) -> None:
    summary = dr_lee.get(path(north_quay)).content.decode()
    page = dr_lee.get(path(north_quay, "lost/")).content.decode()

    assert f'href="{path(north_quay, "lost/")}"' in summary
    assert f'href="{machine_path(north_quay, "OP1")}lost/"' in page


def test_who_reads_no_papers_is_not_led_there(north_quay: Practice, sign_in: SignIn) -> None:
    viewer = sign_in(person(north_quay, Role.RULE_AUTHOR, "author@bright-smiles.example").email)

    assert path(north_quay, "lost/") not in viewer.get(path(north_quay)).content.decode()
