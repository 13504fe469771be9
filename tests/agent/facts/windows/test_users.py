"""When does a Windows lock, for whom? By machines written from documentation."""

from datetime import timedelta
from typing import Any

import pytest

from agent.facts.users import windows as users
from agent.host.tree import TreeHost
from rules.facts.base import Unknown, Why
from rules.facts.users import Lock, User
from tests.agent.facts.clinic import about
from tests.agent.facts.windows.clinic import (
    ASKS,
    CURRENT,
    DESK,
    DESKTOP,
    DISPLAY,
    LEE,
    POLICIES,
    POWER,
    SCHEME,
    SERVICES,
    SLEEP,
    SYSTEM,
    USER_POLICY,
    WINDOWS,
    both,
    failed,
    pc,
)
from tests.agent.facts.windows.clinic import said as said_by

LIMIT = rf"{CURRENT}\Policies\System"
MDM = r"HKLM\SOFTWARE\Microsoft\PolicyManager\current\device\DeviceLock"
OWN, POLICY = rf"HKU\{LEE}\{DESKTOP}", rf"HKU\{LEE}\{USER_POLICY}"
SCHEMES = rf"{POWER}\User\PowerSchemes"
SAVER = {
    "ScreenSaveActive": "1",
    "SCRNSAVE.EXE": "C:\\Windows\\system32\\scrnsave.scr",
    "ScreenSaveTimeOut": "900",
    "ScreenSaverIsSecure": "1",
}
DOMAIN = {
    rf"{SERVICES}\Tcpip\Parameters": {"Domain": "clinic.example.test"},
    rf"{SERVICES}\Netlogon": {"Start": 2},
}
STANDBY = rf"{POLICIES}\Windows\System"
DENIED = {"$error": "access_denied"}


def people(host: TreeHost) -> dict[str, User]:
    return {str(user.id): user for user in users.windows(host, about()).items}


def lock(keys: dict[str, Any], **asked: Any) -> Lock:
    return people(pc(keys, asked=asked))[LEE].lock


def minutes(of: Lock) -> float | None:
    return None if of.after is None else of.after / timedelta(minutes=1)


def test_active_and_nothing_else_is_no_lock() -> None:
    said = lock({})
    assert said.after is None
    assert said.asks_password is False


@pytest.mark.parametrize(
    ("keys", "after", "source"),
    [
        ({LIMIT: {"InactivityTimeoutSecs": 900}}, 15, "machine_policy"),
        ({LIMIT: {"InactivityTimeoutSecs": 0}}, None, "default"),
        ({LIMIT: {"InactivityTimeoutSecs": 599_941}}, None, "default"),
        ({MDM: {"DevicePasswordEnabled": 0, "MaxInactivityTimeDeviceLock": 5}}, 5, "mdm"),
        ({MDM: {"DevicePasswordEnabled": 1, "MaxInactivityTimeDeviceLock": 5}}, None, "default"),
        ({MDM: {"DevicePasswordEnabled": 0, "MaxInactivityTimeDeviceLock": 0}}, None, "default"),
        ({MDM: {"MaxInactivityTimeDeviceLock": 5}}, None, "default"),
        ({OWN: SAVER}, 15 + 5 / 60, "preference"),
        ({OWN: SAVER | {"ScreenSaveTimeOut": "0"}}, None, "default"),
        ({OWN: SAVER | {"ScreenSaveActive": "0"}}, None, "default"),
        ({OWN: SAVER | {"ScreenSaverIsSecure": "0"}}, None, "default"),
        ({OWN: SAVER | {"SCRNSAVE.EXE": ""}}, None, "default"),
        ({OWN: SAVER, LIMIT: {"InactivityTimeoutSecs": 600}}, 10, "machine_policy"),
        ({OWN: SAVER, LIMIT: {"InactivityTimeoutSecs": 3600}}, 15 + 5 / 60, "preference"),
    ],
)
def test_the_least_of_the_mechanisms_counts_and_0_is_never(keys, after, source) -> None:
    said = lock(keys)
    assert minutes(said) == (None if after is None else pytest.approx(after))
    assert said.source == source


@pytest.mark.parametrize(
    ("policy", "own", "seconds", "enforced"),
    [
        (SAVER, {"ScreenSaveActive": "0"}, 905, True),
        ({"ScreenSaveTimeOut": "300"}, SAVER, 305, False),
        ({"ScreenSaveTimeOut": "0"}, SAVER, None, False),
        ({"ScreenSaveActive": "0"}, SAVER, None, False),
        (SAVER | {"ScreenSaverIsSecure": "0"}, SAVER, None, False),
    ],
)
def test_each_value_of_a_policy_stands_before_the_persons_own(
    policy, own, seconds, enforced
) -> None:
    said = lock({POLICY: policy, OWN: own})
    assert said.after == (None if seconds is None else timedelta(seconds=seconds))
    assert said.enforced is enforced


@pytest.mark.parametrize(("grace", "seconds"), [("0", 900), (60, 960), ("5", 905)])
def test_the_grace_period_is_added(grace, seconds) -> None:
    said = lock({OWN: SAVER, rf"{WINDOWS}\Winlogon": {"ScreenSaverGracePeriod": grace}})
    assert said.after == timedelta(seconds=seconds)


