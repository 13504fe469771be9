"""The daemons of launchd: what runs, and what may be started by whom."""

from typing import Any

import pytest

from agent.facts.services import macos as services
from agent.host.base import HostError
from agent.readers.errors import ParseError
from rules.facts.base import Items, Why
from rules.facts.services import Service
from tests.agent.facts.clinic import about
from tests.agent.facts.macs import (
    DAEMONS,
    LOADED,
    OVERRIDES,
    daemon,
    front_mac,
    loaded,
    overrides,
    scan_mac,
)

SNMP = "org.net-snmp.snmpd"
MINE = "/Library/LaunchDaemons"


def answer(
    files: dict[str, Any] | None = None, run: dict[str, Any] | None = None
) -> Items[Service]:
    return services.macos(front_mac(files, run), about())


def starts(**more: Any) -> Any:
    files = {f"{DAEMONS}/{SNMP}.plist": daemon(SNMP, **more)}
    return {one.name: one for one in answer(files).items}[SNMP].start


def test_a_job_with_a_process_runs() -> None:
    by_name = {one.name: (one.state, one.start) for one in answer().items}
    assert by_name["com.apple.timed"] == ("running", "auto")
    assert by_name["com.openssh.sshd"] == ("stopped", "disabled")


def test_what_was_enabled_since_is_no_longer_disabled() -> None:
    by_name = {one.name: one for one in services.macos(scan_mac(), about()).items}
    assert by_name["com.openssh.sshd"].start == "manual"


@pytest.mark.parametrize(
    ("file", "start"),
    [
        ({"RunAtLoad": True}, "auto"),
        ({"KeepAlive": True}, "auto"),
        ({"KeepAlive": {"SuccessfulExit": False}}, "manual"),
        ({"Disabled": True, "RunAtLoad": True}, "disabled"),
        ({"Disabled": {"MachineIsVM": True}}, "manual"),
        ({}, "manual"),
    ],
)
def test_its_file_says_who_starts_it(file, start) -> None:
    assert starts(**file) == start


@pytest.mark.parametrize(
    ("state", "start"),
    [("disabled", "disabled"), ("true", "disabled"), ("enabled", "auto"), ("false", "auto")],
)
def test_what_launchd_was_told_overrules_the_file(state, start) -> None:
    files = {f"{MINE}/snmpd.plist": daemon("snmpd", RunAtLoad=True, Disabled=True)}
    found = answer(files, {OVERRIDES: overrides(snmpd=state)})
    assert {one.name: one.start for one in found.items}["snmpd"] == start


def test_a_job_without_a_file_is_known_by_its_process() -> None:
    found = answer(run={LOADED: loaded(com_example_helper=700)})
    one = {one.name: one for one in found.items}["com.example.helper"]
    assert (one.state, one.start) == ("running", "other")


@pytest.mark.parametrize(
    ("files", "why"),
    [
        ({f"{DAEMONS}/x.plist": b"garbage"}, Why.PARSE_ERROR),
        ({f"{DAEMONS}/x.plist": {"error": "access_denied"}}, Why.ACCESS_DENIED),
        ({MINE: {"error": "access_denied"}}, Why.ACCESS_DENIED),
        ({f"{MINE}/gone.plist": {"link": "/nowhere.plist"}}, None),
        ({}, None),
    ],
)
def test_a_file_that_cannot_be_read_leaves_the_list_incomplete(files, why) -> None:
    found = answer(files)
    assert found.missing == why
    assert "com.apple.timed" in {one.name for one in found.items}


def test_who_is_not_root_sees_a_session_of_his_own() -> None:
    host = front_mac()
    host.elevated = False
    assert services.macos(host, about()).missing is Why.NOT_ELEVATED


@pytest.mark.parametrize(
    "run",
    [
        {LOADED: ""},
        {LOADED: "PID\tStatus\tLabel\n"},
        {LOADED: loaded(com_apple_timed=88)[:-1]},
        {LOADED: "PID\tStatus\tName\n88\t0\tx\n"},
        {OVERRIDES: ""},
        {OVERRIDES: overrides(com_apple_smbd="abgeschaltet")},
        {OVERRIDES: overrides(com_apple_smbd="disabled")[:40]},
    ],
)
def test_a_list_that_is_not_understood_is_no_answer(run) -> None:
    with pytest.raises(ParseError):
        answer(run=run)


@pytest.mark.parametrize("program", [LOADED, OVERRIDES])
@pytest.mark.parametrize("why", ["timeout", "tool_missing", "access_denied"])
def test_what_does_not_answer_says_why(program, why) -> None:
    with pytest.raises(HostError) as raised:
        answer(run={program: {"error": why}})
    assert raised.value.why == why
