"""`pwpolicy -getaccountpolicies` (pwpolicy(8)): what must a password be, when is an account locked?

A line for people, then a property list of conditions by category, all of which must hold. Known
are the conditions that pwpolicy(8) describes and those that a passcode profile becomes; the others
are counted, since a condition that is not known can only ask for more, never for less.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import reduce
from operator import add
from typing import NamedTuple, TypeAlias

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


class AccountPolicies(NamedTuple):
    """What all conditions ask for; `odd_*` count those of a category that are not known."""

    lengths: tuple[int, ...] = ()
    histories: tuple[int, ...] = ()
    classes: tuple[int, ...] = ()
    ages: tuple[timedelta, ...] = ()
    lockouts: tuple[Lockout, ...] = ()
    odd_contents: int = 0
    odd_changes: int = 0
    odd_authentications: int = 0
    profiles: int = 0
    """Conditions that a configuration profile brought."""


_Form: TypeAlias = Callable[[str, Values], AccountPolicies | None]


def parse(data: bytes) -> AccountPolicies:
    """Read the answer; ParseError if it is not one, also where it holds no list at all."""
    if not data.startswith(_HEAD):
        raise ParseError("pwpolicy says something else than account policies")
    said = plist.parse(data[len(_HEAD) :])
    asked = (
        _one(policy, forms, odd)
        for category, (forms, odd) in _CATEGORIES.items()
        if category in said
        for policy in plist.records(said, category)
    )
    return reduce(_both, asked, AccountPolicies())


def _both(one: AccountPolicies, other: AccountPolicies) -> AccountPolicies:
    return AccountPolicies(*map(add, one, other))


def _one(policy: Values, forms: tuple[_Form, ...], odd: AccountPolicies) -> AccountPolicies:
    """What one condition asks for; `odd` if it is of none of these forms."""
    words = plist.text(policy, "policyContent")
    params = policy.get("policyParameters", {})
    if not isinstance(params, dict):
        raise ParseError("parameters that are no dictionary")
    found = next((asked for form in forms if (asked := form(words, params))), odd)
    name = plist.text(policy, "policyIdentifier") if "policyIdentifier" in policy else ""
    return found._replace(profiles=int(name.startswith(_PROFILE)))


def _length(words: str, _params: Values) -> AccountPolicies | None:
    told = _LENGTH.fullmatch(words)
    return AccountPolicies(lengths=(int(told[1]),)) if told else None


def _class(words: str, _params: Values) -> AccountPolicies | None:
    told = _CLASS.fullmatch(words)
    return AccountPolicies(classes=(int(told[1]),)) if told else None


def _history(words: str, params: Values) -> AccountPolicies | None:
    if _plain(words) != _HISTORY:
        return None
    return AccountPolicies(histories=(_parameter(params, "policyAttributePasswordHistoryDepth"),))


def _age(words: str, params: Values) -> AccountPolicies | None:
    """After 0 days is never: it asks for nothing."""
    if _plain(words) != _AGE:
        return None
    days = _parameter(params, "policyAttributeExpiresEveryNDays")
    return AccountPolicies(ages=(timedelta(days=days),) if days else ())


def _lockout(words: str, params: Values) -> AccountPolicies | None:
    """`failed < most`, and perhaps `or now > last failure + a while`."""
    failed, _, reset = _plain(words).partition(_RESET)
    if not failed.startswith(_FAILED) or (reset and reset not in _RESETS):
        return None
    most = failed.removeprefix(_FAILED)
    if most != _MOST_FAILED and not re.fullmatch(r"[0-9]{1,5}", most):
        return None
    after = _parameter(params, _MOST_FAILED) if most == _MOST_FAILED else int(most)
    if not after:
        raise ParseError("an account that is locked before it is used")
    duration = None
    if reset:
        name, seconds = _RESETS[reset]
        duration = timedelta(seconds=_parameter(params, name) * seconds)
    return AccountPolicies(lockouts=(Lockout(after, duration),))


_CATEGORIES: Mapping[str, tuple[tuple[_Form, ...], AccountPolicies]] = {
    "policyCategoryPasswordContent": (
        (_length, _class, _history),
        AccountPolicies(odd_contents=1),
    ),
    "policyCategoryPasswordChange": ((_age,), AccountPolicies(odd_changes=1)),
    "policyCategoryAuthentication": ((_lockout,), AccountPolicies(odd_authentications=1)),
}
"""The forms of conditions that are known, and what one counts as that has none of them."""


def _plain(words: str) -> str:
    """Without brackets, which change nothing in these forms, and with single blanks."""
    plain = " ".join(words.replace("(", " ").replace(")", " ").split())
    return plain.replace(" OR ", " or ")


def _parameter(params: Values, name: str) -> int:
    found = plist.number(params, name)
    if found is None or not 0 <= found <= _MOST:
        raise ParseError(f"no {name}")
    return found
