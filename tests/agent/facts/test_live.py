"""What is said of this very machine agrees with what its own tools say."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from agent.facts.gather import gather
from agent.facts.memory import Memory
from agent.host.local import LocalHost
from rules.compiled import builtin
from rules.engine.judge import judge
from rules.facts.base import Reading
from rules.facts.form import from_json
from rules.verdict import Verdict
from tests.agent.facts.clinic import about

pytestmark = pytest.mark.live

ORDINARY = 65534
CHILD = """
import json, os, sys
from tests.agent.facts.clinic import about
from agent.facts import on_linux  # as long as we may read the folder of this Python
from agent.facts.gather import gather
from agent.host.local import LocalHost
from rules.facts.form import to_json
if sys.argv[1] != "0":
    os.setgroups([])
    os.setgid(int(sys.argv[1]))
    os.setuid(int(sys.argv[1]))
readings = gather(LocalHost(), about())
print(json.dumps({name: to_json(reading) for name, reading in readings.items()}))
"""


def tool(*words: str) -> str:
    if shutil.which(words[0]) is None:
        pytest.skip(f"{words[0]} is not installed here")
    return subprocess.run(words, capture_output=True, text=True, check=True).stdout


def readings(*, user: int = 0, **environment: str) -> dict[str, Reading]:
    """What a child says: as this user, or as another, in an environment of its own."""
    done = subprocess.run(
        [sys.executable, "-c", CHILD, str(user)],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[3],
        env=environment or dict(os.environ),
    )
    return {name: from_json(fact) for name, fact in json.loads(done.stdout).items()}


def verdicts(found: dict[str, Reading]) -> dict[str, Verdict]:
    at = found["host"].observed_at
    return {result.rule: result.verdict for result in judge(builtin.pack(), found, at)}


def walk(device: dict[str, Any], crypt: bool = False) -> list[tuple[str, bool]]:
    """Mount points of a tree of lsblk, and whether an encrypting device lies above them."""
    crypt = crypt or device["type"] == "crypt"
    points = [(point, crypt) for point in device["mountpoints"] if point]
    children = device.get("children", [])
    return points + [row for child in children for row in walk(child, crypt)]


def test_the_block_devices_are_those_of_lsblk() -> None:
    devices = json.loads(tool("lsblk", "-J", "-o", "NAME,TYPE,MOUNTPOINTS"))["blockdevices"]
    said = {point: crypt for device in devices for point, crypt in walk(device)}
    volumes = gather(LocalHost(), about(), ["volumes"])["volumes"].value
    ours = {volume["mount"]: volume["protection"] == "protected" for volume in volumes}
    assert said
    for point, crypt in said.items():
        if point.startswith("/"):
            assert ours[point] is crypt


def test_the_size_of_a_volume_is_that_of_its_device() -> None:
    for row in tool("lsblk", "-bnr", "-o", "SIZE,MOUNTPOINT").splitlines():
        size, _, point = row.partition(" ")
        volumes = gather(LocalHost(), about(), ["volumes"])["volumes"].value
        for volume in volumes:
            if volume["mount"] == point:
                assert volume["size"] == int(size)


def test_the_patches_are_those_that_apt_finds_over_all_its_sources() -> None:
    """Only those count whose newest version comes from the security archive."""
    apt = tool("apt-get", "-s", "-o", "Debug::NoLocking=1", "dist-upgrade")
    security = {
        found[1]
        for found in re.finditer(r"^Inst (\S+) \[\S+\] \(\S+ ([^)]*)", apt, re.MULTILINE)
        if "-Security:" in found[2] or "-security" in found[2]
    }
    patching = gather(LocalHost(), about(), ["patching"])["patching"].value
    pending = patching["pending"]
    if isinstance(pending, dict) and "$unknown" in pending:
        pytest.skip(f"no security source here: {pending['$unknown']}")
    items = pending["$items"] if isinstance(pending, dict) else pending
    assert security <= {patch["id"] for patch in items}


def test_an_emptied_path_changes_nothing() -> None:
    plain, bare = readings(), readings(PATH="", LANG="de_DE.UTF-8", LC_ALL="de_DE.UTF-8")
    for name in ("host", "volumes", "usb_storage", "users", "patching"):
        assert bare[name].value == plain[name].value
    assert verdicts(bare) == verdicts(plain)


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root to become somebody else")
def test_an_ordinary_user_gets_no_pass_that_root_does_not_get() -> None:
    root, user = readings(), readings(user=ORDINARY)
    assert user["volumes"].privilege == "user"
    before, after = verdicts(root), verdicts(user)
    for rule, verdict in after.items():
        if verdict is Verdict.PASS:
            assert before[rule] is Verdict.PASS, rule


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root to become somebody else")
def test_what_only_root_may_read_is_unknown_to_an_ordinary_user() -> None:
    users = readings(user=ORDINARY)["users"].value
    items = users["$items"] if isinstance(users, dict) else users
    assert {item["blank_password"]["$unknown"] for item in items} == {"not_elevated"}


def test_this_machine_has_verdicts_from_its_first_minute(tmp_path) -> None:
    memory = Memory.create(tmp_path / "local.sqlite")
    found = gather(LocalHost(), about(memory))
    assert set(verdicts(found)) == {rule.id for rule in builtin.pack().rules}
