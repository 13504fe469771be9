r"""How long must passwords be, who is signed in unasked? The answer for Windows.

What holds for the accounts that this machine keeps: of those of a domain its controllers know, and
on a controller they are the same. Windows has one rule for all of them, but an account may be
excepted from having a password at all: one such account, and empty ones are allowed.

Of a password for automatic sign-in only its presence is known: that of Winlogon is dropped where
its key is read (agent/host/withheld.py), that of the LSA is listed by name and never opened.
Not yet confirmed on a real Windows.

Lockout: "Account lockout threshold", "Account lockout duration", Microsoft.
"""

from datetime import timedelta
from typing import Literal

from agent.facts.base import About, answers, known, part
from agent.host.base import Host
from agent.host.probing import probed
from agent.host.registry import SYSTEM, WINDOWS, opened, switch
from agent.readers.probes import accounts, passwords
from agent.readers.probes.passwords import Asked, Lockout
from rules.facts.base import Maybe, Unknown
from rules.facts.password_policy import PASSWORD_POLICY, PasswordPolicy

_WINLOGON = rf"{WINDOWS}\Winlogon"
_SECRETS = r"HKLM\SECURITY\Policy\Secrets"
_CONTROLLER = "LanmanNT"
"""ProductType of a domain's controller."""


@answers(PASSWORD_POLICY, on="windows", confidence="derived", pace="medium")
def windows(host: Host, _about: About) -> PasswordPolicy:
    """From the machine's own policy, Winlogon's settings, and the names of the LSA's secrets."""
    policy = part(lambda: passwords.read(probed(host, "passwords")))
    asked = policy if isinstance(policy, Unknown) else policy.asked
    lockout = policy if isinstance(policy, Unknown) else policy.lockout
    return PasswordPolicy(
        min_length=part(lambda: known(asked).min_length),
        history=part(lambda: known(asked).history),
        max_age=part(lambda: known(asked).max_age),
        lockout_after=part(lambda: known(lockout).after),
        lockout_for=part(lambda: _lasts(known(lockout))),
        complexity=policy if isinstance(policy, Unknown) else policy.complexity,
        blank_allowed=part(lambda: _may_be_blank(host, asked)),
        auto_logon=part(lambda: _auto_logon(host)),
        auto_logon_secret=part(lambda: _secret(host)),
        source=part(lambda: _source(host)),
    )


def _lasts(lockout: Lockout) -> timedelta | None:
    """Zero where nobody is locked; null: until somebody unlocks it, which is written as 0."""
    if lockout.after is None:
        return timedelta(0)
    return lockout.lasts or None


def _may_be_blank(host: Host, asked: Maybe[Asked]) -> bool:
    """May somebody have an empty password, or come in with one from elsewhere?"""
    if known(asked).min_length == 0:
        return True
    limits = opened(host, rf"{SYSTEM}\Control\Lsa").number("LimitBlankPasswordUse")
    if not switch(limits, unset=True):
        return True
    everybody = known(accounts.read(probed(host, "accounts")).users)
    return any(one.enabled and one.may_be_blank for one in everybody)


def _source(host: Host) -> Literal["local", "domain"]:
    said = opened(host, rf"{SYSTEM}\Control\ProductOptions").text("ProductType")
    return "domain" if said == _CONTROLLER else "local"


def _auto_logon(host: Host) -> bool:
    """The text "1", as Winlogon documents it; it may also have been written as a number."""
    key = opened(host, _WINLOGON)
    return any(key.flag(name) for name in ("AutoAdminLogon", "ForceAutoLogon"))


def _secret(host: Host) -> bool:
    if opened(host, _WINLOGON).has("DefaultPassword"):
        return True
    return "defaultpassword" in {name.lower() for name in opened(host, _SECRETS).subkeys}
