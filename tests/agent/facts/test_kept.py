"""The last answer of a dear program holds while nothing has changed, and never a moment longer."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from agent.facts.base import About
from agent.facts.kept import LONGEST, RestsOn, kept_output
from agent.facts.memory import Memory
from agent.facts.patching import linux as patching
from agent.facts.software import linux as software
from agent.host.base import HostError, Ran
from agent.host.clocks import Clocks
from agent.host.programs import Program
from agent.host.tree import TreeHost
from rules.facts.base import Items, Why
from rules.facts.form import encode
from tests.agent.facts.clinic import (
    APT,
    CONFIG,
    DPKG,
    NOTHING,
    NOW,
    SECURITY,
    TWO_WAIT,
    about,
    system,
)

STATUS, LISTS = "/var/lib/dpkg/status", "/var/lib/apt/lists"
RESTS_ON = RestsOn((STATUS,), (LISTS,))
DAY = timedelta(days=1)
BEGAN = Clocks(NOW, "op1-boot", 5000.0)


class CountingHost(TreeHost):
    """A tree that counts how often each of its programs was run."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.ran: list[Program] = []

    def run(self, program: Program, *args: str) -> Ran:
        self.ran.append(program)
        return super().run(program, *args)


def op1(changed: Mapping[str, Any] | None = None, said: str = NOTHING) -> CountingHost:
    return CountingHost(system() | (changed or {}), {APT: said, "apt-config dump": CONFIG})


def later(by: timedelta, uptime: timedelta | None = None, boot: str = BEGAN.boot) -> Clocks:
    counted = BEGAN.uptime + (by if uptime is None else uptime).total_seconds()
    return Clocks(NOW + by, boot, counted)


@pytest.fixture
def patrol(tmp_path) -> About:
    return replace(about(Memory.create(tmp_path / "local.sqlite")), kept=BEGAN)


def asked(host: CountingHost, patrol: About, clocks: Clocks) -> bytes:
    now = replace(patrol, now=clocks.at, kept=clocks)
    return kept_output(host, now, RESTS_ON, Program.APT_CONFIG, "dump")


def ran(patrol: About, clocks: Clocks, changed: Mapping[str, Any] | None = None) -> int:
    """How often the program was run for a second answer."""
    asked(op1(), patrol, BEGAN)
    host = op1(changed)
    assert asked(host, patrol, clocks) == CONFIG.encode()
    return len(host.ran)


def test_an_answer_holds_while_nothing_has_changed(patrol) -> None:
    assert ran(patrol, later(timedelta(hours=6))) == 0


def test_it_holds_over_the_end_of_the_process(patrol) -> None:
    asked(op1(), patrol, BEGAN)
    patrol.memory.save()
    again = replace(patrol, memory=Memory.open(patrol.memory.path))
    host = op1()
    assert asked(host, again, later(timedelta(hours=1))) == CONFIG.encode()
    assert host.ran == []


@pytest.mark.parametrize(
    "changed",
    [
        {STATUS: {"text": "Package: x", "modified": "2026-11-01T00:00:00Z"}},
        {STATUS: {"text": "", "inode": 7}},
        {STATUS: "another size"},
        {f"{LISTS}/another_InRelease": "x"},
        {SECURITY: "another size"},
    ],
    ids=["time", "inode", "size", "a new list", "a list"],
)
def test_whatever_changes_is_asked_anew(patrol, changed) -> None:
    asked(op1({STATUS: {"text": ""}}), patrol, BEGAN)
    host = op1({STATUS: {"text": ""}} | changed)
    asked(host, patrol, later(timedelta(hours=1)))
    assert host.ran == [Program.APT_CONFIG]


@pytest.mark.parametrize(
    "spoilt",
    [
        {STATUS: {"error": "access_denied"}},
        {LISTS: {"error": "timeout"}},
        {STATUS: {"link": "/srv/status"}, "/srv/status": ""},
        {STATUS: {"text": "", "modified": "2026-11-22T12:59:59Z"}},
        {STATUS: {"text": "", "modified": "2027-01-01T00:00:00Z"}},
    ],
    ids=["denied", "a folder that hangs", "a link", "changed just now", "from the future"],
)
def test_what_cannot_be_taken_confirms_nothing(patrol, spoilt) -> None:
    asked(op1(spoilt), patrol, later(timedelta(hours=1)))
    host = op1(spoilt)
    asked(host, patrol, later(timedelta(hours=1)))
    assert host.ran == [Program.APT_CONFIG]


def test_after_a_day_it_is_asked_anew(patrol) -> None:
    assert ran(patrol, later(LONGEST - timedelta(seconds=1))) == 0
    assert ran(patrol, later(LONGEST)) == 1


