"""What does a Windows log, and is its clock right? By made machines."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from agent.facts.audit_policy import windows as audit_policy
from agent.facts.clock import windows as clock
from rules.facts.audit_policy import AuditPolicy
from rules.facts.base import Unknown, Why
from tests.agent.facts.clinic import about
from tests.agent.facts.windows.clinic import (
    POLICIES,
    SERVICES,
    audit,
    failed,
    pc,
    said,
    service,
    services,
)

DENIED = json.loads(failed("access_denied", 5)["out"])
LOG = rf"{SERVICES}\EventLog\Security"
POLICY = rf"{POLICIES}\Windows\EventLog\Security"
FORWARDING = rf"{POLICIES}\Windows\EventLog\EventForwarding\SubscriptionManager"
ON_20 = datetime(2026, 11, 20, tzinfo=UTC)
ON_20_TICKS = 134396064000000000


def read(keys: dict[str, Any] | None = None, **asked: Any) -> AuditPolicy:
    return audit_policy.windows(pc(keys, asked=asked), about())


def category(name: str, told: str) -> tuple[Any, Any]:
    found = {one.name: one for one in read(audit=told).categories.items}
    return found[name].success, found[name].failure


def test_all_categories_are_told() -> None:
    said_ = read()
    assert len(said_.categories.items) == 8
    assert all(one.success is True and one.failure is True for one in said_.categories.items)
    assert said_.running is True


@pytest.mark.parametrize(
    ("settings", "name", "expected"),
    [
        ({"0cce9215": 1}, "logon_logoff", (True, False)),
        ({"0cce9215": 0}, "logon_logoff", (False, False)),
        ({"0cce9215": 4}, "logon_logoff", (False, False)),  # POLICY_AUDIT_EVENT_NONE
        ({"0cce9216": 1}, "logon_logoff", (True, True)),  # a sign-off does not fail
        ({"0cce9216": 0}, "logon_logoff", (False, True)),
        ({"0cce9237": 1}, "account_management", (True, True)),
        ({"0cce9237": 0}, "account_management", (False, True)),
        ({"0cce9235": 2}, "account_management", (False, True)),
        ({"0cce9235": 1}, "account_management", (True, False)),
    ],
)
def test_a_category_is_on_record_where_what_tells_it_is(settings, name, expected) -> None:
    assert category(name, audit(settings)) == expected


def test_a_kind_of_event_of_which_nothing_is_said_leaves_its_category_unknown() -> None:
    unread = Unknown(Why.UNRECOGNISED)
    assert category("system", audit(policy=[])) == (unread, unread)


@pytest.mark.parametrize(
    ("told", "why"),
    [
        (failed("not_elevated", 1314), Why.NOT_ELEVATED),
        ({"error": "timeout"}, Why.TIMEOUT),
        ({"error": "tool_missing"}, Why.TOOL_MISSING),
        ("Anmelden    Erfolg und Fehler", Why.PARSE_ERROR),
        (audit()[:-30], Why.PARSE_ERROR),
        (audit(policy=DENIED, oldest=DENIED, cleared=DENIED), Why.ACCESS_DENIED),
        (audit(policy=[{"subcategory": "x", "setting": "3"}]), Why.PARSE_ERROR),
    ],
)
def test_what_was_not_read_is_unknown(told, why) -> None:
    assert read(audit=told).categories == Unknown(why)


@pytest.mark.parametrize(
    ("more", "oldest", "cleared"),
    [
        ({}, datetime(2026, 11, 5, tzinfo=UTC), None),
        ({"oldest": None}, None, None),
        ({"oldest": DENIED}, Unknown(Why.ACCESS_DENIED), None),
        ({"oldest": 0}, Unknown(Why.PARSE_ERROR), Unknown(Why.PARSE_ERROR)),
    ],
)
def test_the_log_reaches_back_to_its_oldest_record(more, oldest, cleared) -> None:
    found = read(audit=audit(**more))
    assert (found.oldest_record, found.last_cleared) == (oldest, cleared)


@pytest.mark.parametrize(
    ("cleared", "expected"),
    [
        ({"security": ON_20_TICKS, "system": None}, ON_20),
        ({"security": None, "system": ON_20_TICKS}, ON_20),
        ({"security": ON_20_TICKS - 10**12, "system": ON_20_TICKS}, ON_20),
        (DENIED, Unknown(Why.ACCESS_DENIED)),
    ],
)
def test_a_clearing_of_either_log_is_seen(cleared, expected) -> None:
    assert read(audit=audit(cleared=cleared)).last_cleared == expected


@pytest.mark.parametrize(
    ("keys", "size"),
    [
        ({LOG: {"MaxSize": 20971520}}, 20 << 20),
        ({LOG: {}}, 20 << 20),  # what Windows takes where nobody says it
        ({POLICY: {"MaxSize": 196608}}, 192 << 20),  # in KiB
        ({POLICY: {"MaxSize": "196608"}}, 192 << 20),
        ({LOG: {"$error": "access_denied"}}, Unknown(Why.ACCESS_DENIED)),
        ({LOG: {"MaxSize": "viel"}}, Unknown(Why.PARSE_ERROR)),
    ],
)
def test_the_log_holds_what_policy_or_its_settings_say(keys, size) -> None:
    assert read(keys).log_max_size == size


@pytest.mark.parametrize(
    ("keys", "forwarded"),
    [
        ({}, False),
        ({FORWARDING: {"1": "Server=https://log.example.test"}}, Unknown(Why.UNRECOGNISED)),
        ({FORWARDING: {"$error": "access_denied"}}, Unknown(Why.ACCESS_DENIED)),
    ],
)
def test_a_collector_that_is_named_is_no_proof_that_it_takes_records(keys, forwarded) -> None:
    assert read(keys).forwarded == forwarded


def test_without_its_service_nothing_is_recorded() -> None:
    assert read(services=services(service("EventLog", 1))).running is False


STOPPED = services(service("W32Time", 1, 3))
GUEST_OF_HYPERV = services(service("vmictimesync", 4, 3))
FAR = -90_000_000


@pytest.mark.parametrize(
    ("asked", "synced", "offset"),
    [
        ({}, True, timedelta(microseconds=1200)),
        ({"clock": said({"offset_us": FAR, "sources": 2})}, True, timedelta(seconds=90)),
        (
            {"clock": said({"offset_us": 0, "sources": 0})},
            False,
            Unknown(Why.UNREACHABLE),
        ),
        (
            {"clock": said({"offset_us": 0, "sources": 0}), "services": GUEST_OF_HYPERV},
            Unknown(Why.UNRECOGNISED),
            Unknown(Why.UNRECOGNISED),
        ),
        ({"services": STOPPED}, Unknown(Why.NOT_COLLECTED), Unknown(Why.NOT_COLLECTED)),
        (
            {"clock": said({"offset_us": DENIED, "sources": 1})},
            True,
            Unknown(Why.ACCESS_DENIED),
        ),
        ({"clock": failed("api_error")}, Unknown(Why.API_ERROR), Unknown(Why.API_ERROR)),
        ({"clock": {"error": "timeout"}}, Unknown(Why.TIMEOUT), Unknown(Why.TIMEOUT)),
        ({"clock": "1,2 ms"}, Unknown(Why.PARSE_ERROR), Unknown(Why.PARSE_ERROR)),
        (
            {"clock": said({"offset_us": 10**17, "sources": 1})},
            Unknown(Why.PARSE_ERROR),
            Unknown(Why.PARSE_ERROR),
        ),
    ],
)
def test_a_clock_is_right_if_its_service_runs_and_a_source_answers(asked, synced, offset) -> None:
    found = clock.windows(pc(asked=asked), about())
    assert (found.synced, found.offset) == (synced, offset)
