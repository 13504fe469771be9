"""Who may sign in here, who is an administrator? The answer for macOS.

From the local directory alone: accounts that a domain keeps are not here to be listed, so where
the Mac is bound to one the list is incomplete. Whether a password is blank is not told by it.
"""

from collections.abc import Callable
from typing import Literal

from agent.facts.base import About, answers, known, part
from agent.facts.users.macos_lock import MacLocks
from agent.facts.users.names import is_generic
from agent.host import mac
from agent.host.base import Host, HostError, list_if_there, output
from agent.host.programs import MAC_ATTRIBUTES, Program
from agent.readers import openaccounts, plist
from agent.readers.openaccounts import OpenAccount
from rules.facts.base import Items, Maybe, Unknown, Why
from rules.facts.users import USERS, User

_ADMINS = "/var/db/dslocal/nodes/Default/groups/admin.plist"
_DOMAIN = "/Library/Preferences/OpenDirectory/Configurations/Active Directory"
_LOGIN = "/Library/Preferences/com.apple.loginwindow.plist"
_GUEST = "Guest"
_FIRST_PERSON = 500
"""Accounts below are the system's, or hidden on purpose."""


@answers(USERS, on="macos", confidence="derived", pace="medium")
def macos(host: Host, _about: About) -> Items[User]:
    """From `dscl`, the group of administrators, and the settings of each screen."""
    said = output(host, Program.DSCL, "-plist", ".", "-readall", "/Users", *MAC_ATTRIBUTES)
    admins = part(lambda: openaccounts.members(host.read(_ADMINS)))
    guests = part(lambda: _guests(host))
    locks = MacLocks(host)
    persons = [one for one in openaccounts.users(said) if _may_be_a_person(one)]
    users = tuple(
        User(
            name=one.name,
            id=f"uid-{one.uid}",
            kind=_kind(one),
            enabled=_enabled(one, guests),
            interactive=one.usable_shell,
            admin=part(_admin(one, admins)),
            built_in_admin=one.uid == 0,
            guest=one.name == _GUEST,
            generic_name=is_generic(one.name),
            signed_in=_signed_in(one, locks.console),
            blank_password=True if one.name == _GUEST else Unknown(Why.NOT_COLLECTED),
            last_seen=Unknown(Why.NOT_COLLECTED),
            lock=locks.of(one),
        )
        for one in persons
    )
    return Items(users, _missing(host))


def _may_be_a_person(account: OpenAccount) -> bool:
    """Also a hidden one, and root: a service has neither a number of people nor a password."""
    has_password = "ShadowHash" in account.authorities and account.usable_shell
    return (
        account.uid >= _FIRST_PERSON or account.uid == 0 or has_password or (account.name == _GUEST)
    )


def _kind(account: OpenAccount) -> Literal["local", "domain"]:
    return "domain" if "LocalCachedUser" in account.authorities else "local"


def _guests(host: Host) -> bool:
    """Is the guest let in? The account is there only where somebody once allowed it."""
    return plist.flag(mac.settings(host, _LOGIN) or {}, "GuestEnabled") is not False


def _enabled(account: OpenAccount, guests: Maybe[bool]) -> Maybe[bool]:
    if account.name == _GUEST:
        return guests
    if "DisabledUser" in account.authorities:
        return False
    if not account.authorities:  # as macOS ships root; of another it says nothing
        return False if account.uid == 0 else Unknown(Why.UNRECOGNISED)
    return True


def _admin(account: OpenAccount, admins: Maybe[tuple[frozenset[str], bool]]) -> Callable[[], bool]:
    def ask() -> bool:
        if account.uid == 0:
            return True
        names, nested = known(admins)
        if account.name not in names and nested:
            raise HostError(Why.NOT_LOCAL, "administrators by another group")
        return account.name in names

    return ask


def _signed_in(account: OpenAccount, console: Maybe[int]) -> Maybe[bool]:
    """At the console; who is signed in behind another is not told."""
    if isinstance(console, Unknown):
        return console
    here = console == account.uid and account.uid != 0  # nobody: the console is root's
    return True if here else Unknown(Why.NOT_COLLECTED)


def _missing(host: Host) -> Why | None:
    try:
        bound = any(entry.name.endswith(".plist") for entry in list_if_there(host, _DOMAIN))
    except HostError as error:
        return error.why
    return Why.NOT_LOCAL if bound else None
