"""A host without an agent is shown as what it is: asked by whom, and known by which key."""

from typing import Any

import pytest
from django.test import Client

from controller.findings.models import RuleState
from tests.controller.bright_smiles import (
    NOW,
    Practice,
    Story,
    Unreached,
    machine_path,
    path,
    root,
    settle,
    visited,
)


def text(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.fixture
def nas(north_quay: Practice) -> Any:
    return visited(north_quay, Story("nas", role="nas"))


def test_the_page_says_who_asks_it_and_by_which_key(dr_lee, north_quay, nas) -> None:
    page = text(dr_lee, machine_path(north_quay, "nas"))

    assert "It carries no agent" in page
    assert machine_path(north_quay, "PANO-01") in page
    assert "c0ff ee00" in page
    assert "data-refused" not in page


def test_its_visitor_lists_it_and_no_other_machine_does(dr_lee, north_quay, nas) -> None:
    assert 'id="hosts"' in text(dr_lee, machine_path(north_quay, "PANO-01"))
    assert 'id="hosts"' not in text(dr_lee, machine_path(north_quay, "OP1"))
    assert 'id="hosts"' not in text(dr_lee, machine_path(north_quay, "nas"))


def test_the_clinics_list_says_it_too(dr_lee, north_quay, nas) -> None:
    assert "asked over SSH by PANO-01" in text(dr_lee, path(north_quay))


def test_it_never_joined(dr_lee, north_quay, nas) -> None:
    machine = machine_path(north_quay, "nas")
    assert machine not in text(dr_lee, path(north_quay, "join/"))


@pytest.mark.parametrize(
    ("why", "words"),
    [
        ("untrusted_host", "It shows another key than the one that is pinned."),
        ("unreachable", "The last visit was in vain"),
    ],
)
def test_a_visit_in_vain_stands_above_everything(dr_lee, north_quay, why, words) -> None:
    visited(north_quay, Unreached("nas", role="nas", why=why))
    page = text(dr_lee, machine_path(north_quay, "nas"))

    assert f'data-refused="{why}"' in page
    assert words in page


def test_one_rule_that_timed_out_is_no_visit_in_vain(dr_lee, north_quay, nas) -> None:
    state = RuleState.objects.at(north_quay.place).filter(machine=nas, verdict="unknown").first()
    assert state is not None
    RuleState.objects.at(north_quay.place).filter(machine=nas, rule_no=state.rule_no).update(
        evidence={**state.evidence, "why": "timeout"}
    )

    assert "data-refused" not in text(dr_lee, machine_path(north_quay, "nas"))


def test_a_silent_visitor_makes_its_hosts_silent(dr_lee, north_quay, nas) -> None:
    visitor = north_quay.machines["PANO-01"]
    visitor.due_by = NOW.replace(year=NOW.year - 1)
    visitor.save()

    page = text(dr_lee, machine_path(north_quay, "nas"))
    assert "PANO-01, which visits it, is silent itself" in page
    assert "Passed as of the last report" in page


def shared(label: str, owner: str, on: str) -> dict[str, object]:
    return root(label, "store", {"$unknown": "not_local"}, owner=owner, served_by=on)


@pytest.mark.parametrize(
    ("owner", "on", "words"),
    [
        ("other_host", "NAS.practice", "which is judged itself"),
        ("unowned", "nas", "which the settings do not call audited"),
        ("other_host", "elsewhere", "no machine of that name is known here"),
    ],
)
def test_a_folder_on_another_machine_says_whether_that_one_is_judged(
    dr_lee, north_quay, nas, owner, on, words
) -> None:
    north_quay.machines["OP9"] = settle(
        north_quay.clinic, Story("OP9", roots=[shared("images", owner, on)])
    )

    assert words in text(dr_lee, machine_path(north_quay, "OP9"))
    assert words in text(dr_lee, path(north_quay, "findings/"))
