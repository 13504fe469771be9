"""How long must passwords be, when is an account locked? The answer for macOS.

By the policies of all accounts of this Mac, those of a profile among them. They hold when a
password is set: an older one may be shorter, which nothing tells. A domain's accounts obey the
domain. Of a password for automatic sign-in its presence is looked for; it is never read.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar

from agent.facts.base import About, answers, known, part
from agent.host import mac
from agent.host.base import Host, HostError, is_there, output
from agent.host.programs import Program
from agent.readers import accountpolicies, plist
from agent.readers.accountpolicies import AccountPolicies, Lockout
from rules.facts.base import Maybe, Why
from rules.facts.password_policy import PASSWORD_POLICY, PasswordPolicy

T = TypeVar("T")

_LOGIN = "/Library/Preferences/com.apple.loginwindow.plist"
_SECRET = "/etc/kcpassword"  # noqa: S105 - where it would lie


@answers(PASSWORD_POLICY, on="macos", confidence="derived", pace="medium")
def macos(host: Host, _about: About) -> PasswordPolicy:
    """From `pwpolicy`, the settings of the login window, and what lies in /etc."""
    said = part(
        lambda: accountpolicies.parse(output(host, Program.PWPOLICY, "-getaccountpolicies"))
    )

    def of(ask: Callable[[AccountPolicies], T]) -> Maybe[T]:
        return part(lambda: ask(known(said)))

    return PasswordPolicy(
        min_length=of(_length),
        history=of(lambda all_: _most(all_.histories, all_.odd_contents)),
        max_age=of(_max_age),
        lockout_after=of(lambda all_: lock.after if (lock := _lockout(all_)) else None),
        lockout_for=of(lambda all_: lock.duration if (lock := _lockout(all_)) else timedelta(0)),
        complexity=of(lambda all_: _most(all_.classes, all_.odd_contents) > 0),
        blank_allowed=of(lambda all_: _length(all_) == 0),
        auto_logon=part(lambda: _auto_logon(host)),
        auto_logon_secret=part(lambda: is_there(host, _SECRET)),
        source=of(lambda all_: "mdm" if all_.profiles else "local"),
    )


def _length(said: AccountPolicies) -> int:
    return _most(said.lengths, said.odd_contents)


def _most(asked: tuple[int, ...], odd: int) -> int:
    """The most that any asks for. Where none is known and some are odd, one of those may ask."""
    if not asked and odd:
        raise HostError(Why.UNRECOGNISED, "conditions of passwords that are not known")
    return max(asked, default=0)


def _max_age(said: AccountPolicies) -> timedelta | None:
    if not said.ages and said.odd_changes:
        raise HostError(Why.UNRECOGNISED, "conditions of changing that are not known")
    return min(said.ages, default=None)


def _lockout(said: AccountPolicies) -> Lockout | None:
    """The first that locks; None: none does."""
    if not said.lockouts and said.odd_authentications:
        raise HostError(Why.UNRECOGNISED, "conditions of signing in that are not known")
    return min(said.lockouts, key=lambda lock: lock.after, default=None)


def _auto_logon(host: Host) -> bool:
    settings = mac.settings(host, _LOGIN) or {}
    return "autoLoginUser" in settings and bool(plist.text(settings, "autoLoginUser"))
