"""Waivers from the server's shell: requests come in, and nobody approves there."""

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from unittest.mock import patch

import pytest
from click.testing import Result
from django.utils import timezone
from typer.testing import CliRunner

from controller.cli.app import app
from controller.policy import waivers
from tests.controller.clinic import Server
from tests.controller.findings.test_waiving import Desk
from tests.controller.waived import waiver

SAM = "sam@north-quay.example"


@pytest.fixture(autouse=True)
def own_environment() -> Iterator[None]:
    with patch.dict(os.environ):
        yield


@pytest.fixture
def desk(server: Server) -> Desk:
    return Desk(server)


@pytest.fixture
def text(tmp_path: Path) -> Path:
    """Two waivers as their author's tool would check them."""
    today = timezone.now()
    path = tmp_path / "waivers.yaml"
    path.write_text(
        f"""\
dentinel: waivers/v1
waivers:
  - id: W-2026-014
    rule: volumes-encrypted
    scope: {{machine: OP1}}
    items: ['volume.name == "/srv"']
    reason: the maker forbids it until firmware 5
    compensating: the room is locked
    risk_owner: dr_lee
    from: "{today - timedelta(days=1):%Y-%m-%d}"
    until: "{today + timedelta(days=60):%Y-%m-%d}"
  - id: W-2026-015
    rule: usb-storage-blocked
    scope: {{clinic: bright-smiles}}
    reason: the scanner exports only over USB
    compensating: the stick encrypts by itself
    risk_owner: dr_lee
    from: "{today - timedelta(days=1):%Y-%m-%d}"
    until: "{today + timedelta(days=20):%Y-%m-%d}"
"""
    )
    return path


def types(desk: Desk, *words: str) -> Result:
    return CliRunner().invoke(app, ["--home", str(desk.server.home.root), "waiver", *words])


def takes_in(desk: Desk, text: Path, who: str = SAM) -> Result:
    return types(desk, "import", str(text), "--requester", who)


def test_a_text_becomes_requests_in_a_persons_name(desk: Desk, text: Path) -> None:
    done = takes_in(desk, text)

    assert done.exit_code == 0, done.output
    found = list(waivers.waivers(desk.place))
    assert [(one.label, one.state, one.requested_by) for one in found] == [
        ("W-2026-015", "requested", SAM),
        ("W-2026-014", "requested", SAM),
    ]


def test_what_ends_first_is_listed_first(desk: Desk, text: Path) -> None:
    takes_in(desk, text)

    said = types(desk, "list").stdout.splitlines()

    assert [line.split()[:2] for line in said] == [
        ["requested", "W-2026-015"],
        ["requested", "W-2026-014"],
    ]


def test_one_is_shown_with_all_that_was_said(desk: Desk, text: Path) -> None:
    takes_in(desk, text)

    said = types(desk, "show", "w-2026-014").stdout

    assert 'volume.name == "/srv"' in said
    assert "the room is locked" in said
    assert f"asked    {SAM}" in said


def test_self_approval_is_said_in_the_list_and_of_the_one(desk: Desk) -> None:
    waiver(
        desk.server.clinic,
        "volumes-encrypted",
        label="W-1",
        self_approved=True,
        until_at=timezone.now() + timedelta(days=9),
    )

    assert "self-approved" in types(desk, "list").stdout
    assert "self-approved by" in types(desk, "show", "W-1").stdout


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (("    compensating: the room is locked\n", ""), "say what protects the images instead"),
        (("volumes-encrypted", "no-such-rule"), "no-such-rule"),
        (("volume.name ==", "now == now && volume.name =="), "cannot ask for the time"),
        (("waivers/v1", "tailoring/v1"), "form waivers/v1"),
        (("machine: OP1", "machine: OP9"), "no machine 'OP9'"),
        (("machine: OP1", "group: scanners"), "keeps no groups"),
    ],
)
def test_what_is_wrong_is_told_and_none_is_taken(
    change: tuple[str, str], why: str, desk: Desk, text: Path
) -> None:
    text.write_text(text.read_text().replace(*change))

    done = takes_in(desk, text)

    assert done.exit_code == 2
    assert why in done.output
    assert not waivers.waivers(desk.place).exists()


def test_who_may_not_ask_has_nothing_asked_in_his_name(desk: Desk, text: Path) -> None:
    assert takes_in(desk, text, "nobody@north-quay.example").exit_code == 2


def test_delegation_and_self_approval_are_switched_here(desk: Desk) -> None:
    assert types(desk, "delegate", "on").exit_code == 0
    assert types(desk, "self-approval", "on").exit_code == 0

    assert (desk.clinic.delegates_risk, desk.clinic.org.self_approval) == (True, True)


def test_nothing_is_approved_here(desk: Desk) -> None:
    assert types(desk, "approve", "W-1").exit_code == 2
