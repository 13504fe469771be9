r"""What does this Windows ask of the passwords of the accounts that it keeps?

    {"passwords": {"min_length": 14, "max_age": 3628800, "history": 24},
     "lockout": {"after": 10, "for": 900}, "properties": 1}

As Windows has them: ages in seconds, 4294967295 for ever; 0 failures lock nobody. `properties` are
those of DOMAIN_PASSWORD_INFORMATION ([MS-SAMR] 2.2.3.5), of which bit 0 asks for complex ones.
Each part may be a failure. These are rules; of a password itself nothing is asked.
"""

import ctypes
import sys
from ctypes import c_uint16, c_uint32, c_void_p

from rules.facts.form import Json


class ModalsInfo0(ctypes.Structure):
    """USER_MODALS_INFO_0 (lmaccess.h)."""

    _fields_ = (
        ("usrmod0_min_passwd_len", c_uint32),
        ("usrmod0_max_passwd_age", c_uint32),
        ("usrmod0_min_passwd_age", c_uint32),
        ("usrmod0_force_logoff", c_uint32),
        ("usrmod0_password_hist_len", c_uint32),
    )


class OwnDomain(ctypes.Structure):
    """USER_MODALS_INFO_2 (lmaccess.h)."""

    _fields_ = (("usrmod2_domain_name", c_void_p), ("usrmod2_domain_id", c_void_p))


class ModalsInfo3(ctypes.Structure):
    """USER_MODALS_INFO_3 (lmaccess.h)."""

    _fields_ = (
        ("usrmod3_lockout_duration", c_uint32),
        ("usrmod3_lockout_observation_window", c_uint32),
        ("usrmod3_lockout_threshold", c_uint32),
    )


class ObjectAttributes(ctypes.Structure):
    """OBJECT_ATTRIBUTES (ntdef.h)."""

    _fields_ = (
        ("Length", c_uint32),
        ("RootDirectory", c_void_p),
        ("ObjectName", c_void_p),
        ("Attributes", c_uint32),
        ("SecurityDescriptor", c_void_p),
        ("SecurityQualityOfService", c_void_p),
    )


class DomainPasswordInformation(ctypes.Structure):
    """DOMAIN_PASSWORD_INFORMATION ([MS-SAMR] 2.2.3.5)."""

    _fields_ = (
        ("MinPasswordLength", c_uint16),
        ("PasswordHistoryLength", c_uint16),
        ("PasswordProperties", c_uint32),
        ("MaxPasswordAge", ctypes.c_int64),
        ("MinPasswordAge", ctypes.c_int64),
    )


def passwords(one: ModalsInfo0) -> Json:
    """What is asked of a password."""
    return {
        "min_length": one.usrmod0_min_passwd_len,
        "max_age": one.usrmod0_max_passwd_age,
        "history": one.usrmod0_password_hist_len,
    }


def lockout(one: ModalsInfo3) -> Json:
    """When an account is locked, and for how long."""
    return {"after": one.usrmod3_lockout_threshold, "for": one.usrmod3_lockout_duration}


if sys.platform == "win32":
    from collections.abc import Callable

    from agent.probes.base import ProbeError
    from agent.probes.calls import native
    from agent.probes.calls.leaves import leaf

    _PASSWORDS = 1
    """DomainPasswordInformation; also DOMAIN_READ_PASSWORD_PARAMETERS."""

    _SAM_SERVER = 0x21
    """SAM_SERVER_CONNECT, SAM_SERVER_LOOKUP_DOMAIN."""

    _netapi, _sam = native.library("netapi32"), native.library("samlib")
    _netapi.NetUserModalsGet.argtypes = (ctypes.c_wchar_p, c_uint32, c_void_p)
    _sam.SamConnect.argtypes = (c_void_p, c_void_p, c_uint32, c_void_p)
    _sam.SamOpenDomain.argtypes = (c_void_p, c_uint32, c_void_p, c_void_p)
    _sam.SamQueryInformationDomain.argtypes = (c_void_p, c_uint32, c_void_p)
    _sam.SamFreeMemory.argtypes = (c_void_p,)
    _sam.SamCloseHandle.argtypes = (c_void_p,)

    def ask() -> Json:
        """All parts, each with its own failure."""
        parts: dict[str, Callable[[], Json]] = {
            "passwords": lambda: _modals(0, ModalsInfo0, passwords),
            "lockout": lambda: _modals(3, ModalsInfo3, lockout),
            "properties": lambda: _modals(2, OwnDomain, _properties),
        }
        return {name: leaf(fetch) for name, fetch in parts.items()}

    def _modals(level: int, kind: type[native.S], turn: Callable[[native.S], Json]) -> Json:
        return native.one(kind, lambda at: _netapi.NetUserModalsGet(None, level, at), turn)

    def _properties(one: OwnDomain) -> Json:
        """PasswordProperties of the domain that this machine keeps; its other fields are known."""
        server, domain = c_void_p(), c_void_p()
        empty = ObjectAttributes(Length=ctypes.sizeof(ObjectAttributes))
        _checked(_sam.SamConnect(None, ctypes.byref(server), _SAM_SERVER, ctypes.byref(empty)))
        try:
            opened = server, _PASSWORDS, one.usrmod2_domain_id, ctypes.byref(domain)
            _checked(_sam.SamOpenDomain(*opened))
            try:
                return _password_properties(domain)
            finally:
                _sam.SamCloseHandle(domain)
        finally:
            _sam.SamCloseHandle(server)

    def _password_properties(domain: c_void_p) -> Json:
        buffer = c_void_p()
        _checked(_sam.SamQueryInformationDomain(domain, _PASSWORDS, ctypes.byref(buffer)))
        try:
            told = DomainPasswordInformation.from_address(buffer.value or 0)
            return int(told.PasswordProperties)
        finally:
            _sam.SamFreeMemory(buffer)

    def _checked(status: int) -> None:
        """NTSTATUS: what is negative failed."""
        if status < 0:
            raise ProbeError.of(status)
