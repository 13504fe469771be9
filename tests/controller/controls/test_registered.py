"""What a register shows of a control: the worst that is marked, and nothing is never a pass."""

from dataclasses import replace
from datetime import date
from uuid import uuid4

import pytest

from controller.controls import registered
from controller.controls.catalogue import catalogue
from controller.controls.checks import CHECKS
from controller.paperwork.binder import Binder
from controller.paperwork.models import Attestation, Entry, Sighting
from controller.policy.queries import Shelf
from controller.tenants.scope import Place

TODAY = date(2026, 11, 23)
IMAGES = {"service": "images", "reaches_images": "yes"}


def binder(register: str = "", *values: dict[str, object], seen: tuple[str, ...] = ()) -> Binder:
    """A clinic with these lines in one register, and this software seen."""
    place = Place(uuid4())
    lines = tuple(Entry(register=register, entry=uuid4(), n=1, data=one) for one in values)
    found = tuple(Sighting(what="cloud_sync", key=one, label=one) for one in seen)
    return Binder(place, Shelf(place), {}, lines, found)


def said(control: str, held: Binder) -> tuple[str, str]:
    part = registered.part(control, held, TODAY)
    assert part is not None
    return part.state, part.words


@pytest.mark.parametrize("control", sorted(set(registered.READ) - {"INC-02", "MED-05"}))
def test_an_empty_register_shows_nothing(control: str) -> None:
    assert said(control, binder())[0] == "unknown"


def test_without_an_incident_there_is_no_clock_to_judge() -> None:
    assert said("INC-02", binder()) == ("not-applicable", "no incident is on the register.")


@pytest.mark.parametrize(
    ("result", "state", "word"),
    [
        ("pass", "pass", "the plan of 2026-11-01 is on file, and 1 incident is on the register"),
        ("fail", "fail", "there is no such plan"),
        ("", "fail", "no plan was stated, and 1 incident is on the register"),
    ],
)
def test_behind_the_list_of_incidents_stands_a_plan(result: str, state: str, word: str) -> None:
    plan = Attestation(kind=registered.PLAN, result=result, performed_on=date(2026, 11, 1))
    stated = {(registered.PLAN, ""): plan} if result else {}
    held = replace(binder("incidents", {"what": "OP1: it is lost"}), statements=stated)

    found = said("INC-01", held)

    assert found[0] == state
    assert word in found[1]


@pytest.mark.parametrize(
    ("control", "register", "values", "state"),
    [
        ("AUD-03", "log-reviews", [{"done": "2026-11-20"}], "pass"),
        ("AUD-03", "log-reviews", [{"done": "2026-09-20"}], "expired"),
        ("ACC-08", "access-reviews", [{"done": "2026-06-01"}], "due"),
        ("BAK-02", "backups", [{"medium": "nas", "offsite": False}], "fail"),
        (
            "BAK-02",
            "backups",
            [{"medium": "nas", "offsite": False}, {"medium": "cloud", "offsite": True}],
            "pass",
        ),
        ("BAA-01", "vendors", [IMAGES], "fail"),
        ("BAA-01", "vendors", [{**IMAGES, "agreement_signed": "2026-01-02"}], "pass"),
        ("ACC-07", "people", [{"reference": "RK", "left": "2026-11-01"}], "expired"),
        ("ACC-07", "people", [{"reference": "RK"}], "pass"),
        ("INC-02", "incidents", [{"discovered_on": "2026-09-01"}], "expired"),
        ("RSK-01", "risks", [{"risk": "flood"}], "unknown"),
        ("TRN-01", "people", [{"reference": "RK"}], "fail"),
    ],
)
def test_a_control_is_as_good_as_the_worst_on_its_register(
    control: str, register: str, values: list[dict[str, object]], state: str
) -> None:
    assert said(control, binder(register, *values))[0] == state


def clinic(**registers: list[dict[str, object]]) -> Binder:
    """A clinic with these lines in its registers; `_` in a name is a hyphen there."""
    place = Place(uuid4())
    lines = tuple(
        Entry(register=name.replace("_", "-"), entry=uuid4(), n=1, data=one)
        for name, values in registers.items()
        for one in values
    )
    return Binder(place, Shelf(place), {}, lines, ())


