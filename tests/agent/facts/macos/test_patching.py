"""What Software Update has recorded: an old record that is empty is stale, not clean."""

from typing import Any

import pytest

from agent.facts.patching import macos as patching
from rules.facts.base import Items, Unknown, Why
from rules.facts.form import instant
from rules.facts.patching import Patching
from tests.agent.facts.clinic import about
from tests.agent.facts.macs import (
    AUTOMATIC,
    FIXED_UPDATES,
    SEQUOIA,
    UPDATES,
    front_mac,
    mac,
    plist,
    scan_mac,
    updates,
)

DENIED = {"error": "access_denied"}


def found(said: Any, **more: Any) -> Patching:
    return patching.macos(front_mac({UPDATES: said} | more), about())


def test_a_fresh_record_that_is_empty_is_clean() -> None:
    answer = patching.macos(front_mac(), about())
    assert answer.pending == Items(())
    assert (answer.automatic, answer.last_scan) == ("on", instant("2026-11-21T06:00:00Z"))


def test_an_update_that_waits_is_listed_also_by_an_old_record() -> None:
    answer = patching.macos(scan_mac(), about())
    (patch,) = answer.pending.items
    assert (patch.id, patch.security) == (SEQUOIA["Identifier"], True)
    assert (answer.pending.missing, answer.automatic) == (Why.STALE_SOURCE, "off")


@pytest.mark.parametrize(
    ("looked", "missing"),
    [
        ("2026-11-15T12:00:00", None),  # seven days to the second
        ("2026-11-15T11:59:59", Why.STALE_SOURCE),
        ("2026-11-22T12:00:01", Why.STALE_SOURCE),  # from the future
        (None, Why.STALE_SOURCE),
    ],
)
def test_an_empty_record_is_believed_for_a_week(looked, missing) -> None:
    assert found(updates(looked)).pending == Items((), missing)


def test_a_record_without_a_date_does_not_know_when_somebody_looked() -> None:
    assert found(updates(None)).last_scan == Unknown(Why.STALE_SOURCE)


def test_a_new_release_may_be_needed_or_not() -> None:
    offered = SEQUOIA | {"Identifier": "MSU_UPDATE_25A354_full_26.0_major"}
    (patch,) = found(updates("2026-11-21T06:00:00", offered)).pending.items
    assert patch.security == Unknown(Why.UNRECOGNISED)


@pytest.mark.parametrize(
    ("said", "why"),
    [
        (b"garbage", Why.PARSE_ERROR),
        (plist({}), Why.PARSE_ERROR),
        (updates("2026-11-21T06:00:00", "macOS"), Why.PARSE_ERROR),
        (updates("2026-11-21T06:00:00", {"Display Name": "x"}), Why.PARSE_ERROR),
        (DENIED, Why.ACCESS_DENIED),
    ],
)
def test_a_record_that_is_not_understood_is_not_empty(said, why) -> None:
    assert found(said).pending == Unknown(why)


def test_a_mac_without_a_record_is_not_clean() -> None:
    assert patching.macos(mac({}, {}), about()).pending == Unknown(Why.NOT_COLLECTED)


@pytest.mark.parametrize(
    ("own", "fixed", "automatic"),
    [
        (AUTOMATIC | {"AutomaticallyInstallMacOSUpdates": 0}, {}, "notify"),
        (AUTOMATIC, {"AutomaticCheckEnabled": False}, "off"),
        ({}, AUTOMATIC, "on"),
        ({}, {}, Unknown(Why.NOT_COLLECTED)),
        (AUTOMATIC | {"AutomaticCheckEnabled": "ja"}, {}, Unknown(Why.PARSE_ERROR)),
    ],
)
def test_updates_come_by_themselves_if_every_switch_is_on(own, fixed, automatic) -> None:
    answer = found(updates("2026-11-21T06:00:00", **own), **{FIXED_UPDATES: plist(fixed)})
    assert answer.automatic == automatic


def test_a_profile_that_cannot_be_read_leaves_the_switches_unknown() -> None:
    answer = found(updates("2026-11-21T06:00:00", **AUTOMATIC), **{FIXED_UPDATES: DENIED})
    assert answer.automatic == Unknown(Why.ACCESS_DENIED)
