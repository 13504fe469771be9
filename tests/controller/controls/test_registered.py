"""What a register shows of a control: the worst that is marked, and nothing is never a pass."""

from datetime import date
from uuid import uuid4

import pytest

from controller.controls import registered
from controller.controls.catalogue import catalogue
from controller.controls.checks import CHECKS
from controller.paperwork.binder import Binder
from controller.paperwork.models import Entry, Sighting
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


@pytest.mark.parametrize("control", sorted(set(registered.READ) - {"INC-02"}))
def test_an_empty_register_shows_nothing(control: str) -> None:
    assert said(control, binder())[0] == "unknown"


def test_without_an_incident_there_is_no_clock_to_judge() -> None:
    assert said("INC-02", binder()) == ("not-applicable", "no incident is on the register.")


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