@pytest.mark.parametrize(
    ("clocks", "case"),
    [
        (later(timedelta(hours=1), uptime=DAY), "set back by 23 hours"),
        (later(timedelta(hours=-1), uptime=timedelta(hours=6)), "set back before the answer"),
        (later(DAY, uptime=timedelta(minutes=5)), "set forward"),
        (later(timedelta(hours=1), boot="another"), "started anew"),
        (later(timedelta(hours=1), uptime=timedelta(hours=-1)), "a count that began anew"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_no_clock_that_is_set_keeps_an_answer_alive(patrol, clocks, case) -> None:
    assert ran(patrol, clocks) == 1


def test_who_asks_by_hand_is_answered_afresh(patrol) -> None:
    asked(op1(), patrol, BEGAN)
    host = op1()
    kept_output(host, replace(patrol, kept=None), RESTS_ON, Program.APT_CONFIG, "dump")
    assert host.ran == [Program.APT_CONFIG]


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"at": 7}', '{"rests_on": "x", "said": "~"}'])
def test_what_was_kept_and_is_unsound_is_nothing(patrol, text) -> None:
    patrol.memory.note("kept", Program.APT_CONFIG, text, NOW)
    host = op1()
    assert asked(host, patrol, BEGAN) == CONFIG.encode()
    assert host.ran == [Program.APT_CONFIG]


def test_a_failure_is_never_kept(patrol) -> None:
    broken = CountingHost(system(), {"apt-config dump": {"rc": 100, "err": "no"}})
    with pytest.raises(HostError):
        asked(broken, patrol, BEGAN)
    assert asked(op1(), patrol, later(timedelta(hours=1))) == CONFIG.encode()


def patches(patrol: About, host: CountingHost, clocks: Clocks) -> Any:
    return patching.linux(host, replace(patrol, now=clocks.at, kept=clocks))


def test_patching_asks_apt_again_only_when_what_it_reads_has_changed(patrol) -> None:
    first = patches(patrol, op1(said=TWO_WAIT), BEGAN)
    confirming, changed = op1(said=NOTHING), op1({STATUS: "upgraded"}, said=NOTHING)

    assert encode(patches(patrol, confirming, later(timedelta(hours=7)))) == encode(first)
    assert Program.APT_GET not in confirming.ran
    assert patches(patrol, changed, later(timedelta(hours=8))).pending == Items(())
    assert Program.APT_GET in changed.ran


@pytest.mark.parametrize(
    "path",
    [
        "/etc/apt/sources.list.d/more.list",
        "/etc/apt/preferences.d/pin",
        "/etc/apt/preferences",
        "/var/lib/dpkg/arch",
        f"{LISTS}/more",
    ],
)
def test_apt_is_asked_again_whatever_it_reads_has_changed(patrol, path) -> None:
    patches(patrol, op1(), BEGAN)
    changed = op1({path: "# x"})
    patches(patrol, changed, later(timedelta(hours=1)))
    assert Program.APT_GET in changed.ran


def test_a_look_that_has_grown_old_is_stale_though_apts_answer_is_kept(patrol) -> None:
    """The list is made anew: only apt's own words are kept."""
    old = {SECURITY: system()[SECURITY]}
    before = patches(patrol, op1(old), BEGAN)
    assert before.pending.missing is None
    almost = Clocks(before.last_scan + timedelta(days=7) - timedelta(hours=1), "op1-boot", 0.0)
    patrol.memory.retain("kept", set())
    host = op1(old)
    assert patches(patrol, host, almost).pending.missing is None
    after = Clocks(almost.at + timedelta(hours=2), "op1-boot", 7200.0)
    host = op1(old)
    assert patches(patrol, host, after).pending.missing is Why.STALE_SOURCE
    assert Program.APT_GET not in host.ran


def test_software_is_listed_again_when_dpkgs_status_has_changed(patrol) -> None:
    def listed(host: CountingHost, clocks: Clocks) -> Any:
        return software.linux(host, replace(patrol, now=clocks.at, kept=clocks))

    def machine(status: str) -> CountingHost:
        return CountingHost(
            system() | {STATUS: status}, {DPKG: "installed\tnginx\t1.22.1-9\toptional\n"}
        )

    first = listed(machine("as it was"), BEGAN)
    kept, anew = machine("as it was"), machine("one package more")
    assert listed(kept, later(timedelta(hours=7))) == first
    assert kept.ran == []
    listed(anew, later(timedelta(hours=7)))
    assert anew.ran == [Program.DPKG_QUERY]
