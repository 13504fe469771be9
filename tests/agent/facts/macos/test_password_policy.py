"""What pwpolicy asks of passwords: known conditions count, odd ones can only ask for more."""

from datetime import timedelta
from typing import Any

import pytest

from agent.facts.password_policy import macos as password_policy
from agent.host.recorded import Recorder
from rules.facts.base import Unknown, Why
from rules.facts.password_policy import PasswordPolicy
from tests.agent.facts.clinic import about
from tests.agent.facts.macs import (
    AS_SHIPPED,
    EXPIRES,
    FAILED,
    KCPASSWORD,
    LOCKS,
    LOGIN_WINDOW,
    POLICIES,
    REMEMBERS,
    front_mac,
    matches,
    plist,
    policies,
    scan_mac,
)

ODD = {"policyContent": "policyAttributePassword matches[cd] policyAttributeRecordName"}
DENIED = {"error": "access_denied"}
RESETS = (
    f"({FAILED}) or (policyAttributeCurrentTime > policyAttributeLastFailedAuthenticationTime +"
    " (policyAttributeMinutesUntilFailedAuthenticationReset * 60))"
)
UNRECOGNISED = Unknown(Why.UNRECOGNISED)


def found(said: Any, files: dict[str, Any] | None = None) -> PasswordPolicy:
    return password_policy.macos(front_mac(files, {POLICIES: said}), about())


def test_a_mac_whose_manager_asks_for_long_passwords() -> None:
    said = password_policy.macos(front_mac(), about())
    assert (said.min_length, said.history, said.complexity) == (14, 12, True)
    assert (said.max_age, said.source) == (timedelta(days=365), "mdm")
    assert (said.lockout_after, said.lockout_for) == (5, timedelta(minutes=15))
    assert (said.auto_logon, said.auto_logon_secret) == (False, False)


def test_a_mac_as_it_is_shipped_never_locks() -> None:
    said = found(AS_SHIPPED)
    assert (said.min_length, said.history, said.complexity) == (4, 0, False)
    assert (said.lockout_after, said.lockout_for) == (None, timedelta(0))
    assert (said.max_age, said.blank_allowed, said.source) == (None, False, "local")


@pytest.mark.parametrize("asked", [0, 1, 14, 999])
def test_the_length_is_that_of_the_condition(asked) -> None:
    said = found(policies((matches(f".{{{asked},}}"),)))
    assert (said.min_length, said.blank_allowed) == (asked, asked == 0)


def test_of_two_lengths_both_must_hold() -> None:
    assert found(policies((matches(".{8,}"), matches(".{14,}+")))).min_length == 14


def test_without_conditions_anything_goes() -> None:
    said = found(policies(change=(EXPIRES,)))
    assert (said.min_length, said.blank_allowed, said.history) == (0, True, 0)


@pytest.mark.parametrize(
    "pattern", [".{14,}' OR TRUEPREDICATE", "^(?=.{14,}).*", ".{14}", ".{,14}", "(?i).{14,}"]
)
def test_a_condition_that_is_not_known_is_no_length(pattern) -> None:
    said = found(policies((matches(pattern),)))
    assert said.min_length == said.blank_allowed == said.complexity == UNRECOGNISED


def test_an_odd_condition_takes_nothing_from_those_that_are_known() -> None:
    said = found(policies((matches(".{14,}"), ODD), (EXPIRES, ODD), (LOCKS, ODD)))
    assert (said.min_length, said.lockout_after) == (14, 5)
    assert (said.history, said.max_age) == (UNRECOGNISED, timedelta(days=365))


@pytest.mark.parametrize(
    ("content", "parameters", "after", "duration"),
    [
        (FAILED, {"policyAttributeMaximumFailedAuthentications": 10}, 10, None),
        ("policyAttributeFailedAuthentications < 3", {}, 3, None),
        (
            RESETS,
            {
                "policyAttributeMaximumFailedAuthentications": 11,
                "policyAttributeMinutesUntilFailedAuthenticationReset": 5,
            },
            11,
            timedelta(minutes=5),
        ),
    ],
)
def test_an_account_is_locked_in_each_known_way(content, parameters, after, duration) -> None:
    policy = {"policyContent": content, "policyParameters": parameters}
    said = found(policies(sign_in=(policy,)))
    assert (said.lockout_after, said.lockout_for) == (after, duration)


def test_of_two_lockouts_the_first_locks() -> None:
    later = {"policyContent": "policyAttributeFailedAuthentications < 20"}
    said = found(policies(sign_in=(later, LOCKS)))
    assert (said.lockout_after, said.lockout_for) == (5, timedelta(minutes=15))


def test_a_sign_in_condition_that_is_not_known_is_no_lockout() -> None:
    said = found(policies(sign_in=(ODD,)))
    assert said.lockout_after == said.lockout_for == UNRECOGNISED


def test_a_password_that_expires_after_no_days_never_does() -> None:
    never = EXPIRES | {"policyParameters": {"policyAttributeExpiresEveryNDays": 0}}
    assert found(policies(change=(never,))).max_age is None


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("", Why.PARSE_ERROR),
        ("Getting global account policies\n", Why.PARSE_ERROR),
        (AS_SHIPPED.replace(b"Getting global", b"Globale"), Why.PARSE_ERROR),
        (AS_SHIPPED[: len(AS_SHIPPED) // 2], Why.PARSE_ERROR),
        (policies((REMEMBERS | {"policyParameters": {}},)), Why.PARSE_ERROR),
        (policies(sign_in=(LOCKS | {"policyParameters": []},)), Why.PARSE_ERROR),
        (
            policies(sign_in=({"policyContent": "policyAttributeFailedAuthentications < 0"},)),
            Why.PARSE_ERROR,
        ),
        (policies(({"policyIdentifier": "x"},)), Why.PARSE_ERROR),
        ({"rc": 1}, Why.API_ERROR),
        ({"error": "timeout"}, Why.TIMEOUT),
        ({"error": "tool_missing"}, Why.TOOL_MISSING),
    ],
)
def test_an_answer_that_is_not_understood_is_none(said, why) -> None:
    one = found(said)
    assert {one.min_length, one.lockout_after, one.complexity, one.source} == {Unknown(why)}
    assert one.auto_logon is False


@pytest.mark.parametrize(
    ("files", "auto", "secret"),
    [
        ({LOGIN_WINDOW: plist({"autoLoginUser": "front"}), KCPASSWORD: b"x"}, True, True),
        ({LOGIN_WINDOW: plist({"autoLoginUser": ""})}, False, False),
        ({LOGIN_WINDOW: plist({"GuestEnabled": False}), KCPASSWORD: b"x"}, False, True),
        ({LOGIN_WINDOW: DENIED}, Unknown(Why.ACCESS_DENIED), False),
        ({LOGIN_WINDOW: b"garbage"}, Unknown(Why.PARSE_ERROR), False),
        ({LOGIN_WINDOW: plist({"autoLoginUser": 1})}, Unknown(Why.PARSE_ERROR), False),
        ({KCPASSWORD: DENIED}, False, Unknown(Why.ACCESS_DENIED)),
    ],
)
def test_an_automatic_sign_in_is_told_by_what_lies_there(files, auto, secret) -> None:
    said = password_policy.macos(front_mac(files), about())
    assert (said.auto_logon, said.auto_logon_secret) == (auto, secret)


def test_the_password_itself_is_never_read() -> None:
    recorder = Recorder(scan_mac())
    assert password_policy.macos(recorder, about()).auto_logon_secret is True
    assert {call.op for call in recorder.calls if call.subject == KCPASSWORD} == {"stat"}
