"""How old is each copy on a Windows? By made machines."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from agent.facts.backups import windows as backups
from agent.host.tree import TreeHost
from agent.settings import BackupSetting, Settings
from rules.facts.backups import Backups, Copy
from rules.facts.base import Unknown, Why
from tests.agent.facts import clinic as practice
from tests.agent.facts.windows import disks
from tests.agent.facts.windows.clinic import BACKED_UP_BY, failed, pc, said

FRIDAY, SATURDAY = datetime(2026, 11, 20, tzinfo=UTC), datetime(2026, 11, 21, tzinfo=UTC)
ON_FRIDAY, ON_SATURDAY = 134396064000000000, 134396928000000000
DENIED = json.loads(failed("access_denied", 5)["out"])
NAS = BackupSetting(
    name="nas",
    destination="nas",
    offsite=False,
    immutable=False,
    images=True,
    database=True,
    host="nas-1",
    by="veeam",
    encrypted=True,
)
STICK = replace(NAS, name="stick", destination="usb", host=None, path=Path("E:\\Copy"), by=None)


def runs(**programs: tuple[Any, Any]) -> str:
    """What the probe prints: when each program ended well, and when not."""
    none = (None, None)
    each = {name: programs.get(name, none) for name in BACKED_UP_BY}
    return said({name: {"succeeded": on[0], "failed": on[1]} for name, on in each.items()})


def read(told: Any, *declared: BackupSetting, files: dict[str, Any] | None = None) -> Backups:
    known = pc(
        asked={
            "backups": told,
            "volumes": disks.volumes(disks.volume(1, "C:\\"), disks.volume(2, "E:\\", bus=7)),
            "bitlocker": disks.bitlocker(disks.encrypted(1), disks.encrypted(2)),
        }
    )
    host = TreeHost(files or {}, known.programs, os="windows", registry_keys=known.registry_keys)
    about = replace(practice.about(), settings=Settings(backups=declared))
    return backups.windows(host, about)


def one(told: Any, *declared: BackupSetting, **more: Any) -> Copy:
    (copy,) = read(told, *declared, **more).copies.items
    return copy


def test_without_any_trace_nothing_is_known_and_the_list_is_open() -> None:
    copies = read(runs()).copies
    assert (copies.items, copies.missing) == ((), Why.NOT_COLLECTED)


@pytest.mark.parametrize(
    ("name", "product"),
    [
        ("windows_server_backup", "windows_server_backup"),
        ("veeam_agent", "veeam"),
        ("veeam_replication", "veeam"),
    ],
)
def test_a_program_that_ran_is_a_copy_of_which_little_is_known(name, product) -> None:
    found = read(runs(**{name: (ON_FRIDAY, None)})).copies
    (copy,) = found.items
    assert (copy.product, copy.last_success, copy.ok) == (product, FRIDAY, True)
    unread = {copy.encrypted, copy.offsite, copy.covers_images, copy.destination}
    assert unread == {Unknown(Why.NOT_COLLECTED)}
    assert found.missing is Why.NOT_COLLECTED


@pytest.mark.parametrize(
    ("succeeded", "failed_at", "last", "ok"),
    [
        (ON_FRIDAY, ON_SATURDAY, FRIDAY, False),
        (ON_SATURDAY, ON_FRIDAY, SATURDAY, True),
        (None, ON_FRIDAY, None, False),
        (ON_FRIDAY, DENIED, FRIDAY, Unknown(Why.ACCESS_DENIED)),
        (DENIED, None, Unknown(Why.ACCESS_DENIED), Unknown(Why.ACCESS_DENIED)),
        (ON_SATURDAY + 10**15, None, Unknown(Why.CONFLICT), True),  # in some years
    ],
)
def test_a_failure_after_the_last_good_run_leaves_it_out_of_order(
    succeeded, failed_at, last, ok
) -> None:
    copy = one(runs(veeam_agent=(succeeded, failed_at)))
    assert (copy.last_success, copy.ok) == (last, ok)


def test_a_declared_copy_that_lies_elsewhere_is_as_old_as_its_programs_last_run() -> None:
    copy = one(runs(veeam_agent=(ON_FRIDAY, None)), NAS)
    assert (copy.name, copy.product) == ("nas", "veeam")
    assert (copy.last_success, copy.ok, copy.encrypted) == (FRIDAY, True, True)


def test_of_two_copies_of_one_program_nobody_knows_which_ran() -> None:
    second = replace(NAS, name="second", host="nas-2")
    copies = read(runs(veeam_agent=(ON_FRIDAY, None)), NAS, second).copies.items
    assert [copy.last_success for copy in copies] == [Unknown(Why.NOT_LOCAL)] * 2


def test_a_program_that_runs_in_two_ways_leaves_it_open_which_made_the_copy() -> None:
    both = runs(veeam_agent=(ON_FRIDAY, None), veeam_replication=(ON_SATURDAY, None))
    assert one(both, NAS).last_success == Unknown(Why.NOT_LOCAL)


FILES = {
    "E:\\Copy\\2026\\monday.zip": {"text": "x", "modified": "2026-11-20T00:00:00Z"},
    "E:\\Copy\\old.zip": {"text": "x", "modified": "2025-11-20T00:00:00Z"},
}


def test_a_folder_of_copies_is_as_old_as_its_newest_file() -> None:
    copy = one(runs(), STICK, files=FILES)
    assert (copy.product, copy.last_success, copy.ok) == ("folder", FRIDAY, True)


def test_a_failed_run_spoils_a_folder_too() -> None:
    stick = replace(STICK, by="veeam")
    copy = one(runs(veeam_agent=(ON_FRIDAY, ON_SATURDAY)), stick, files=FILES)
    assert (copy.last_success, copy.ok) == (FRIDAY, False)


def test_a_disk_that_is_away_is_not_here() -> None:
    copy = one(runs(), STICK)
    assert copy.last_success == Unknown(Why.NOT_COLLECTED)


@pytest.mark.parametrize(
    ("told", "why"),
    [
        (failed("access_denied", 5), Why.ACCESS_DENIED),
        ({"error": "timeout"}, Why.TIMEOUT),
        ({"error": "tool_missing"}, Why.TOOL_MISSING),
        ("Sicherung erfolgreich", Why.PARSE_ERROR),
        (runs()[:40], Why.PARSE_ERROR),
        ("{}", Why.PARSE_ERROR),
    ],
)
def test_a_log_that_was_not_read_leaves_the_list_open(told, why) -> None:
    assert read(told).copies.missing is why
    found = read(told, NAS).copies
    assert (len(found.items), found.missing) == (1, why)
