r"""Which accounts does this Windows keep, and who is an administrator?

    {"machine_sid": "S-1-5-21-…",
     "users": [{"name": "lee", "rid": 1001, "flags": 513, "last_logon": 1763800000,
                "online": true}],
     "administrators": [{"sid": "S-1-5-21-…-500", "use": 1, "name": "HYG-2\\Administrator"}]}

Each part may be a failure, and so may `online`: is the account tied to one of Microsoft's?
`flags` and `use` are the numbers of lmaccess.h and winnt.h, `last_logon` seconds since 1970.
Administrators are the members of S-1-5-32-544, whatever it is called here. No password is tried,
and nothing is asked of any.
"""

import ctypes
import sys
from ctypes import c_int32, c_uint32, c_void_p

from rules.facts.form import Json


class UserInfo3(ctypes.Structure):
    """USER_INFO_3 (lmaccess.h)."""

    _fields_ = (
        ("usri3_name", c_void_p),
        ("usri3_password", c_void_p),
        ("usri3_password_age", c_uint32),
        ("usri3_priv", c_uint32),
        ("usri3_home_dir", c_void_p),
        ("usri3_comment", c_void_p),
        ("usri3_flags", c_uint32),
        ("usri3_script_path", c_void_p),
        ("usri3_auth_flags", c_uint32),
        ("usri3_full_name", c_void_p),
        ("usri3_usr_comment", c_void_p),
        ("usri3_parms", c_void_p),
        ("usri3_workstations", c_void_p),
        ("usri3_last_logon", c_uint32),
        ("usri3_last_logoff", c_uint32),
        ("usri3_acct_expires", c_uint32),
        ("usri3_max_storage", c_uint32),
        ("usri3_units_per_week", c_uint32),
        ("usri3_logon_hours", c_void_p),
        ("usri3_bad_pw_count", c_uint32),
        ("usri3_num_logons", c_uint32),
        ("usri3_logon_server", c_void_p),
        ("usri3_country_code", c_uint32),
        ("usri3_code_page", c_uint32),
        ("usri3_user_id", c_uint32),
        ("usri3_primary_group_id", c_uint32),
        ("usri3_profile", c_void_p),
        ("usri3_home_dir_drive", c_void_p),
        ("usri3_password_expired", c_uint32),
    )


class UserInfo24(ctypes.Structure):
    """USER_INFO_24 (lmaccess.h): is it tied to an account of Microsoft?"""

    _fields_ = (
        ("usri24_internet_identity", c_int32),
        ("usri24_flags", c_uint32),
        ("usri24_internet_provider_name", c_void_p),
        ("usri24_internet_principal_name", c_void_p),
        ("usri24_user_sid", c_void_p),
    )


class ModalsInfo2(ctypes.Structure):
    """USER_MODALS_INFO_2 (lmaccess.h)."""

    _fields_ = (("usrmod2_domain_name", c_void_p), ("usrmod2_domain_id", c_void_p))


class Member(ctypes.Structure):
    """LOCALGROUP_MEMBERS_INFO_2 (lmaccess.h)."""

    _fields_ = (
        ("lgrmi2_sid", c_void_p),
        ("lgrmi2_sidusage", c_int32),
        ("lgrmi2_domainandname", c_void_p),
    )


def user(one: UserInfo3, name: str, online: Json) -> Json:
    """An account, without what nobody asks for."""
    return {
        "name": name,
        "rid": one.usri3_user_id,
        "flags": one.usri3_flags,
        "last_logon": one.usri3_last_logon,
        "online": online,
    }


if sys.platform == "win32":
    from collections.abc import Callable, Iterator

    from agent.probes.calls import native
    from agent.probes.calls.leaves import leaf

    _ADMINISTRATORS = "S-1-5-32-544"
    _NORMAL = 2
    """FILTER_NORMAL_ACCOUNT."""

    _text = ctypes.c_wchar_p
    _advapi, _netapi = native.library("advapi32"), native.library("netapi32")
    _netapi.NetUserEnum.argtypes = (_text, c_uint32, c_uint32, c_void_p, c_uint32, *[c_void_p] * 3)
    _netapi.NetUserGetInfo.argtypes = (_text, _text, c_uint32, c_void_p)
    _netapi.NetUserModalsGet.argtypes = (_text, c_uint32, c_void_p)
    _netapi.NetLocalGroupGetMembers.argtypes = (
        *(_text, _text, c_uint32, c_void_p, c_uint32),
        *[c_void_p] * 3,
    )
    _advapi.ConvertStringSidToSidW.argtypes = (_text, c_void_p)
    _advapi.LookupAccountSidW.argtypes = (_text, *[c_void_p] * 6)

    def ask() -> Json:
        """All parts, each with its own failure."""
        parts: dict[str, Callable[[], Json]] = {
            "machine_sid": _machine_sid,
            "users": lambda: list(_users()),
            "administrators": lambda: list(_administrators()),
        }
        return {name: leaf(fetch) for name, fetch in parts.items()}

    def _machine_sid() -> Json:
        return native.one(
            ModalsInfo2,
            lambda at: _netapi.NetUserModalsGet(None, 2, at),
            lambda one: native.sid(one.usrmod2_domain_id),
        )

    def _users() -> Iterator[Json]:
        def page(at: object, *counts: object) -> int:
            return int(_netapi.NetUserEnum(None, 3, _NORMAL, at, native.ALL, *counts))

        for one in native.pages(UserInfo3, page):
            name = native.text(one.usri3_name)
            yield user(one, name, leaf(lambda: _is_online(name)))  # noqa: B023 - asked now

    def _is_online(name: str) -> Json:
        return native.one(
            UserInfo24,
            lambda at: _netapi.NetUserGetInfo(None, name, 24, at),
            lambda one: bool(one.usri24_internet_identity),
        )

    def _administrators() -> Iterator[Json]:
        group = _name_of(_ADMINISTRATORS)

        def page(at: object, *counts: object) -> int:
            return int(_netapi.NetLocalGroupGetMembers(None, group, 2, at, native.ALL, *counts))

        for one in native.pages(Member, page):
            sid, name = native.sid(one.lgrmi2_sid), native.text(one.lgrmi2_domainandname)
            yield {"sid": sid, "use": one.lgrmi2_sidusage, "name": name}

    def _name_of(sid: str) -> str:
        """What a group is called here."""
        binary, use = c_void_p(), c_int32()
        if not _advapi.ConvertStringSidToSidW(sid, ctypes.byref(binary)):
            raise native.last_error()
        name, domain = (ctypes.create_unicode_buffer(256) for _ in range(2))
        sizes = c_uint32(256), c_uint32(256)
        try:
            found = _advapi.LookupAccountSidW(
                *(None, binary, name, ctypes.byref(sizes[0]), domain),
                *(ctypes.byref(sizes[1]), ctypes.byref(use)),
            )
            if not found:
                raise native.last_error()
        finally:
            native.local_free(binary)
        return name.value
