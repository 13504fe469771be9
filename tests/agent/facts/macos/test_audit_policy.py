"""A Mac on which auditd does not run records nothing; what it records where it runs is not told."""

import pytest

from agent.facts.audit_policy import macos as audit_policy
from rules.facts.base import Items, Unknown, Why
from tests.agent.facts.clinic import about
from tests.agent.facts.macs import PS, front_mac, processes, scan_mac

UNREAD = Unknown(Why.NOT_COLLECTED)


def test_where_auditd_runs_what_it_records_is_not_told() -> None:
    said = audit_policy.macos(front_mac(), about())
    assert said.running is True
    assert said.categories == said.log_max_size == said.oldest_record == UNREAD


def test_where_it_does_not_run_nothing_is_recorded() -> None:
    said = audit_policy.macos(scan_mac(), about())
    assert (said.running, said.categories, said.log_max_size) == (False, Items(()), UNREAD)


def test_another_program_of_its_name_is_not_it() -> None:
    host = front_mac(run={PS: processes("/Users/lee/auditd")})
    assert audit_policy.macos(host, about()).running is False


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("", Why.PARSE_ERROR),
        (processes("/usr/sbin/auditd")[:-4], Why.PARSE_ERROR),
        ("/usr/sbin/auditd\n", Why.PARSE_ERROR),
        ({"rc": 1}, Why.API_ERROR),
        ({"error": "timeout"}, Why.TIMEOUT),
        ({"error": "tool_missing"}, Why.TOOL_MISSING),
    ],
)
def test_a_list_of_programs_that_is_none_proves_nothing(said, why) -> None:
    one = audit_policy.macos(front_mac(run={PS: said}), about())
    assert {one.running, one.categories, one.forwarded} == {Unknown(why)}
