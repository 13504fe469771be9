"""`pwpolicy -getaccountpolicies` (pwpolicy(8)): what must a password be, when is an account locked?

A line for people, then a property list of conditions by category, all of which must hold. Known
are the conditions that pwpolicy(8) describes and those that a passcode profile becomes; the others
are counted, since a condition that is not known can only ask for more, never for less.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta

from agent.readers import plist
from agent.readers.errors import ParseError
from agent.readers.plist import Values

_HEAD = b"Getting global account policies\n"
_PROFILE = "ProfilePayload:"
_MOST = 100_000

_LENGTH = re.compile(r"policyAttributePassword matches '\.\{([0-9]{1,3}),\}\+?'")
_CLASS = re.compile(
    r"policyAttributePassword matches '\(\.\*\[[^\]']+\]\.\*\)\{([0-9]{1,3}),\}\+?'"
)
_HISTORY = "none policyAttributePasswordHashes in policyAttributePasswordHistory"
_AGE = (
    "policyAttributeCurrentTime > policyAttributeLastPasswordChangeTime +"
    " policyAttributeExpiresEveryNDays * 24 * 60 * 60"
)
_FAILED = "policyAttributeFailedAuthentications < "
_MOST_FAILED = "policyAttributeMaximumFailedAuthentications"
_RESET = " or policyAttributeCurrentTime > policyAttributeLastFailedAuthenticationTime + "
_RESETS = {
    "autoEnableInSeconds": ("autoEnableInSeconds", 1),
    "policyAttributeMinutesUntilFailedAuthenticationReset * 60": (
        "policyAttributeMinutesUntilFailedAuthenticationReset",
        60,
    ),
}


@dataclass(frozen=True, slots=True)
class Lockout:
    """Locked after so many failures, for so long; None: until an administrator unlocks."""

    after: int
    duration: timedelta | None


@dataclass(slots=True)
class AccountPolicies:
    """All conditions; `odd_*` count those of a category that are not known."""

    lengths: list[int] = field(default_factory=list)
    histories: list[int] = field(default_factory=list)
    classes: list[int] = field(default_factory=list)
    ages: list[timedelta] = field(default_factory=list)
    lockouts: list[Lockout] = field(default_factory=list)
    odd_contents: int = 0
    odd_changes: int = 0
    odd_authentications: int = 0
    by_profile: bool = False


def parse(data: bytes) -> AccountPolicies:
    """Read the answer; ParseError if it is not one, also where it holds no list at all."""
    if not data.startswith(_HEAD):
        raise ParseError("pwpolicy says something else than account policies")
    said = plist.parse(data[len(_HEAD) :])
    found = AccountPolicies()
    for policy in _policies(said, "policyCategoryPasswordContent"):
        found.odd_contents += not _one(policy, found, (_length, _class, _history))
    for policy in _policies(said, "policyCategoryPasswordChange"):
        found.odd_changes += not _one(policy, found, (_age,))
    for policy in _policies(said, "policyCategoryAuthentication"):
        found.odd_authentications += not _one(policy, found, (_lockout,))
    return found


def _policies(said: Values, category: str) -> Iterator[Values]:
    if category in said:
        yield from plist.records(said, category)


def _one(
    policy: Values,
    found: AccountPolicies,
    forms: tuple[Callable[[str, Values, AccountPolicies], bool], ...],
) -> bool:
    """Is it of one of these forms? Then it has been noted."""
    if "policyIdentifier" in policy:
        found.by_profile |= plist.text(policy, "policyIdentifier").startswith(_PROFILE)
    words = plist.text(policy, "policyContent")
    params = policy.get("policyParameters", {})
    if not isinstance(params, dict):
        raise ParseError("parameters that are no dictionary")
    return any(form(words, params, found) for form in forms)


def _length(words: str, _params: Values, found: AccountPolicies) -> bool:
    told = _LENGTH.fullmatch(words)
    if told:
        found.lengths.append(int(told[1]))
    return told is not None


def _class(words: str, _params: Values, found: AccountPolicies) -> bool:
    told = _CLASS.fullmatch(words)
    if told:
        found.classes.append(int(told[1]))
    return told is not None


def _history(words: str, params: Values, found: AccountPolicies) -> bool:
    if _plain(words) != _HISTORY:
        return False
    found.histories.append(_parameter(params, "policyAttributePasswordHistoryDepth"))
    return True


def _age(words: str, params: Values, found: AccountPolicies) -> bool:
    if _plain(words) != _AGE:
        return False
    days = _parameter(params, "policyAttributeExpiresEveryNDays")
    if days:
        found.ages.append(timedelta(days=days))
    return True


def _lockout(words: str, params: Values, found: AccountPolicies) -> bool:
    """`failed < most`, and perhaps `or now > last failure + a while`."""
    failed, _, reset = _plain(words).partition(_RESET)
    if not failed.startswith(_FAILED) or (reset and reset not in _RESETS):
        return False
    most = failed.removeprefix(_FAILED)
    if most != _MOST_FAILED and not re.fullmatch(r"[0-9]{1,5}", most):
        return False
    after = _parameter(params, _MOST_FAILED) if most == _MOST_FAILED else int(most)
    if not after:
        raise ParseError("an account that is locked before it is used")
    duration = None
    if reset:
        name, seconds = _RESETS[reset]
        duration = timedelta(seconds=_parameter(params, name) * seconds)
    found.lockouts.append(Lockout(after, duration))
    return True


def _plain(words: str) -> str:
    """Without brackets, which change nothing in these forms, and with single blanks."""
    plain = " ".join(words.replace("(", " ").replace(")", " ").split())
    return plain.replace(" OR ", " or ")


def _parameter(params: Values, name: str) -> int:
    found = plist.number(params, name)
    if found is None or not 0 <= found <= _MOST:
        raise ParseError(f"no {name}")
    return found
