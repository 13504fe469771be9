"""Who may use a Mac, and when each screen locks: profiles, own settings, and who is signed in."""

from datetime import timedelta
from typing import Any

import pytest

from agent.facts.users import macos as users
from agent.host.base import HostError
from agent.readers.errors import ParseError
from rules.facts.base import Items, Unknown, Why
from rules.facts.users import Lock, User
from tests.agent.facts.clinic import about
from tests.agent.facts.macs import (
    ADMINS,
    CONSOLE,
    DSCL,
    FIXED,
    LOGIN_WINDOW,
    NO_DISPLAY_SLEEP,
    OWN,
    PASSWORD,
    PEOPLE,
    PMSET,
    SCREEN_LOCK,
    account,
    accounts,
    front_mac,
    locks,
    plist,
    scan_mac,
)

DENIED = {"error": "access_denied"}
MINUTE = timedelta(minutes=1)
OTHER = OWN.replace("1111", "2222")
DOMAIN = "/Library/Preferences/OpenDirectory/Configurations/Active Directory/clinic.plist"
HIS = "/Library/Managed Preferences/front/com.apple.screensaver.plist"
NOT_LOGGED_IN = Unknown(Why.NOT_LOGGED_IN)


def everybody(
    files: dict[str, Any] | None = None, run: dict[str, Any] | None = None
) -> Items[User]:
    return users.macos(scan_mac(files, run), about())


def one(name: str, files: dict[str, Any] | None = None, run: dict[str, Any] | None = None) -> User:
    return next(user for user in everybody(files, run).items if user.name == name)


def lock(said: Any, files: dict[str, Any] | None = None, power: Any = NO_DISPLAY_SLEEP) -> Lock:
    """Of the person at the console, whom no profile binds unless `files` say so."""
    return one("front", files, {SCREEN_LOCK: said, PMSET: power}).lock


def displays(mains: int, battery: int) -> str:
    return f"Battery Power:\n displaysleep {battery}\nAC Power:\n displaysleep {mains}\n"


def test_people_and_root_are_listed_and_services_are_not() -> None:
    assert [user.name for user in everybody().items] == ["root", "lee", "front"]
    assert everybody().missing is None


def test_an_administrator_is_one_by_the_group() -> None:
    assert [user.admin for user in everybody().items] == [True, True, False]
    assert [user.built_in_admin for user in everybody().items] == [True, False, False]


@pytest.mark.parametrize(
    ("said", "admin"),
    [
        (plist({"name": ["admin"], "users": ["front"]}), True),
        (plist({"name": ["admin"], "nestedgroups": ["A-B"]}), Unknown(Why.NOT_LOCAL)),
        (plist({}), Unknown(Why.PARSE_ERROR)),
        (b"", Unknown(Why.PARSE_ERROR)),
        (DENIED, Unknown(Why.ACCESS_DENIED)),
    ],
)
def test_who_is_no_administrator_for_sure(said, admin) -> None:
    assert one("front", {ADMINS: said}).admin == admin


@pytest.mark.parametrize(
    ("record", "enabled", "kind"),
    [
        (account("x", 503, PASSWORD), True, "local"),
        (account("x", 503, f";DisabledUser;{PASSWORD}"), False, "local"),
        (account("x", 503, ";LocalCachedUser;/Active Directory/CLINIC"), True, "domain"),
        (account("x", 503), Unknown(Why.UNRECOGNISED), "local"),
        (account("x", 401, PASSWORD), True, "local"),  # hidden on purpose
    ],
)
def test_an_account_is_on_if_something_lets_it_in(record, enabled, kind) -> None:
    user = one("x", run={DSCL: accounts(*PEOPLE, record)})
    assert (user.enabled, user.kind) == (enabled, kind)


def test_root_as_macos_ships_it_is_off_and_accounts_for_sharing_do_not_sit_at_the_console() -> None:
    assert one("root").enabled is False
    sharing = account("scans", 504, PASSWORD, shell="/usr/bin/false")
    assert one("scans", run={DSCL: accounts(*PEOPLE, sharing)}).interactive is False


@pytest.mark.parametrize(
    ("files", "enabled"),
    [
        ({LOGIN_WINDOW: plist({"GuestEnabled": False})}, False),
        ({LOGIN_WINDOW: plist({"GuestEnabled": 1})}, True),
        ({}, True),
        ({LOGIN_WINDOW: DENIED}, Unknown(Why.ACCESS_DENIED)),
    ],
)
def test_a_guest_is_let_in_unless_it_is_forbidden(files, enabled) -> None:
    guest = one("Guest", files, {DSCL: accounts(*PEOPLE, account("Guest", 201))})
    assert (guest.guest, guest.enabled, guest.blank_password) == (True, enabled, True)


def test_a_mac_in_a_domain_does_not_know_all_accounts() -> None:
    assert everybody({DOMAIN: plist({})}).missing is Why.NOT_LOCAL
    assert everybody({"/Library/Preferences/OpenDirectory/Configurations/Active Directory": DENIED}
                     ).missing is Why.ACCESS_DENIED  # fmt: skip


@pytest.mark.parametrize("said", [b"", b"\xff\0", accounts(), accounts(PEOPLE[2]), plist({})])
def test_a_list_of_accounts_that_is_not_understood_is_none(said) -> None:
    with pytest.raises(ParseError):
        everybody(run={DSCL: said})


def test_a_list_of_accounts_that_does_not_come_is_none() -> None:
    with pytest.raises(HostError, match="timeout"):
        everybody(run={DSCL: {"error": "timeout"}})


