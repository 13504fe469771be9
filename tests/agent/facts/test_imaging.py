"""The fact imaging: from the ledger, the guard's word and the volumes, and never a default."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from agent.facts import imaging as collector
from agent.facts.base import About
from agent.facts.gather import gather
from agent.facts.memory import Memory
from agent.host.base import HostError
from agent.host.local import LocalHost
from agent.paths import Home
from rules.facts.base import Why
from tests.agent.imaging.samples.practice import CIPHER, Practice
from tests.agent.imaging.samples.raster import JPEG

CANARY = "Canary_Smith_1987"
UNREAD = {"$unknown": "not_collected"}


class Machine:
    """This machine, seen through a practice; `shut` refuses the mount table."""

    def __init__(self, practice: Practice) -> None:
        self.practice = practice
        self.home = Home(practice.home)
        self.home.create()
        self.host = LocalHost()

    def read(self, **changes: object) -> dict:
        self.practice.ledger.commit()
        about = About(
            replace(self.practice.settings, **changes),
            self.home,
            Memory.open(self.home.local),
            datetime.fromtimestamp(self.practice.now, UTC),
        )
        reading = gather(self.host, about, ["imaging"], [collector.everywhere])["imaging"]
        assert reading.status in {"ok", "partial"}, reading.reasons
        return reading.value

    def guard(self, **said: object) -> None:
        now = self.practice.now
        root = {"watched": True, "stream_since": now - 500, "oldest_pending": None, "dirty": False}
        document = {"updated_at": now - 1, "roots": {"images": root | said}}
        self.home.guard.write_text(json.dumps(document))


@pytest.fixture
def machine(tmp_path: Path):
    practice = Practice(tmp_path / "home", tmp_path / CANARY)
    machine = Machine(practice)
    yield machine
    practice.ledger.close()


def test_before_an_agent_ran_nothing_is_claimed(tmp_path) -> None:
    practice = Practice(tmp_path / "home", tmp_path / "images")
    machine = Machine(practice)
    practice.ledger.close()
    (practice.home / "local.sqlite").unlink()
    about = About(
        practice.settings, machine.home, Memory.none(), datetime.fromtimestamp(practice.now, UTC)
    )
    value = gather(machine.host, about, ["imaging"], [collector.everywhere])["imaging"].value
    [root] = value["roots"]

    assert root["label"] == "images"
    assert root["exposed"] == root["files"] == root["complete"] == UNREAD
    assert value["exposed"] == UNREAD
    assert not (practice.home / "local.sqlite").exists()


def test_before_the_first_sweep_nothing_is_counted(machine) -> None:
    [root] = machine.read()["roots"]

    assert root["exposed"] == root["files"] == root["counts"] == UNREAD
    assert (root["complete"], root["as_of"], root["watched"]) == (False, None, False)


def test_a_swept_folder_is_counted(machine) -> None:
    machine.practice.put("a.jpg")
    machine.practice.put("b", bytes(99))
    machine.practice.sweep()
    [root] = machine.read()["roots"]

    assert root["files"] == 2
    assert (root["counts"]["plaintext"], root["counts"]["unknown"]) == (1, 1)
    assert root["complete"] is True
    assert root["owner"] == "here"


def test_findings_hold_no_path(machine) -> None:
    machine.practice.put("a.jpg")
    machine.practice.sweep()
    value = machine.read()
    found = value["exposed"]
    items = found["$items"] if isinstance(found, dict) else found

    assert {item["state"] for item in items} <= {"open", "fixed"}
    assert CANARY not in json.dumps(value["exposed"])
    assert CANARY not in json.dumps([{**root, "path": ""} for root in value["roots"]])


def test_what_is_not_built_is_not_collected(machine) -> None:
    machine.practice.sweep()
    value = machine.read()
    [root] = value["roots"]

    for name in ("cloud_sync", "placeholders", "secrets", "names_exposed", "past_retention"):
        assert root[name] == UNREAD
    assert value["mass_change"] == UNREAD


def test_the_guards_word_makes_it_present(machine) -> None:
    machine.practice.sweep()
    machine.guard()
    [root] = machine.read()["roots"]

    assert root["watched"] is True
    assert root["as_of"] > "2027-01-15T07:59:58Z"


def test_a_lost_event_is_told(machine) -> None:
    machine.practice.sweep()
    machine.guard(dirty=True)
    assert machine.read()["coverage"]["overflowed"] is True


def test_a_folder_that_is_not_there_claims_nothing(machine) -> None:
    machine.practice.sweep()
    machine.practice.images.rename(machine.practice.images.with_name("away"))
    [root] = machine.read()["roots"]

    assert (root["present"], root["protection"]) == (False, None)
    assert root["exposed"] == root["files"] == UNREAD


def test_no_folders_are_a_whole_answer(machine) -> None:
    value = machine.read(roots=())
    assert (value["roots"], value["exposed"]) == ([], [])


def test_a_machine_that_answers_nothing_proves_nothing(machine) -> None:
    class Shut:
        os, elevated = "linux", False

        def __getattr__(self, name):
            def refuse(*_, **__):
                raise HostError(Why.ACCESS_DENIED, CANARY)

            return refuse

    machine.practice.put("mail.asc", CIPHER)
    machine.practice.sweep()
    machine.host = Shut()
    value = machine.read()
    [root] = value["roots"]
    denied = {"$unknown": "access_denied"}

    assert root["protection"] == root["present"] == root["watched"] == denied
    assert root["exposed"] == denied
    assert CANARY not in json.dumps(value["exposed"])


def test_a_volume_that_loses_its_protection_opens_findings(machine) -> None:
    practice = machine.practice
    practice.standing.protection = "protected"
    practice.put("a.jpg", JPEG)
    practice.sweep()
    assert practice.findings() == []

    [root] = machine.read()["roots"]  # by what this machine's own disk really is
    if root["protection"] != "protected":
        assert len(practice.findings()) == 1
        assert practice.findings()[0].path is None


@pytest.mark.parametrize("count", [1001])
def test_a_long_list_is_cut_and_says_so(machine, count) -> None:
    for number in range(count):
        machine.practice.put(f"{number}.jpg", JPEG[:30])
    machine.practice.sweep()
    if machine.practice.findings():
        found = machine.read()["exposed"]
        assert found["$missing"] == "too_large"
        assert len(found["$items"]) == 1000