COPY = {"name": "NAS"}
GOAL = {"system": "Sidexis", "recovery_time": "4h", "recovery_point": "1d"}
RESTORED = {"copy": "nas ", "done": "2026-11-02", "opened": True, "took": "45m", "age": "6h"}
MOVED = {
    "equipment": "PANO-01",
    "moved": "2026-11-10",
    "holds_images": True,
    "copy": "NAS",
    "backed_up": "2026-11-09",
}


@pytest.mark.parametrize(
    ("move", "others", "state", "word"),
    [
        (
            MOVED,
            {"backups": [COPY], "restore_tests": [RESTORED]},
            "pass",
            "backed up on 2026-11-09",
        ),
        (MOVED, {"backups": [COPY]}, "unknown", "nothing was ever restored"),
        (MOVED, {"restore_tests": [RESTORED]}, "unknown", "not on the register of backup copies"),
        (
            MOVED,
            {"backups": [COPY], "restore_tests": [{**RESTORED, "opened": False}]},
            "fail",
            "could not be opened",
        ),
        ({**MOVED, "backed_up": "2026-11-11"}, {"backups": [COPY]}, "fail", "after it had moved"),
        ({**MOVED, "copy": None}, {}, "fail", "no backup before it"),
        ({**MOVED, "holds_images": False}, {}, "not-applicable", "holds no images"),
    ],
)
def test_a_move_needs_a_backup_that_came_back(
    move: dict[str, object], others: dict, state: str, word: str
) -> None:
    found = said("MED-05", clinic(moves=[move], **others))

    assert found[0] == state
    assert word in found[1]


def test_a_move_that_was_signed_and_stands_on_no_line_is_missed() -> None:
    stated = Attestation(kind="move-record", subject_name="OP1", performed_on=date(2026, 11, 1))
    held = replace(clinic(), statements={("move-record", "1"): stated})

    assert said("MED-05", held) == ("fail", "OP1 moved on 2026-11-01, by no line of it.")


@pytest.mark.parametrize(
    ("tests", "state", "word"),
    [
        ([RESTORED], "pass", "Sidexis: back in 45m, the goal is 4h"),
        ([], "unknown", "no restore test to compare with"),
        ([{**RESTORED, "took": "6h"}], "fail", "back in 6h, and the goal is 4h"),
        ([{**RESTORED, "age": "3d"}], "fail", "images up to 3d old, and the goal is 1d"),
        ([{**RESTORED, "age": None}], "unknown", "how old the newest image was"),
        ([{**RESTORED, "opened": False}], "fail", "nothing came back"),
        ([{**RESTORED, "system": "Open Dental"}], "unknown", "no restore test"),
        ([{**RESTORED, "system": " SIDEXIS"}], "pass", "back in 45m"),
        ([{**RESTORED, "took": "9h", "done": "2026-08-01"}, RESTORED], "pass", "back in 45m"),
        ([{**RESTORED, "done": "2027-01-01"}], "unknown", "no restore test"),
    ],
)
def test_the_goals_are_held_against_the_last_restore(
    tests: list[dict[str, object]], state: str, word: str
) -> None:
    found = said("BAK-07", clinic(recovery_goals=[GOAL], restore_tests=tests))

    assert found[0] == state
    assert word in found[1]


def test_a_restore_that_names_no_system_is_compared_with_none_of_several() -> None:
    goals = [GOAL, {**GOAL, "system": "Open Dental"}]

    found = said("BAK-07", clinic(recovery_goals=goals, restore_tests=[RESTORED]))

    assert found == (
        "unknown",
        "Sidexis: no restore test to compare with; Open Dental: no restore test to compare with.",
    )


def test_only_the_newest_restore_counts() -> None:
    failed = {"done": "2026-09-30", "opened": False}
    mended = {"done": "2026-11-02", "opened": True}

    assert said("BAK-04", binder("restore-tests", failed))[0] == "fail"
    assert said("BAK-04", binder("restore-tests", failed, mended))[0] == "pass"


def test_software_in_use_without_a_vendor_is_named() -> None:
    held = binder("vendors", {**IMAGES, "agreement_signed": "2026-01-02"}, seen=("Dropbox",))

    assert said("BAA-01", held) == ("fail", "Dropbox: in use, no agreement on file.")


def test_what_is_read_is_asked_of_the_controller() -> None:
    asked = {one.id for one in catalogue().controls if "C" in one.mode}

    assert set(registered.READ) | set(CHECKS) <= asked
