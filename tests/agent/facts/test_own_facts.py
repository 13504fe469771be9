"""The facts of the agent itself on macOS and Windows: judged by their volumes, never by a guess."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from agent.facts.base import About
from agent.facts.gather import gather
from agent.facts.memory import Memory
from agent.host.tree import TreeHost
from agent.paths import Home
from agent.settings import RootSetting, Settings
from rules.compiled import builtin
from rules.engine.judge import judge
from rules.facts.base import Status
from rules.verdict import Verdict
from tests.agent.facts.clinic import NOW, about
from tests.agent.facts.macs import TCC, VAULT, front_mac, scan_mac
from tests.agent.facts.windows.clinic import front_1, hyg_2
from tests.agent.imaging.samples.practice import Practice

DENIED = {"error": "access_denied"}
UNREAD = {"$unknown": "not_collected"}


@pytest.fixture
def practice(tmp_path: Path):
    practice = Practice(tmp_path / "home", tmp_path / "xray")
    practice.put("a.jpg")
    yield practice
    practice.ledger.close()


def seen(practice: Practice, host: TreeHost) -> dict[str, Any]:
    """The folder of this machine, as if it lay on the other one's startup volume."""
    host = replace(host, files=host.files | {str(practice.images): {"folder": True}})
    home = Home(practice.home)
    home.create()
    practice.sweep()
    practice.ledger.commit()
    now = datetime.fromtimestamp(practice.now, UTC)
    readings = gather(host, About(practice.settings, home, Memory.none(), now), ["imaging"])
    assert readings["imaging"].status is Status.PARTIAL
    [root] = readings["imaging"].value["roots"]
    return root


def test_an_x_ray_on_a_mac_with_filevault_is_sheltered(practice) -> None:
    root = seen(practice, front_mac())
    assert (root["present"], root["owner"], root["protection"]) == (True, "here", "protected")
    assert (root["files"], root["exposed"]) == (1, 0)


def test_an_x_ray_on_a_mac_without_it_lies_open(practice) -> None:
    root = seen(practice, scan_mac())
    assert (root["protection"], root["exposed"]) == ("unprotected", 1)


@pytest.mark.parametrize("why", ["timeout", "tool_missing", "access_denied"])
def test_a_mac_that_does_not_say_how_its_disk_stands_proves_nothing(practice, why) -> None:
    root = seen(practice, front_mac(run={VAULT: {"error": why}}))
    assert root["protection"] == root["exposed"] == {"$unknown": why}


@pytest.mark.parametrize("machine", [front_mac, scan_mac, hyg_2, front_1])
def test_a_folder_of_images_that_nobody_has_swept_claims_nothing(machine) -> None:
    path = "C:/PDATA" if machine().os == "windows" else "/Users/Shared/teeth"
    roots = (RootSetting(label="images", path=Path(path), role="store"),)
    readings = gather(machine(), replace(about(), settings=Settings(roots=roots)))
    [root] = readings["imaging"].value["roots"]
    assert (root["label"], root["role"]) == ("images", "store")
    assert root["exposed"] == root["files"] == root["counts"] == UNREAD
    results = {one.rule: one.verdict for one in judge(builtin.pack(), readings, NOW)}
    assert results["images-encrypted"] is Verdict.UNKNOWN


@pytest.mark.parametrize("machine", [front_mac, scan_mac, hyg_2, front_1])
def test_the_agent_says_what_it_knows_of_itself(machine) -> None:
    value = gather(machine(), about(), ["agent"])["agent"].value
    assert (value["elevated"], value["rules_state"]) == (True, "builtin")
    assert value["facts_unknown"] == value["memory"] == value["cpu_day"] == UNREAD


@pytest.mark.parametrize(
    ("record", "elevated", "access"),
    [
        (b"SQLite format 3\0" + bytes(4096), True, True),
        (DENIED, True, False),
        (DENIED, False, {"$unknown": "access_denied"}),
        ({"error": "timeout"}, True, {"$unknown": "timeout"}),
    ],
)
def test_full_disk_access_is_told_by_what_macos_guards(record, elevated, access) -> None:
    host = front_mac({TCC: record})
    host.elevated = elevated
    assert gather(host, about(), ["agent"])["agent"].value["full_disk_access"] == access


def test_a_mac_without_its_guard_is_not_known() -> None:
    host = front_mac()
    files = {path: said for path, said in host.files.items() if path != TCC}
    value = gather(replace(host, files=files), about(), ["agent"])["agent"].value
    assert value["full_disk_access"] == {"$unknown": "unrecognised"}


def test_a_windows_has_no_such_guard() -> None:
    assert gather(hyg_2(), about(), ["agent"])["agent"].value["full_disk_access"] is None
