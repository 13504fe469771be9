"""Every fact is asked, none costs another, and none can call itself better than it is."""

import threading
from dataclasses import replace
from datetime import datetime

import pytest

from agent.facts import gather as gathering
from agent.facts.base import About, Collector, answers
from agent.facts.gather import gather
from agent.facts.index import collectors, everywhere
from agent.host.base import Absent, Host, HostError
from agent.host.local import LocalHost
from agent.readers.errors import ParseError
from rules.facts.base import Items, Status, Unknown, Why
from rules.facts.host import HOST
from rules.facts.index import CATALOGUE, FACTS
from rules.facts.patching import PATCHING
from rules.facts.types import Version
from rules.facts.usb_storage import USB_STORAGE, UsbStorage
from rules.facts.users import USERS
from rules.facts.volumes import VOLUMES
from tests.agent.facts.clinic import about, op1


def fails(error: Exception) -> Collector:
    @answers(VOLUMES, on="linux")
    def linux(host: Host, about: About) -> Items:
        raise error

    return linux


@pytest.mark.parametrize(
    ("error", "status", "why"),
    [
        (HostError(Why.ACCESS_DENIED), Status.UNKNOWN, Why.ACCESS_DENIED),
        (ParseError("garbage"), Status.UNKNOWN, Why.PARSE_ERROR),
        (KeyError("sda"), Status.ERROR, Why.API_ERROR),
        (Absent("/etc/x"), Status.ERROR, Why.API_ERROR),
        (RecursionError(), Status.ERROR, Why.API_ERROR),
    ],
)
def test_a_collector_that_breaks_breaks_alone(error, status, why) -> None:
    readings = gather(op1(), about(), ["host", "volumes"], [fails(error), *collectors("linux")[:1]])
    assert readings["volumes"].status is status
    assert [reason.code for reason in readings["volumes"].reasons] == [why]
    assert readings["host"].status is Status.OK


def test_a_value_that_does_not_fit_its_fact_is_not_passed_on() -> None:
    @answers(VOLUMES, on="linux")
    def linux(host: Host, about: About) -> Items:
        return "all is well"

    reading = gather(op1(), about(), ["volumes"], [linux])["volumes"]
    assert reading.status is Status.ERROR
    assert reading.value is None


def test_a_system_without_a_recipe_is_unsupported() -> None:
    host = replace(op1(), os="windows")
    reading = gather(host, about(), ["volumes"])["volumes"]
    assert reading.status is Status.UNSUPPORTED
    assert [reason.code for reason in reading.reasons] == [Why.UNSUPPORTED_OS]


@pytest.mark.parametrize(
    ("control", "missing", "status"),
    [
        ("blocked", None, Status.OK),
        ("blocked", Why.TIMEOUT, Status.PARTIAL),
        (Unknown(Why.TIMEOUT), Why.TIMEOUT, Status.UNKNOWN),
    ],
)
def test_the_status_is_counted_from_the_value(control, missing, status) -> None:
    @answers(USB_STORAGE, on="linux")
    def linux(host: Host, about: About) -> UsbStorage:
        empty = Items((), missing)
        return UsbStorage(control=control, gaps=empty, layers=empty, devices=empty)

    assert gather(op1(), about(), ["usb_storage"], [linux])["usb_storage"].status is status


def test_a_fact_that_never_answers_holds_up_nobody(monkeypatch) -> None:
    wake = threading.Event()

    @answers(PATCHING, on="linux")
    def stuck(host: Host, about: About) -> Unknown:
        wake.wait()
        return Unknown(Why.TIMEOUT)

    monkeypatch.setitem(gathering.DEADLINES, "medium", 0.01)
    readings = gather(op1(), about(), None, [stuck, *collectors("linux")[:4]])
    wake.set()
    assert readings["patching"].value == {"$unknown": "timeout"}
    assert readings["volumes"].status is not Status.UNKNOWN


def test_a_fact_comes_after_those_that_it_builds_on() -> None:
    seen = {}

    @answers(USERS, on="linux", after=("volumes",))
    def linux(host: Host, about: About) -> Items:
        seen.update(about.readings)
        return Items()

    others = [one for one in collectors("linux") if one.fact is not USERS]
    readings = gather(op1(), about(), ["users"], [linux, *others])
    assert set(readings) == {"users"}
    assert seen["volumes"].value[0]["name"] == "/"


def test_a_dear_fact_waits_for_the_cheap_one_that_it_builds_on() -> None:
    seen = {}

    @answers(USERS, on="linux")
    def slow(host: Host, about: About) -> Items:
        threading.Event().wait(0.05)
        return Items()

    @answers(PATCHING, on="linux", after=("users",))
    def linux(host: Host, about: About) -> Unknown:
        seen.update(about.readings)
        return Unknown(Why.DISABLED)

    gather(op1(), about(), ["patching"], [slow, linux])
    assert seen["users"].value == []


def test_nobody_waits_for_one_that_waits_for_him() -> None:
    order = [fact.name for fact in FACTS]
    for one in everywhere():
        for name in one.after:
            assert CATALOGUE[name].cost == "cheap"
            assert order.index(name) < order.index(one.fact.name)


def test_every_fact_of_the_catalogue_is_in_the_answer_in_its_order() -> None:
    assert list(gather(op1(), about())) == [fact.name for fact in FACTS]


def test_a_reading_says_on_what_it_rests_and_never_whose_it_is() -> None:
    reading = gather(op1(), about(), ["users"])["users"]
    calls = {source.call for source in reading.source}
    assert "read:/etc/shadow" in calls
    assert "stat:/home" in calls
    assert not any("dr_lee" in call for call in calls)


def test_a_reading_knows_what_it_cost_and_who_asked() -> None:
    reading = gather(op1(), about(), ["patching"])["patching"]
    assert reading.cost.spawned == 2
    assert reading.privilege == "root"
    assert isinstance(reading.observed_at, datetime)


def test_cheap_facts_start_no_programs() -> None:
    readings = gather(op1(), about())
    cheap = [fact.name for fact in FACTS if fact.cost == "cheap"]
    spawned = {name: readings[name].cost.spawned for name in cheap}
    # only where a disk is mapped: the kernel's table says whether it encrypts
    assert spawned.pop("volumes") == 1
    assert set(spawned.values()) == {0}


@pytest.mark.live
def test_this_machine_answers_every_fact_of_its_system() -> None:
    readings = gather(LocalHost(), about())
    # A container sees neither its machine's firmware nor, without systemd, clock and services.
    # Of copies nobody has declared any.
    blind = {"boot_security", "clock", "firewall", "services", "backups"}
    answered = {one.fact.name for one in collectors("linux")}
    for name, reading in readings.items():
        expected = {Status.OK, Status.PARTIAL} if name in answered else {Status.UNSUPPORTED}
        expected |= {Status.UNKNOWN} if name in blind else set()
        assert reading.status in expected, name
    assert Version.parse(readings["host"].value["os_version"]).numbers
    assert HOST.name in readings
