"""What is logged here, and how far back does the log reach? The answer for Linux: auditd.

Sign-ins and changes of accounts are told to the audit system by PAM and by the tools of accounts
themselves, so they are logged wherever it runs. All else needs a rule.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal, TypeAlias

from agent.facts.base import About, answers, part
from agent.facts.processes import running
from agent.host.base import Absent, Host, HostError, list_if_there, output, read_if_there
from agent.host.programs import Program
from agent.readers import auditd, text
from agent.readers.auditd import Rules
from rules.facts.audit_policy import AUDIT_POLICY, AuditPolicy, Category
from rules.facts.base import Items, Maybe, Unknown, Why

_Name: TypeAlias = Literal[
    "account_logon",
    "account_management",
    "detailed_tracking",
    "logon_logoff",
    "object_access",
    "policy_change",
    "privilege_use",
    "system",
]

_TOLD: tuple[_Name, ...] = ("account_logon", "account_management", "logon_logoff")
_CALLS: Mapping[_Name, frozenset[str]] = {
    "detailed_tracking": frozenset({"execve"}),
    "privilege_use": frozenset({"setuid", "setresuid", "setreuid"}),
    "system": frozenset({"adjtimex", "settimeofday", "clock_settime", "init_module"}),
}
_PLACES: Mapping[_Name, tuple[str, ...]] = {
    "policy_change": ("/etc/audit", "/etc/sudoers"),
}
_CONF, _LOG_HEAD = "/etc/audit/auditd.conf", 4096
_PLUGINS = ("/etc/audit/plugins.d", "/etc/audisp/plugins.d")
_RSYSLOG = "/etc/rsyslog.conf", "/etc/rsyslog.d"


@answers(AUDIT_POLICY, on="linux", confidence="derived")
def linux(host: Host, _about: About) -> AuditPolicy:
    """From auditd's rules in force, its settings and its log."""
    runs = part(lambda: "auditd" in running(host))
    return AuditPolicy(
        running=runs,
        categories=_categories(host, runs),
        log_max_size=part(lambda: auditd.log(_settings(host)).size),
        oldest_record=part(lambda: _oldest(host)),
        last_cleared=Unknown(Why.NOT_COLLECTED),
        forwarded=part(lambda: _is_forwarded(host)),
    )


def _categories(host: Host, runs: Maybe[bool]) -> Maybe[Items[Category]]:
    if isinstance(runs, Unknown):
        return runs
    if not runs:
        return Items()
    rules = part(lambda: auditd.rules(output(host, Program.AUDITCTL, "-l")))
    named = [_category(name, known=True) for name in _TOLD]
    if isinstance(rules, Unknown):
        return Items(tuple(named), rules.why)
    asked: list[tuple[_Name, bool]] = [
        ("object_access", rules.watches_reading),
        *((name, bool(calls & rules.calls)) for name, calls in _CALLS.items()),
        *((name, _watches(rules, places)) for name, places in _PLACES.items()),
    ]
    return Items((*named, *(_category(name, known=known) for name, known in asked)))


def _category(name: _Name, *, known: bool) -> Category:
    """Linux's audit system records what succeeds and what fails alike."""
    return Category(name=name, success=known, failure=known)


def _watches(rules: Rules, places: tuple[str, ...]) -> bool:
    return any(place in rules.watched for place in places)


def _settings(host: Host) -> bytes:
    said = read_if_there(host, _CONF)
    if said is None:
        raise HostError(Why.TOOL_MISSING, "auditd is not installed")
    return said


def _oldest(host: Host) -> datetime | None:
    """The first record of the oldest part of the log that is there."""
    log = auditd.log(_settings(host))
    for number in range(log.parts - 1, -1, -1):
        path = f"{log.path}.{number}" if number else log.path
        try:
            return auditd.first_record(host.read(path, _LOG_HEAD, whole=False))
        except Absent:
            continue
    return None


def _is_forwarded(host: Host) -> bool:
    """By audit's own dispatcher, or by rsyslog's actions `@host` and `omfwd`."""
    for folder in _PLUGINS:
        for entry in list_if_there(host, folder):
            if "remote" in entry.name and auditd.is_active(host.read(f"{folder}/{entry.name}")):
                return True
    main, folder = _RSYSLOG
    more = (f"{folder}/{entry.name}" for entry in list_if_there(host, folder))
    for path in (main, *(path for path in more if path.endswith(".conf"))):
        for line in text.lines(read_if_there(host, path) or b""):
            if 'type="omfwd"' in line or line.split()[-1].startswith("@"):
                return True
    return False
