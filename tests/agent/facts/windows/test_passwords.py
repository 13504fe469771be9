"""What does a Windows ask of passwords, and who is signed in unasked? By made machines."""

import json
from datetime import timedelta
from typing import Any

import pytest

from agent.facts.password_policy import windows as password_policy
from rules.facts.base import Unknown, Why
from rules.facts.password_policy import PasswordPolicy
from tests.agent.facts.clinic import about
from tests.agent.facts.windows.clinic import (
    NORMAL,
    OFF,
    SYSTEM,
    account,
    accounts,
    failed,
    passwords,
    pc,
)

DENIED = json.loads(failed("access_denied", 5)["out"])
LSA = rf"{SYSTEM}\Control\Lsa"
FOR_EVER = 0xFFFFFFFF


def policy(keys: dict[str, Any] | None = None, **asked: Any) -> PasswordPolicy:
    return password_policy.windows(pc(keys, asked=asked), about())


def test_what_is_asked_of_a_password_is_said() -> None:
    said = policy()
    assert (said.min_length, said.history, said.complexity) == (14, 24, True)
    assert (said.max_age, said.lockout_after) == (None, 10)
    assert said.lockout_for == timedelta(minutes=15)
    assert (said.blank_allowed, said.source) == (False, "local")


def test_a_password_that_ends_has_an_age() -> None:
    asked = {"min_length": 8, "max_age": 42 * 86400, "history": 0}
    assert policy(passwords=passwords(passwords=asked)).max_age == timedelta(days=42)


@pytest.mark.parametrize(
    ("after", "lasts", "expected"),
    [
        (0, 1800, (None, timedelta(0))),  # 0 failures: never
        (10, 0, (10, None)),  # 0 minutes: until somebody unlocks it
        (10, FOR_EVER, (10, None)),
        (5, 60, (5, timedelta(minutes=1))),
    ],
)
def test_0_failures_lock_nobody_and_0_minutes_end_never(after, lasts, expected) -> None:
    said = policy(passwords=passwords(lockout={"after": after, "for": lasts}))
    assert (said.lockout_after, said.lockout_for) == expected


EXCEPTED = accounts(account("lee", 1001, NORMAL | 0x20))
EXCEPTED_AND_OFF = accounts(account("Gast", 501, NORMAL | 0x20 | OFF))
NO_LENGTH = passwords(passwords={"min_length": 0, "max_age": FOR_EVER, "history": 0})


@pytest.mark.parametrize(
    ("keys", "asked", "allowed"),
    [
        ({}, {"passwords": NO_LENGTH}, True),
        ({}, {"accounts": EXCEPTED}, True),
        ({}, {"accounts": EXCEPTED_AND_OFF}, False),
        ({LSA: {"LimitBlankPasswordUse": 0}}, {}, True),
        ({LSA: {"LimitBlankPasswordUse": 1}}, {}, False),
        ({LSA: {"$error": "access_denied"}}, {}, Unknown(Why.ACCESS_DENIED)),
        ({}, {"accounts": failed("timeout")}, Unknown(Why.TIMEOUT)),
        ({}, {"accounts": accounts(users=DENIED)}, Unknown(Why.ACCESS_DENIED)),
        ({}, {"passwords": passwords(passwords=DENIED)}, Unknown(Why.ACCESS_DENIED)),
    ],
)
def test_an_empty_password_is_allowed_if_any_account_may_have_one(keys, asked, allowed) -> None:
    assert policy(keys, **asked).blank_allowed == allowed


@pytest.mark.parametrize(
    ("told", "why"),
    [
        (failed("not_elevated", 1314), Why.NOT_ELEVATED),
        ({"error": "timeout"}, Why.TIMEOUT),
        ({"error": "tool_missing"}, Why.TOOL_MISSING),
        ("Das System kann die Datei nicht finden.", Why.PARSE_ERROR),
        (passwords()[:90], Why.PARSE_ERROR),
        (passwords(passwords={"min_length": "14"}), Why.PARSE_ERROR),
        (passwords(passwords=DENIED, lockout=DENIED, properties=DENIED), Why.ACCESS_DENIED),
    ],
)
def test_what_was_not_read_is_unknown(told, why) -> None:
    said = policy(passwords=told)
    unread = (said.min_length, said.history, said.max_age, said.lockout_after, said.complexity)
    assert unread == (Unknown(why),) * 5
    assert said.auto_logon is False


def test_one_part_that_was_not_read_leaves_the_others() -> None:
    said = policy(passwords=passwords(properties=DENIED))
    assert said.complexity == Unknown(Why.ACCESS_DENIED)
    assert said.min_length == 14


def test_on_a_controller_it_is_the_domains() -> None:
    keys = {rf"{SYSTEM}\Control\ProductOptions": {"ProductType": "LanmanNT"}}
    assert policy(keys).source == "domain"
