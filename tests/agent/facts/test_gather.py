"""Every fact is asked, none costs another, and none can call itself better than it is."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from agent.facts.base import DEADLINES, About, Collector, answers
from agent.facts.gather import gather
from agent.facts.index import collectors, everywhere
from agent.facts.question import Question
from agent.host.base import Absent, Host, HostError
from agent.host.local import LocalHost
from agent.host.programs import PROGRAMS, Program
from agent.host.recorded import Recorder
from agent.readers.errors import ParseError
from rules.facts.base import Fact, Items, Status, Unknown, Why
from rules.facts.host import HOST
from rules.facts.imaging import IMAGING
from rules.facts.index import FACTS
from rules.facts.patching import PATCHING
from rules.facts.types import Version
from rules.facts.usb_storage import USB_STORAGE, UsbStorage
from rules.facts.users import USERS
from rules.facts.volumes import VOLUMES
from tests.agent.facts.clinic import NOW, about, op1
from tests.agent.facts.macs import front_mac, scan_mac
from tests.agent.facts.windows.clinic import front_1, hyg_2


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
    host = replace(op1(), os="macos")
    reading = gather(host, about(), ["tls_policy"])["tls_policy"]
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


class Clock:
    """Time that stands still until all is said, and is up at once for a fact that hangs."""

    def __init__(self) -> None:
        self.waited: dict[str, float] = {}
        self.hangs = threading.Event()
        self.released = threading.Event()

    def hang(self, host: Host, about: About) -> Unknown:
        self.hangs.set()
        self.released.wait()
        return Unknown(Why.DISABLED)

    def wait(self, question: Question) -> None:
        self.waited[question.fact.name] = question.deadline
        if question.collector and question.collector.answer == self.hang:
            self.hangs.wait()
        else:
            question.answered.wait()


@pytest.fixture
def clock() -> Iterator[Clock]:
    clock = Clock()
    yield clock
    clock.released.set()


@pytest.mark.parametrize("fact", [PATCHING, VOLUMES, IMAGING], ids=lambda fact: fact.name)
def test_a_fact_that_hangs_for_ever_leaves_every_other_fresh(clock, fact) -> None:
    others = [one for one in collectors("linux") if one.fact is not fact]
    stuck = answers(fact, on="linux")(clock.hang)

    readings = gather(op1(), about(), None, (stuck, *others), clock.wait)

    assert readings[fact.name].value == {"$unknown": "timeout"}
    late = {name for name, one in readings.items() if str(Why.TIMEOUT) in str(one.value)}
    assert late == {fact.name}
    assert {one.observed_at for one in readings.values()} == {NOW}


@pytest.mark.parametrize(
    ("pace", "seconds"), [("cheap", 1), ("medium", 10), ("heavy", 60), ("search", 120)]
)
def test_a_fact_has_as_long_as_its_pace_allows(clock, pace, seconds) -> None:
    stuck = answers(PATCHING, on="linux", pace=pace)(clock.hang)
    reading = gather(op1(), about(), ["patching"], (stuck,), clock.wait)["patching"]
    assert clock.waited == {"patching": seconds}
    assert [reason.code for reason in reading.reasons] == [Why.TIMEOUT]


def test_what_the_catalogue_calls_cheap_has_a_second(clock) -> None:
    gather(op1(), about(), None, None, clock.wait)
    dearer = {"patching": 60.0, "imaging": 10.0}
    paces = {fact.name: DEADLINES[fact.cost] for fact in FACTS}
    assert clock.waited == paces | dearer


def test_a_lane_that_hangs_leaves_the_queue_to_the_other(clock) -> None:
    asked = []

    def freely(fact: Fact[Any]) -> Collector[Any]:
        def linux(host: Host, about: About) -> Unknown:
            clock.hangs.wait()  # the first of the queue hangs before any other is answered
            asked.append(fact.name)
            return Unknown(Why.DISABLED)

        return answers(fact, on="linux", pace="medium")(linux)

    class Patient(Clock):
        def wait(self, question: Question) -> None:
            if question.collector.answer == self.hang:
                everybody.wait()
            else:
                question.answered.wait()
                if len(asked) == len(FACTS) - 1:
                    everybody.set()

    everybody, clock = threading.Event(), Patient()
    stuck = answers(FACTS[0], on="linux", pace="medium")(clock.hang)
    readings = gather(op1(), about(), None, (stuck, *map(freely, FACTS[1:])), clock.wait)
    clock.released.set()
    assert asked == [fact.name for fact in FACTS[1:]]
    assert readings[FACTS[0].name].value == {"$unknown": "timeout"}


def test_an_answer_that_comes_late_counts_while_others_are_awaited() -> None:
    late, seen = threading.Event(), []

    @answers(VOLUMES, on="linux")
    def slow(host: Host, about: About) -> Items:
        late.wait()
        return Items()

    @answers(PATCHING, on="linux", after=("volumes",))
    def slower(host: Host, about: About) -> Unknown:
        assert about.readings["volumes"].value == {"$unknown": "timeout"}
        late.set()
        return Unknown(Why.DISABLED)

    def wait(question: Question) -> None:
        seen.append(question)
        if question.fact is PATCHING:
            seen[0].answered.wait()
            question.answered.wait()

    readings = gather(op1(), about(), ["volumes", "patching"], (slow, slower), wait)
    assert readings["volumes"].value == []
    assert readings["patching"].value == {"$unknown": "disabled"}


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


@pytest.mark.parametrize("machine", [hyg_2, front_1, front_mac, scan_mac])
def test_what_an_answer_waits_for_fits_into_its_pace(machine) -> None:
    """Where programs tell what files tell on Linux, a fact is as dear as they are."""
    host = machine()
    for one in collectors(host.os):
        recorder = Recorder(host)
        gather(recorder, about(), [one.fact.name])
        runs = [call for call in recorder.calls if call.op == "run"]
        waits = [PROGRAMS[Program(call.subject)].seconds(call.args) for call in runs]
        assert not waits or one.pace != "cheap", one.fact.name
        assert max(waits, default=0.0) <= DEADLINES[one.pace], one.fact.name


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
