"""What a machine shows for the first time makes statements due, and what was there already not."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.utils import timezone

from controller.fleet.models import FactsNow, Machine
from controller.paperwork import queries
from controller.paperwork.binder import binder
from controller.paperwork.changes import changes
from controller.paperwork.seen import Thing, Told, things
from controller.paperwork.sightings import look
from controller.policy.models import Pack
from tests.controller.bright_smiles import Practice, practice
from tests.controller.paperwork import papers

HOST = UUID("00000000-0000-4000-8000-000000000007")
HOUR = timedelta(hours=1)


def told(**more: object) -> Told:
    nothing = {"software": None, "backups": None, "remote_access": None, "imaging": None}
    return Told(HOST, "OP1", "operatory", **{**nothing, **more})


def root(**more: object) -> dict[str, object]:
    return {"label": "store", "owner": "here", "cloud_sync": "none", **more}


@pytest.mark.parametrize(
    ("said", "seen"),
    [
        ({}, set()),
        ({"imaging": {"roots": [root()]}}, {("imaging_machine", HOST.hex, "OP1")}),
        ({"imaging": {"roots": [root(owner="other_host")]}}, set()),
        (
            {"software": {"$items": [{"product": "sidexis"}, {"product": None}], "$missing": "x"}},
            {("imaging_software", "sidexis", "sidexis")},
        ),
        ({"software": {"$unknown": "timeout"}}, set()),
        ({"software": [{"product": {"$unknown": "timeout"}}]}, set()),
        (
            {"remote_access": {"rdp": True, "ssh": False, "tools": [{"name": "anydesk"}]}},
            {("remote_access", "rdp", "remote desktop"), ("remote_access", "anydesk", "anydesk")},
        ),
        (
            {"backups": {"copies": [{"product": "veeam"}]}},
            {("backup_software", "veeam", "veeam")},
        ),
        (
            {"imaging": {"roots": [root(cloud_sync="dropbox")]}},
            {("imaging_machine", HOST.hex, "OP1"), ("cloud_sync", "dropbox", "dropbox")},
        ),
    ],
)
def test_what_a_machine_shows(said: dict, seen: set) -> None:
    assert things(told(**said)) == {Thing(*one) for one in seen}


def installs(there: Practice, host: str, product: str) -> None:
    """A machine says that a remote tool came."""
    row = FactsNow.objects.at(there.place).get(machine=there.machines[host])
    tool = {"name": product, "version": None, "running": True, "unattended": True}
    row.document["remote_access"] = {"value": {"tools": [tool]}, "status": "ok"}
    row.known_at = timezone.now() + HOUR
    FactsNow.objects.at(there.place).filter(machine=row.machine).update(
        document=row.document, known_at=row.known_at
    )


def risk_analysis(there: Practice, after: timedelta) -> queries.Asked:
    now = timezone.now() + after
    return next(
        one for one in queries.standings(there.clinic, now) if one.kind.id == "risk-analysis"
    )


@pytest.fixture
def analysed(north_quay: Practice) -> Practice:
    """The risks were analysed today."""
    papers.signed(north_quay)
    return north_quay


def test_what_was_there_when_it_was_signed_is_no_change(analysed: Practice) -> None:
    look(analysed.place, timezone.now() + HOUR)

    assert risk_analysis(analysed, 2 * HOUR).standing.state == "attested"


def test_a_tool_that_comes_makes_it_due_in_thirty_days(analysed: Practice) -> None:
    installs(analysed, "OP1", "anydesk")
    look(analysed.place, timezone.now() + 2 * HOUR)

    now = risk_analysis(analysed, 3 * HOUR).standing

    assert (now.state, now.reason) == ("due", "changed:remote_access")
    assert [one.about for one in now.changes] == ["Remote access by anydesk was found"]


def test_the_same_tool_on_another_machine_is_no_change(analysed: Practice) -> None:
    for host in ("OP1", "OP2"):
        installs(analysed, host, "anydesk")
        look(analysed.place, timezone.now() + 2 * HOUR)

    assert len(risk_analysis(analysed, 3 * HOUR).standing.changes) == 1


def test_an_imaging_computer_that_leaves_is_a_change(analysed: Practice) -> None:
    left = timezone.now() + HOUR
    pano = analysed.machines["PANO-01"].id
    Machine.objects.at(analysed.place).filter(pk=pano).update(state="retired", ended_at=left)
    look(analysed.place, left + HOUR)

    assert risk_analysis(analysed, 3 * HOUR).standing.changes[-1].about == "PANO-01 left"


def test_looking_twice_sees_nothing_new(north_quay: Practice) -> None:
    assert look(north_quay.place, timezone.now()) > 0
    assert look(north_quay.place, timezone.now()) == 0


def test_another_clinics_tools_are_not_ours(analysed: Practice) -> None:
    elsewhere = practice(analysed.home, "Tall Oaks Group", "Elm Street Orthodontics")
    look(elsewhere.place, timezone.now())

    ours = {one.about for one in changes(binder(analysed.place))}
    look(analysed.place, timezone.now())
    assert {one.about for one in changes(binder(analysed.place))} == ours


def test_rules_of_a_new_major_version_make_the_evaluation_due(analysed: Practice) -> None:
    now = timezone.now()
    for minute, version in enumerate(("1.0.0", "1.4.0", "2.0.0")):
        Pack(
            org=analysed.org,
            digest=f"{minute:064}",
            name="dental-baseline",
            version=version,
            data=b"{}",
            known_at=now + minute * HOUR,
        ).save()

    found = [one for one in changes(binder(analysed.place)) if one.what == "pack_major"]

    assert [one.about for one in found] == ["The rules are dental-baseline 2.0.0"]