def test_one_person_without_a_lock_is_seen_beside_one_with() -> None:
    found = people(pc({OWN: SAVER}))
    assert found[LEE].lock.after is not None
    assert found[DESK].lock.after is None


def test_who_cannot_be_read_is_unknown() -> None:
    found = people(pc({OWN: DENIED}))
    assert found[LEE].lock.after == Unknown(Why.ACCESS_DENIED)
    assert found[DESK].lock.after is None


def test_who_cannot_be_read_is_bounded_by_what_holds_for_the_machine() -> None:
    assert minutes(lock({OWN: DENIED, LIMIT: {"InactivityTimeoutSecs": 600}})) == 10


@pytest.mark.parametrize(
    "value", [{"ScreenSaveTimeOut": "soon"}, {"ScreenSaveTimeOut": b"\x01"}, {"SCRNSAVE.EXE": 7}]
)
def test_a_value_of_another_form_is_no_lock_and_no_guess(value) -> None:
    assert lock({OWN: SAVER | value}).after == Unknown(Why.PARSE_ERROR)


@pytest.mark.parametrize(
    ("sleep", "display", "asks", "after"),
    [
        (both(900), both(600), both(1), 15),
        (both(0), both(600), both(1), None),  # only the display goes dark: no lock
        (both(900), both(0), both(1), None),
        (both(900), both(600), both(0), None),
        ({"ACSettingIndex": 0, "DCSettingIndex": 300}, both(600), both(1), None),
        ({"ACSettingIndex": 1200, "DCSettingIndex": 300}, both(600), both(1), 20),
        (both(900), both(600), {"ACSettingIndex": 0, "DCSettingIndex": 1}, None),
    ],
)
def test_a_machine_locks_by_sleeping_if_waking_asks(sleep, display, asks, after) -> None:
    said = lock(
        {
            rf"{SCHEMES}\{SCHEME}\{SLEEP}": sleep,
            rf"{SCHEMES}\{SCHEME}\{DISPLAY}": display,
            rf"{SCHEMES}\{SCHEME}\{ASKS}": asks,
        }
    )
    assert minutes(said) == after


def test_a_policy_of_sleep_stands_before_the_scheme() -> None:
    name = SLEEP.partition("\\")[2]
    said = lock({rf"{POLICIES}\Power\PowerSettings\{name}": both(1800)})
    assert minutes(said) == 30


def test_a_power_setting_that_nothing_sets_leaves_it_unknown() -> None:
    found = people(pc({SCHEMES: {"ActivePowerScheme": "custom"}}))
    assert found[LEE].lock.after == Unknown(Why.UNRECOGNISED)


# Modern Standby wakes without a password under lock policies: OpenIntuneBaseline#251.
@pytest.mark.parametrize(
    ("keys", "on_wake"),
    [
        ({}, Unknown(Why.API_ERROR)),  # nobody chose: machines were seen that do not ask
        ({OWN: {"DelayLockInterval": 0}}, True),
        ({OWN: {"DelayLockInterval": 60}}, False),
        ({OWN: {"DelayLockInterval": 0xFFFFFFFF}}, False),
        ({OWN: {"DelayLockInterval": 60}, STANDBY: {"AllowDomainDelayLock": 0}}, True),
        ({OWN: {"DelayLockInterval": 60}, STANDBY: {"AllowDomainDelayLock": 1}}, False),
        ({OWN: {"DelayLockInterval": 60}, **DOMAIN}, True),
        ({OWN: {"DelayLockInterval": 60}, STANDBY: {"AllowDomainDelayLock": 1}, **DOMAIN}, False),
        (
            {
                OWN: {"DelayLockInterval": 0xFFFFFFFF},
                rf"{SYSTEM}\Control\CloudDomainJoin\JoinInfo\AB12": {},
            },
            False,
        ),
        ({OWN: {"DelayLockInterval": 60}, POWER: {"PlatformAoAcOverride": 0}}, True),
        ({rf"{SCHEMES}\{SCHEME}\{ASKS}": both(0), **DOMAIN}, False),
        ({OWN: DENIED}, Unknown(Why.ACCESS_DENIED)),
    ],
)
def test_waking_asks_or_is_said_not_to(keys, on_wake) -> None:
    darkens = said_by({"modern_standby": True})
    said = lock({POWER: {}, LIMIT: {"InactivityTimeoutSecs": 600}} | keys, power=darkens)
    assert said.on_wake == on_wake
    assert minutes(said) == 10


@pytest.mark.parametrize(
    ("power", "on_wake"),
    [
        (said_by({"modern_standby": False}), True),  # it sleeps, and who wakes it is asked
        (said_by({"modern_standby": True}), Unknown(Why.API_ERROR)),
        (failed("api_error"), Unknown(Why.API_ERROR)),
        ({"error": "timeout"}, Unknown(Why.API_ERROR)),
        ("{}", Unknown(Why.API_ERROR)),
    ],
)
def test_a_machine_that_has_no_modern_standby_asks_whoever_wakes_it(power, on_wake) -> None:
    assert lock({POWER: {}}, power=power).on_wake == on_wake