def test_a_profile_binds_everybody_signed_in_or_not() -> None:
    found = users.macos(front_mac(), about()).items
    bound = Lock(
        after=10 * MINUTE + timedelta(seconds=5),
        asks_password=True,
        on_wake=True,
        enforced=True,
        source="mdm",
    )
    assert [user.lock for user in found] == [bound, bound, bound]


@pytest.mark.parametrize(
    ("fixed", "after"),
    [
        ({"idleTime": 0, "askForPassword": True}, None),  # never
        ({"idleTime": 600, "askForPassword": False}, None),
        ({"idleTime": 600, "askForPassword": True, "askForPasswordDelay": 14400}, 250 * MINUTE),
        ({"idleTime": -1, "askForPassword": True}, Unknown(Why.PARSE_ERROR)),
        ({"idleTime": "600", "askForPassword": True}, Unknown(Why.PARSE_ERROR)),
        ({"idleTime": 600, "askForPassword": 2}, Unknown(Why.PARSE_ERROR)),
    ],
)
def test_a_profile_may_also_say_never(fixed, after) -> None:
    found = lock(locks("delay is immediate"), {FIXED: plist(fixed)})
    assert (found if isinstance(found, Unknown) else found.after) == after


def test_a_profile_of_ones_own_counts_before_that_of_all() -> None:
    fixed = {"idleTime": 300, "askForPassword": True}
    files = {FIXED: plist(fixed), HIS: plist({"idleTime": 0})}
    assert lock(locks("is off"), files).after is None


@pytest.mark.parametrize(
    ("said", "after", "on_wake"),
    [
        (locks("delay is immediate"), 10 * MINUTE, True),
        (locks("delay is 300 seconds"), 15 * MINUTE, False),
        (locks("delay is 5.000000 seconds"), 10 * MINUTE + timedelta(seconds=5), True),
        (locks("is off"), None, False),
        (locks("delay is off"), None, False),
        (locks("delay is -1 seconds"), None, False),
        (locks("delay is -1.000000 seconds"), None, False),
        (locks("delay is sofort"), Unknown(Why.PARSE_ERROR), Unknown(Why.PARSE_ERROR)),
        ({"out": "screenLock delay is immediate\n"}, *[Unknown(Why.PARSE_ERROR)] * 2),
        ({"rc": 1}, *[Unknown(Why.API_ERROR)] * 2),
        ({"error": "timeout"}, *[Unknown(Why.TIMEOUT)] * 2),
    ],
)
def test_sysadminctl_says_when_a_password_is_asked(said, after, on_wake) -> None:
    found = lock(said, {OWN: plist({"idleTime": 600})})
    assert (found.after, found.on_wake) == (after, on_wake)
    assert (found.enforced, found.source) == (False, "preference")


@pytest.mark.parametrize("files", [{CONSOLE: {"owner": 501}}, {CONSOLE: {"owner": 0}}])
def test_who_is_not_at_the_console_is_not_told(files) -> None:
    files = files | {OWN: plist({"idleTime": 600})}
    assert lock(locks("delay is immediate"), files).after == NOT_LOGGED_IN
    assert lock(locks("delay is immediate"), files).asks_password == NOT_LOGGED_IN


@pytest.mark.parametrize(
    ("files", "after"),
    [
        ({OWN: plist({"idleTime": 0})}, None),
        ({OWN: plist({"idleTime": 0}), OTHER: plist({"idleTime": 600})}, Unknown(Why.CONFLICT)),
        ({OWN: plist({"idleTime": 600}), OTHER: plist({"idleTime": 600})}, 10 * MINUTE),
        ({OWN: plist({"askForPassword": 1})}, Unknown(Why.NOT_COLLECTED)),  # the default
        ({OWN: b"garbage"}, Unknown(Why.PARSE_ERROR)),
        ({OWN: DENIED}, Unknown(Why.ACCESS_DENIED)),
    ],
)
def test_his_own_idle_time_counts_where_no_profile_fixes_one(files, after) -> None:
    assert lock(locks("delay is immediate"), files).after == after


@pytest.mark.parametrize(
    ("idle", "power", "after"),
    [
        (1200, displays(10, 2), 10 * MINUTE),
        (300, displays(10, 2), 5 * MINUTE),
        (0, displays(10, 2), 10 * MINUTE),
        (0, displays(0, 2), None),
        (600, displays(0, 0), 10 * MINUTE),
        (600, {"error": "timeout"}, 10 * MINUTE),
        (0, {"error": "timeout"}, Unknown(Why.TIMEOUT)),
        (0, "Battery Power:\n displaysleep 2\n", Unknown(Why.PARSE_ERROR)),  # mains are missing
        (0, "Netzbetrieb:\n displaysleep 2\n", Unknown(Why.PARSE_ERROR)),
        (0, "", Unknown(Why.PARSE_ERROR)),
    ],
)
def test_a_display_that_sleeps_locks_too(idle, power, after) -> None:
    said = locks("delay is immediate")
    assert lock(said, {OWN: plist({"idleTime": idle})}, power).after == after


def test_a_display_bounds_an_idle_time_that_is_not_known() -> None:
    found = lock(locks("delay is immediate"), {OWN: DENIED}, displays(10, 10))
    assert found.after == 10 * MINUTE


@pytest.mark.parametrize(("owner", "signed_in"), [(502, True), (501, Unknown(Why.NOT_COLLECTED))])
def test_who_owns_the_console_is_signed_in(owner, signed_in) -> None:
    assert one("front", {CONSOLE: {"owner": owner}}).signed_in == signed_in
