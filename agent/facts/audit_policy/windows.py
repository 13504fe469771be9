r"""What is logged here, and how far back does the log reach? The answer for Windows.

A category is on record where the kinds of events are that tell it (CIS Benchmarks, 17): what the
others of it would add is left out. By GUIDs: in words, this differs from language to language.

- How far back the log really reaches is told by its oldest record, whatever its size.
- That a collector of events is named is no sign that it takes what it is sent: `forwarded` is
  then unknown.

GUIDs: "Audit Policy Subcategories", [MS-GPAC] 2.2.1.2. Not yet confirmed on a real Windows.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

from agent.facts.base import About, answers, known, part
from agent.host.base import Host, HostError
from agent.host.probing import probed
from agent.host.registry import POLICIES, SERVICES, opened
from agent.host.services import runs
from agent.readers.probes import audit
from agent.readers.probes.audit import Setting
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

_LOG = rf"{SERVICES}\EventLog\Security"
_POLICY = rf"{POLICIES}\Microsoft\Windows\EventLog\Security"
_FORWARDING = rf"{POLICIES}\Microsoft\Windows\EventLog\EventForwarding\SubscriptionManager"
"""Whose values, numbered from 1 on, name collectors of events."""

_DEFAULT_SIZE = 20 << 20
"""Bytes of the log Security where nobody set another size."""


@dataclass(frozen=True, slots=True)
class _Telling:
    """Kinds of events by the first group of their GUID: what must be on record of a category."""

    success: tuple[str, ...]
    failure: tuple[str, ...]


_TELLING: Mapping[_Name, _Telling] = {
    # Credential Validation
    "account_logon": _Telling(("0cce923f",), ("0cce923f",)),
    # User Account Management, Security Group Management (which has no failures to speak of)
    "account_management": _Telling(("0cce9235", "0cce9237"), ("0cce9235",)),
    # Process Creation
    "detailed_tracking": _Telling(("0cce922b",), ("0cce922b",)),
    # Logon, Logoff (which does not fail); Account Lockout is a failure
    "logon_logoff": _Telling(("0cce9215", "0cce9216"), ("0cce9215", "0cce9217")),
    # File System
    "object_access": _Telling(("0cce921d",), ("0cce921d",)),
    # Audit Policy Change
    "policy_change": _Telling(("0cce922f",), ("0cce922f",)),
    # Sensitive Privilege Use
    "privilege_use": _Telling(("0cce9228",), ("0cce9228",)),
    # Security State Change, System Integrity
    "system": _Telling(("0cce9210", "0cce9212"), ("0cce9212",)),
}
_GUID = "-69ae-11d9-bed3-505054503030"


@answers(AUDIT_POLICY, on="windows", confidence="derived")
def windows(host: Host, _about: About) -> AuditPolicy:
    """From the policy in force, the log's settings and its records."""
    said = part(lambda: audit.read(probed(host, "audit")))
    return AuditPolicy(
        running=part(lambda: runs(host, "EventLog")),
        categories=part(lambda: _categories(known(known(said).policy))),
        log_max_size=part(lambda: _size(host)),
        oldest_record=part(lambda: known(known(said).oldest)),
        last_cleared=part(lambda: _last(known(known(said).cleared))),
        forwarded=part(lambda: _is_forwarded(host)),
    )


def _categories(policy: Mapping[str, Setting]) -> Items[Category]:
    found = (_category(name, telling, policy) for name, telling in _TELLING.items())
    return Items(tuple(found))


def _category(name: _Name, telling: _Telling, policy: Mapping[str, Setting]) -> Category:
    """A kind of event of which nothing was said leaves it unknown."""
    success = [policy.get(one + _GUID) for one in telling.success]
    failure = [policy.get(one + _GUID) for one in telling.failure]
    return Category(
        name=name,
        success=_all(None if one is None else one.success for one in success),
        failure=_all(None if one is None else one.failure for one in failure),
    )


def _all(said: Iterable[bool | None]) -> Maybe[bool]:
    found = set(said)
    if False in found:
        return False
    return Unknown(Why.UNRECOGNISED) if None in found else True


def _size(host: Host) -> int:
    """In bytes; a policy says it in KiB."""
    policy = opened(host, _POLICY).whole("MaxSize")
    if policy is not None:
        return policy << 10
    key = opened(host, _LOG)
    if not key.there:
        raise HostError(Why.UNRECOGNISED, "this Windows has no log Security")
    said = key.number("MaxSize")
    return _DEFAULT_SIZE if said is None else said


def _last(cleared: tuple[datetime, ...]) -> datetime | None:
    return max(cleared, default=None)


def _is_forwarded(host: Host) -> bool:
    if not opened(host, _FORWARDING).has("1"):
        return False
    raise HostError(Why.UNRECOGNISED, "whether the collector takes what is sent is not known")
