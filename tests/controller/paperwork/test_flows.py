"""The map of images: what machines show is followed, gaps stay gaps, and a past day is answered."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.utils import timezone

from controller.fleet.models import FactsNow, Machine
from controller.paperwork import dataflow, flows, queries
from controller.paperwork.binder import binder
from controller.paperwork.changes import changes
from controller.paperwork.seen import Told
from controller.paperwork.sightings import look
from tests.controller.bright_smiles import Practice, practice
from tests.controller.paperwork import papers

HOST = UUID("00000000-0000-4000-8000-000000000007")
HOUR = timedelta(hours=1)
SHARE = {"name": "share-1", "kind": "smb", "holds_imaging": True, "encrypted": True}
COPY = {"name": "nightly", "destination": "nas", "covers_images": True, "encrypted": True}
FOLDER = {"label": "store", "role": "store", "owner": "here", "cloud_sync": "none"}
ALL = {
    "imaging": {"roots": [FOLDER]},
    "shares": [SHARE],
    "listeners": [{"port": 104, "dicom": "plain"}, {"port": 445, "dicom": "no"}],
    "backups": {"copies": [COPY]},
}


def told(**more: Any) -> Told:
    nothing = {"software": None, "backups": None, "remote_access": None, "imaging": None}
    return Told(HOST, "OP1", "operatory", **{**nothing, **more})


def names(**more: Any) -> set[tuple[str, str]]:
    return {(one.what, one.name) for one in flows.shown(told(**more)).flows}


def test_a_machine_that_says_all_leaves_no_gap() -> None:
    assert names(**ALL) == {
        ("flow_folder", "store"),
        ("flow_share", "share-1"),
        ("flow_dicom", "104"),
        ("flow_copy", "nightly"),
    }


@pytest.mark.parametrize(
    ("fact", "value", "gap"),
    [
        ("imaging", None, "flow_folder"),
        ("imaging", {"roots": {"$unknown": "timeout"}}, "flow_folder"),
        ("imaging", {"roots": [{**FOLDER, "owner": {"$unknown": "timeout"}}]}, "flow_folder"),
        ("shares", {"$unknown": "timeout"}, "flow_share"),
        ("shares", {"$items": [SHARE], "$missing": "timeout"}, "flow_share"),
        ("shares", [{**SHARE, "holds_imaging": {"$unknown": "timeout"}}], "flow_share"),
        ("listeners", [{"port": 104, "dicom": {"$unknown": "timeout"}}], "flow_dicom"),
        ("backups", {"copies": [{**COPY, "covers_images": {"$unknown": "x"}}]}, "flow_copy"),
    ],
)
def test_what_is_not_known_is_a_gap(fact: str, value: object, gap: str) -> None:
    shown = flows.shown(told(**{**ALL, fact: value}))

    assert [one.more["kinds"] for one in shown.flows if one.what == flows.GAP] == [[gap]]
    assert gap not in shown.whole


def test_what_holds_no_images_is_no_part_of_it() -> None:
    assert (
        names(
            imaging={"roots": []},
            shares=[{**SHARE, "holds_imaging": False}],
            listeners=[{"port": 3389, "dicom": "not_probed"}],
            backups={"copies": [{**COPY, "covers_images": False}]},
        )
        == set()
    )


def says(there: Practice, host: str, at: timedelta, **facts: object) -> None:
    """A machine says these facts of itself, and everything else as before; then it is looked."""
    now = timezone.now() + at
    row = FactsNow.objects.at(there.place).get(machine=there.machines[host])
    for name, value in facts.items():
        row.document[name] = {"value": value}
    FactsNow.objects.at(there.place).filter(machine=row.machine).update(
        document=row.document, known_at=now
    )
    look(there.place, now)


def complete(there: Practice) -> None:
    """Every machine says what it has: PANO-01 a share and a copy, the others nothing."""
    for host in ("OP1", "OP2", "OP3", "FRONT2"):
        says(there, host, timedelta(), shares=[], listeners=[], backups={"copies": []})
    says(there, "PANO-01", timedelta(), **{one: ALL[one] for one in ("shares", "backups")})
    says(there, "PANO-01", timedelta(), listeners=[])
    Machine.objects.at(there.place).filter(host="NAS-1").update(state="pending")


def drawn(there: Practice, at: timedelta | None = None) -> dataflow.Map:
    here = there.place.clinic(there.clinic.id)
    return dataflow.drawn(binder(here, at=None if at is None else timezone.now() + at))


def seen(of: dataflow.Map) -> set[str]:
    return {key for one in of.lines for key in one.seen}


FOLDERS = {f"PANO-01/folder/{label}" for label in ("sidexis", "export", "referrals")}
COPIES = {"PANO-01/share/share-1", "PANO-01/copy/nightly"}


def test_the_map_holds_what_machines_show_and_where_they_do_not_say(north_quay: Practice) -> None:
    look(north_quay.place, timezone.now())
    before = drawn(north_quay)
    complete(north_quay)
    look(north_quay.place, timezone.now())
    after = drawn(north_quay)

    assert seen(before) == FOLDERS
    assert ("NAS-1", ("anything",)) in before.gaps
    assert seen(after) == FOLDERS | COPIES
    assert [host for host, _ in after.gaps if host != "NAS-1"] == []


def test_a_flow_that_names_what_is_seen_is_declared_and_seen(north_quay: Practice) -> None:
    complete(north_quay)
    papers.listed(
        north_quay, "dataflow", source="PANO-01", target="NAS", what="images", way="Veeam",
        encrypted=True, shown_by=["PANO-01/copy/nightly", "PANO-01/copy/weekly"],
    )  # fmt: skip
    papers.listed(
        north_quay, "dataflow", source="Front desk", target="Laboratory", what="images",
        way="portal", encrypted=True,
    )  # fmt: skip
    found = drawn(north_quay)

    (both,), (declared,) = found.of("both"), found.of("declared")
    assert (both.seen, both.gone) == (("PANO-01/copy/nightly",), ("PANO-01/copy/weekly",))
    assert declared.target == "Laboratory"
    assert "PANO-01/copy/nightly" not in {key for one in found.of("seen") for key in one.seen}


def test_what_a_machine_shows_no_more_is_gone_and_the_past_is_as_it_was(
    north_quay: Practice,
) -> None:
    complete(north_quay)
    says(north_quay, "PANO-01", 2 * HOUR, shares=[])
    says(north_quay, "PANO-01", 4 * HOUR, shares=[SHARE])

    assert "PANO-01/share/share-1" in seen(drawn(north_quay, HOUR))
    assert "PANO-01/share/share-1" not in seen(drawn(north_quay, 3 * HOUR))
    assert "PANO-01/share/share-1" in seen(drawn(north_quay))


def test_a_folder_that_came_with_verdicts_is_known_since_they_were_received(
    north_quay: Practice,
) -> None:
    complete(north_quay)
    there = Machine.objects.at(north_quay.place).filter(host="PANO-01")
    heard = timezone.now() + 24 * HOUR
    facts = FactsNow.objects.at(north_quay.place).filter(machine=there.get())
    facts.update(
        imaging={"roots": [{**FOLDER, "label": "scans"}]},
        observed_at=heard - 30 * HOUR,
        imaging_observed_at=heard - 29 * HOUR,
    )
    there.update(reported_at=heard)

    look(north_quay.place, heard + HOUR, heard - HOUR)

    assert "PANO-01/folder/scans" not in seen(drawn(north_quay, 23 * HOUR))
    assert "PANO-01/folder/scans" in seen(drawn(north_quay, 25 * HOUR))


def test_a_list_that_is_not_whole_ends_nothing(north_quay: Practice) -> None:
    complete(north_quay)
    says(north_quay, "PANO-01", 2 * HOUR, shares={"$unknown": "timeout"})

    found = drawn(north_quay)
    assert "PANO-01/share/share-1" in seen(found)
    assert ("PANO-01", ("share",)) in found.gaps


def test_a_copy_that_goes_elsewhere_is_another_stay(north_quay: Practice) -> None:
    complete(north_quay)
    says(north_quay, "PANO-01", 2 * HOUR, backups={"copies": [{**COPY, "destination": "cloud"}]})

    def target(of: dataflow.Map) -> str:
        return next(one.target for one in of.lines if "PANO-01/copy/nightly" in one.seen)

    assert target(drawn(north_quay, HOUR)) == "a NAS"
    assert target(drawn(north_quay)) == "the cloud"


def test_what_a_machine_that_ended_showed_is_gone(north_quay: Practice) -> None:
    complete(north_quay)
    left = timezone.now() + HOUR
    Machine.objects.at(north_quay.place).filter(host="PANO-01").update(
        state="retired", ended_at=left
    )
    look(north_quay.place, left + HOUR)

    assert seen(drawn(north_quay)) == set()


def test_two_machines_of_one_name_are_told_apart(north_quay: Practice) -> None:
    complete(north_quay)
    Machine.objects.at(north_quay.place).filter(host="OP3").update(host="PANO-01")
    says(north_quay, "OP3", HOUR, shares=[SHARE])

    shares = [key for key in seen(drawn(north_quay)) if key.endswith("share-1")]
    assert len(shares) == 2
    assert all("~" in key for key in shares)


def standing(there: Practice, after: timedelta) -> str:
    now = timezone.now() + after
    asked = queries.standings(there.clinic, now)
    one = next(one for one in asked if one.kind.id == "dataflow-map")
    return f"{one.standing.state} {one.standing.reason}".strip()


def test_what_comes_or_goes_after_the_confirmation_makes_it_due(north_quay: Practice) -> None:
    complete(north_quay)
    papers.signed(north_quay, "dataflow-map")
    assert standing(north_quay, HOUR) == "attested"

    says(north_quay, "PANO-01", 2 * HOUR, shares=[])

    assert standing(north_quay, 3 * HOUR) == "due changed:dataflow"


def test_a_gap_is_no_change(north_quay: Practice) -> None:
    complete(north_quay)
    before = changes(binder(north_quay.place.clinic(north_quay.clinic.id)))
    says(north_quay, "PANO-01", 2 * HOUR, shares={"$unknown": "timeout"})

    assert changes(binder(north_quay.place.clinic(north_quay.clinic.id))) == before


def test_another_clinics_machines_are_not_on_our_map(north_quay: Practice) -> None:
    elsewhere = practice(north_quay.home, "Tall Oaks Group", "Elm Street Orthodontics")
    look(elsewhere.place, timezone.now())

    assert drawn(north_quay).lines == ()
