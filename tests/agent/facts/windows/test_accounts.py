"""Who may sign in to a Windows, and who is an administrator? By made machines."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from agent.facts.users import windows as users
from agent.host.tree import TreeHost
from rules.facts.base import Items, Unknown, Why
from rules.facts.users import User
from tests.agent.facts.clinic import about
from tests.agent.facts.windows.clinic import (
    ADMINISTRATORS,
    BUILT_IN,
    DESK,
    DOMAIN,
    LEE,
    NORMAL,
    OFF,
    PEOPLE,
    SYSTEM,
    WINDOWS,
    account,
    accounts,
    failed,
    pc,
    sessions,
)

GUEST = f"{DOMAIN}-501"
DR_LEE = "S-1-5-21-4444444444-5555555555-6666666666-1105"
DOMAIN_ADMINS = "S-1-5-21-4444444444-5555555555-6666666666-512"
ANN = "S-1-12-1-1-2-3-500"
JOINED = {"sid": DOMAIN_ADMINS, "use": 2, "name": "CLINIC\\Domänen-Admins"}
DENIED = json.loads(failed("access_denied", 5)["out"])
ORDINARY, ADMIN = ["S-1-5-32-545"], ["S-1-5-32-544", "S-1-5-32-545"]
PROFILE = {
    "ProfileImagePath": "C:\\Users\\x",
    "LocalProfileLoadTimeHigh": 31291522,
    "LocalProfileLoadTimeLow": 367935488,
}


def with_profile(sid: str, **asked: Any) -> TreeHost:
    return pc({rf"{WINDOWS}\ProfileList\{sid}": PROFILE}, asked=asked)


def read(host: TreeHost) -> Items[User]:
    return users.windows(host, about())


def people(host: TreeHost) -> dict[str, User]:
    return {str(user.id): user for user in read(host).items}


def test_all_accounts_are_there_and_told_by_their_numbers() -> None:
    found = people(pc())
    assert set(found) == {LEE, DESK, BUILT_IN, GUEST}
    assert [sid for sid, one in found.items() if one.built_in_admin] == [BUILT_IN]
    assert [sid for sid, one in found.items() if one.guest] == [GUEST]
    assert {sid for sid, one in found.items() if one.enabled} == {LEE, DESK}
    assert {sid for sid, one in found.items() if one.admin} == {LEE, BUILT_IN}
    assert {sid for sid, one in found.items() if one.signed_in} == {DESK}
    assert {sid for sid, one in found.items() if one.generic_name} == {DESK}
    assert {one.kind for one in found.values()} == {"local"}
    assert read(pc()).missing is None


def test_the_built_in_administrator_is_one_whatever_it_is_called() -> None:
    renamed = accounts(account("Chef", 500, online=False), admins=())
    user = people(pc(asked={"accounts": renamed}))[BUILT_IN]
    assert (user.name, user.admin, user.built_in_admin, user.enabled) == ("Chef", True, True, True)


@pytest.mark.parametrize(
    ("account_", "blank"),
    [
        (account("lee", 1001), False),  # the password is Microsoft's
        (account("lee", 1001, NORMAL | 0x40000, online=False), False),  # a card is asked for
        (account("lee", 1001, online=False), Unknown(Why.UNRECOGNISED)),
        (account("lee", 1001, NORMAL | 0x20, online=False), Unknown(Why.UNRECOGNISED)),
        (account("lee", 1001, online=DENIED), Unknown(Why.UNRECOGNISED)),
    ],
)
def test_whether_a_password_is_empty_is_known_only_where_it_cannot_be(account_, blank) -> None:
    assert people(pc(asked={"accounts": accounts(account_)}))[LEE].blank_password == blank


@pytest.mark.parametrize(
    ("last_logon", "seen"),
    [(0, None), (1763800000, datetime(2025, 11, 22, 8, 26, 40, tzinfo=UTC))],
)
def test_who_has_no_profile_was_last_seen_when_he_signed_in_or_never(last_logon, seen) -> None:
    bob = account("bob", 1009, last_logon=last_logon)
    user = people(pc(asked={"accounts": accounts(*PEOPLE, bob)}))[f"{DOMAIN}-1009"]
    assert user.last_seen == seen
    assert user.lock.after == Unknown(Why.NOT_LOGGED_IN)


def test_a_profile_that_was_loaded_since_counts() -> None:
    assert people(pc())[LEE].last_seen == datetime(2026, 11, 21, tzinfo=UTC)


def test_a_profile_whose_account_is_gone_lets_nobody_in() -> None:
    assert f"{DOMAIN}-1033" not in people(with_profile(f"{DOMAIN}-1033"))


def test_a_name_among_the_administrators_is_somebody_though_he_was_never_here() -> None:
    named = {"sid": DR_LEE, "use": 1, "name": "CLINIC\\dr.lee"}
    user = people(pc(asked={"accounts": accounts(admins=(*ADMINISTRATORS, named))}))[DR_LEE]
    assert (user.name, user.kind, user.admin, user.last_seen) == ("dr.lee", "domain", True, None)
    assert user.enabled == Unknown(Why.NOT_LOCAL)


def test_a_group_of_a_domain_is_an_item_as_whom_nobody_signs_in() -> None:
    found = read(pc(asked={"accounts": accounts(admins=(*ADMINISTRATORS, JOINED))}))
    group = {str(one.id): one for one in found.items}[DOMAIN_ADMINS]
    assert (group.name, group.admin, group.interactive) == ("Domänen-Admins", True, False)
    assert group.enabled == Unknown(Why.NOT_LOCAL)
    assert found.missing is None


@pytest.mark.parametrize(
    ("admins", "groups", "admin"),
    [
        ((), None, False),
        ((JOINED,), None, Unknown(Why.NOT_LOCAL)),  # he may be in it
        ((JOINED,), ORDINARY, False),  # his token says that he is not
        ((JOINED,), ADMIN, True),
        ((JOINED,), DENIED, Unknown(Why.NOT_LOCAL)),
        (({"sid": DR_LEE, "use": 1, "name": "CLINIC\\dr.lee"},), ORDINARY, True),
        (({"sid": "S-1-5-11", "use": 5, "name": "x"},), None, True),  # everybody who signs in
        (({"sid": "S-1-5-21-1-2-3-1004", "use": 6, "name": ""},), None, False),  # it is gone
    ],
)
def test_who_came_from_a_domain_is_an_administrator_by_name_or_by_his_token(
    admins, groups, admin
) -> None:
    here = {} if groups is None else {"sessions": sessions((DR_LEE, groups))}
    host = with_profile(DR_LEE, accounts=accounts(admins=admins), **here)
    user = people(host)[DR_LEE]
    assert user.admin == admin
    assert user.kind == "domain"
    assert user.enabled == (Unknown(Why.NOT_LOCAL) if groups is None else True)


def test_an_account_of_the_machine_is_in_no_group_of_a_domain() -> None:
    host = pc(asked={"accounts": accounts(admins=(JOINED,))})
    assert people(host)[DESK].admin is False


def test_on_a_controller_the_accounts_are_the_domains_and_may_be_in_its_groups() -> None:
    keys = {rf"{SYSTEM}\Control\ProductOptions": {"ProductType": "LanmanNT"}}
    user = people(pc(keys, asked={"accounts": accounts(admins=(JOINED,))}))[LEE]
    assert (user.kind, user.admin) == ("domain", Unknown(Why.NOT_LOCAL))


def test_an_account_of_entra_is_the_clouds_whatever_its_number() -> None:
    user = people(with_profile(ANN))[ANN]
    assert (user.kind, user.built_in_admin, user.blank_password) == ("cloud", False, False)
    assert user.enabled == Unknown(Why.NOT_LOCAL)


@pytest.mark.parametrize(
    ("told", "signed_in"),
    [
        (sessions(), False),
        (sessions((LEE, ORDINARY)), True),
        ('{"sessions": [{"sid": {"error": {"code": "api_error", "number": 1332}}, "groups": []}]}',
         Unknown(Why.API_ERROR)),
        (failed("access_denied", 5), Unknown(Why.ACCESS_DENIED)),
        ({"error": "timeout"}, Unknown(Why.TIMEOUT)),
        ("Kein Zugriff.", Unknown(Why.PARSE_ERROR)),
        ('{"sessions": [{"sid": "lee", "groups": []}]}', Unknown(Why.PARSE_ERROR)),
    ],
)  # fmt: skip
def test_who_is_signed_in_is_told_by_sessions(told, signed_in) -> None:
    assert people(pc(asked={"sessions": told}))[LEE].signed_in == signed_in


@pytest.mark.parametrize(
    ("told", "why"),
    [
        (failed("access_denied", 5), Why.ACCESS_DENIED),
        ({"error": "timeout"}, Why.TIMEOUT),
        ({"error": "tool_missing"}, Why.TOOL_MISSING),
        ({"rc": 1}, Why.API_ERROR),
        ("Fehler", Why.PARSE_ERROR),
        (accounts()[:300], Why.PARSE_ERROR),
        (accounts(account("lee", 1001, flags=-1)), Why.PARSE_ERROR),
        (accounts(users=DENIED), Why.ACCESS_DENIED),
        (accounts(machine_sid=DENIED), Why.ACCESS_DENIED),
    ],
)
def test_who_has_a_profile_is_there_though_the_accounts_were_not_read(told, why) -> None:
    found = read(pc(asked={"accounts": told}))
    known = {str(one.id): one for one in found.items}
    assert {LEE, DESK} <= set(known)
    assert found.missing is why
    assert known[LEE].enabled == known[LEE].blank_password == Unknown(why)
    assert known[LEE].kind == "local"


def test_in_a_domain_a_profile_alone_does_not_say_whose_the_account_is() -> None:
    services = rf"{SYSTEM}\Services"
    joined = {
        rf"{services}\Tcpip\Parameters": {"Domain": "clinic.example.test"},
        rf"{services}\Netlogon": {"Start": 2},
    }
    host = pc(joined, asked={"accounts": failed("api_error")})
    assert people(host)[LEE].kind == Unknown(Why.API_ERROR)


def test_administrators_that_were_not_read_leave_it_open_who_is_one() -> None:
    found = read(pc(asked={"accounts": accounts(administrators=DENIED)}))
    user = {str(one.id): one for one in found.items}[LEE]
    assert user.admin == Unknown(Why.ACCESS_DENIED)
    assert found.missing is Why.ACCESS_DENIED


def test_profiles_that_were_not_read_leave_the_list_open() -> None:
    said = read(pc({rf"{WINDOWS}\ProfileList": {"$error": "access_denied"}}))
    assert said.missing is Why.ACCESS_DENIED
    assert len(said.items) == len(PEOPLE)


def test_an_account_that_is_off_is_off() -> None:
    off = accounts(account("lee", 1001, NORMAL | OFF))
    assert people(pc(asked={"accounts": off}))[LEE].enabled is False
