"""What is on record here, and since when."""

from pathlib import Path
from typing import Any

import pytest

from agent.facts.audit_policy import linux as audit_policy
from agent.host.tree import TreeHost
from agent.readers import auditd
from agent.readers.errors import ParseError
from rules.facts.audit_policy import AuditPolicy
from rules.facts.base import Unknown, Why
from rules.facts.form import instant
from tests.agent.facts.clinic import AUDIT_LOG, RULES, about

AUDITCTL = "auditctl -l"
RUNS = {"/proc/703/comm": "auditd\n", "/etc/audit/auditd.conf": "max_log_file = 8\nnum_logs = 3\n"}
TOLD = {"account_logon", "account_management", "logon_logoff"}


def found(files: dict[str, Any], rules: Any = RULES) -> AuditPolicy:
    return audit_policy.linux(
        TreeHost({"/proc/1/comm": "init\n"} | files, {AUDITCTL: rules}), about()
    )


def recorded(rules: Any) -> set[str]:
    return {one.name for one in found(RUNS, rules).categories.items if one.success}


def test_what_does_not_run_records_nothing() -> None:
    one = found({})
    assert (one.running, one.categories.items) == (False, ())
    assert one.log_max_size == Unknown(Why.TOOL_MISSING)


@pytest.mark.parametrize(
    ("rules", "more"),
    [
        ("No rules\n", set()),
        (RULES, {"policy_change", "system", "object_access"}),
        ("-a always,exit -F arch=b64 -S execve -F key=x\n", {"detailed_tracking"}),
        ("-w /etc/audit/ -p wa\n", {"policy_change"}),
        # reading a folder is not writing it
        ("-w /etc/sudoers -p r\n", {"object_access"}),
        # a rule that leaves out records nothing
        ("-a never,exit -F arch=b64 -S execve\n", set()),
    ],
)
def test_sign_ins_are_told_and_all_else_needs_a_rule(rules, more) -> None:
    assert recorded(rules) == TOLD | more


def test_rules_that_cannot_be_listed_leave_the_rest_open() -> None:
    one = found(RUNS, {"rc": 4})
    assert {item.name for item in one.categories.items} == TOLD
    assert one.categories.missing is Why.API_ERROR


def test_a_log_reaches_back_to_its_oldest_part() -> None:
    parts = {
        "/var/log/audit/audit.log": AUDIT_LOG.replace("1763000000", "1763800000"),
        "/var/log/audit/audit.log.2": AUDIT_LOG,
    }
    one = found(RUNS | parts)
    assert one.oldest_record == instant("2025-11-13T02:13:20Z")
    assert one.log_max_size == 3 * 8 * 1024 * 1024


@pytest.mark.parametrize(
    ("files", "oldest"),
    [
        ({}, None),
        ({"/var/log/audit/audit.log": ""}, None),
        ({"/var/log/audit/audit.log": "garbage\n"}, Unknown(Why.PARSE_ERROR)),
        ({"/var/log/audit/audit.log": {"error": "access_denied"}}, Unknown(Why.ACCESS_DENIED)),
    ],
)
def test_a_log_without_records_reaches_nowhere(files, oldest) -> None:
    assert found(RUNS | files).oldest_record == oldest


@pytest.mark.parametrize(
    ("files", "forwarded"),
    [
        ({}, False),
        ({"/etc/rsyslog.conf": "*.* /var/log/syslog\n#*.* @@log.test\n"}, False),
        ({"/etc/rsyslog.conf": "auth.* @@log.test:514\n"}, True),
        ({"/etc/rsyslog.d/x.conf": 'action(type="omfwd" target="log.test")\n'}, True),
        ({"/etc/audit/plugins.d/au-remote.conf": "active = yes\n"}, True),
        ({"/etc/audit/plugins.d/au-remote.conf": "active = no\n"}, False),
        ({"/etc/rsyslog.conf": {"error": "access_denied"}}, Unknown(Why.ACCESS_DENIED)),
    ],
)
def test_records_go_elsewhere_where_something_sends_them(files, forwarded) -> None:
    assert found(RUNS | files).forwarded == forwarded


@pytest.mark.parametrize("said", [b"-w\n", b"Keine Regeln\n", b"-w '/etc\n"])
def test_a_rule_of_no_known_form_is_none(said) -> None:
    with pytest.raises(ParseError):
        auditd.rules(said)


@pytest.mark.live
def test_the_settings_that_debian_ships_are_read() -> None:
    shipped = Path("/etc/audit/auditd.conf")
    if not shipped.exists():
        pytest.skip("auditd is not installed here")
    assert auditd.log(shipped.read_bytes()).size == 5 * 8 * 1024 * 1024
