r"""Who is signed in to this Windows, at the console or from elsewhere?

    {"sessions": [{"sid": "S-1-5-21-…-1001", "groups": ["S-1-5-32-545"]}]}

One entry for each session in which somebody is, also one that is disconnected. `groups` are the
local groups of its token, those too that may only deny: an administrator who works without his
rights has S-1-5-32-544 so. Only SYSTEM is given a token: to others `groups` are a failure, and
`sid` comes from the name. Both may be failures.
"""

import ctypes
import sys
from ctypes import c_int32, c_uint32, c_void_p


class Session(ctypes.Structure):
    """WTS_SESSION_INFOW (wtsapi32.h)."""

    _fields_ = (
        ("SessionId", c_uint32),
        ("pWinStationName", c_void_p),
        ("State", c_int32),
    )


class SidAndAttributes(ctypes.Structure):
    """SID_AND_ATTRIBUTES (winnt.h)."""

    _fields_ = (("Sid", c_void_p), ("Attributes", c_uint32))


class TokenGroups(ctypes.Structure):
    """TOKEN_GROUPS (winnt.h), with the first of its groups."""

    _fields_ = (("GroupCount", c_uint32), ("Groups", SidAndAttributes * 1))


if sys.platform == "win32":
    from collections.abc import Iterator

    from agent.probes.base import failure
    from agent.probes.calls import native
    from agent.probes.calls.leaves import leaf
    from rules.facts.form import Json

    _LOCAL_GROUPS = "S-1-5-32-"
    _USER, _DOMAIN = 5, 7
    """WTSUserName, WTSDomainName."""

    _TOKEN_USER, _TOKEN_GROUPS = 1, 2
    _LARGEST_SID, _LARGEST_NAME = 68, 256

    _advapi, _wts = native.library("advapi32"), native.library("wtsapi32")
    _text = ctypes.c_wchar_p
    _advapi.LookupAccountNameW.argtypes = (_text, _text, *[c_void_p] * 5)
    _advapi.GetTokenInformation.argtypes = (c_void_p, c_uint32, c_void_p, c_uint32, c_void_p)
    _wts.WTSEnumerateSessionsW.argtypes = (c_void_p, c_uint32, c_uint32, c_void_p, c_void_p)
    _wts.WTSQuerySessionInformationW.argtypes = (c_void_p, c_uint32, c_uint32, c_void_p, c_void_p)
    _wts.WTSQueryUserToken.argtypes = (c_uint32, c_void_p)
    _wts.WTSFreeMemory.argtypes = (c_void_p,)
    _wts.WTSFreeMemory.restype = None

    def ask() -> Json:
        """All sessions."""
        return {"sessions": list(_sessions())}

    def _sessions() -> Iterator[Json]:
        """Of each session in which somebody is signed in."""
        buffer, count = c_void_p(), c_uint32()
        where = ctypes.byref(buffer), ctypes.byref(count)
        if not _wts.WTSEnumerateSessionsW(None, 0, 1, *where):
            raise native.last_error()
        try:
            for one in native.entries(buffer.value or 0, Session, count.value):
                user = _said(one.SessionId, _USER)
                if user:
                    yield _session(one.SessionId, user)
        finally:
            _wts.WTSFreeMemory(buffer)

    def _session(number: int, user: str) -> Json:
        """By its token, which only SYSTEM is given; else whose it is, by his name."""
        token = c_void_p()
        if _wts.WTSQueryUserToken(number, ctypes.byref(token)):
            try:
                groups = leaf(lambda: list(_groups(token)))
                return {"sid": leaf(lambda: _owner(token)), "groups": groups}
            finally:
                native.close(token)
        refused = failure(native.last_error())
        name = f"{_said(number, _DOMAIN)}\\{user}"
        return {"sid": leaf(lambda: _sid_of(name)), "groups": refused}

    def _said(session: int, what: int) -> str:
        buffer, size = c_void_p(), c_uint32()
        where = ctypes.byref(buffer), ctypes.byref(size)
        if not _wts.WTSQuerySessionInformationW(None, session, what, *where):
            raise native.last_error()
        try:
            return native.text(buffer.value)
        finally:
            _wts.WTSFreeMemory(buffer)

    def _sid_of(name: str) -> Json:
        binary, domain = (
            ctypes.create_string_buffer(_LARGEST_SID),
            ctypes.create_unicode_buffer(_LARGEST_NAME),
        )
        sizes, use = (c_uint32(_LARGEST_SID), c_uint32(_LARGEST_NAME)), c_int32()
        found = _advapi.LookupAccountNameW(
            *(None, name, binary, ctypes.byref(sizes[0]), domain),
            *(ctypes.byref(sizes[1]), ctypes.byref(use)),
        )
        if not found:
            raise native.last_error()
        return native.sid(ctypes.addressof(binary))

    def _owner(token: c_void_p) -> Json:
        told = _told(token, _TOKEN_USER)
        return native.sid(SidAndAttributes.from_buffer(told).Sid)

    def _groups(token: c_void_p) -> Iterator[Json]:
        """Also those that may only deny: an administrator without his rights has them so."""
        told = _told(token, _TOKEN_GROUPS)
        count = TokenGroups.from_buffer(told).GroupCount
        first = ctypes.addressof(told) + TokenGroups.Groups.offset
        for one in native.entries(first, SidAndAttributes, count):
            sid = native.sid(one.Sid)
            if sid.startswith(_LOCAL_GROUPS):
                yield sid

    def _told(token: c_void_p, what: int) -> ctypes.Array[ctypes.c_char]:
        size = c_uint32()
        _advapi.GetTokenInformation(token, what, None, 0, ctypes.byref(size))
        told = ctypes.create_string_buffer(max(size.value, 1))
        where = told, size.value, ctypes.byref(size)
        if not _advapi.GetTokenInformation(token, what, *where):
            raise native.last_error()
        return told
