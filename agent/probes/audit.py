r"""What does this Windows write to its security log, how far back does it reach, who cleared it?

    {"policy": [{"subcategory": "0cce9215-69ae-11d9-bed3-505054503030", "setting": 3}],
     "oldest": 134000000000000000, "cleared": {"security": null, "system": null}}

By GUIDs: `auditpol` speaks the language of this Windows. `setting` is the number of ntsecapi.h
(bit 0 success, bit 1 failure, 4 none); times are FILETIMEs, null where there is no such event:
1102 in the log Security, and 104 in System for Security or for itself. Each part may be a failure.
"""

import ctypes
import sys
import uuid
from ctypes import c_uint8, c_uint32

from rules.facts.form import Json


class AuditPolicyInformation(ctypes.Structure):
    """AUDIT_POLICY_INFORMATION (ntsecapi.h)."""

    _fields_ = (
        ("AuditSubCategoryGuid", c_uint8 * 16),
        ("AuditingInformation", c_uint32),
        ("AuditCategoryGuid", c_uint8 * 16),
    )


def setting(one: AuditPolicyInformation) -> Json:
    """What is written of one subcategory."""
    guid = uuid.UUID(bytes_le=bytes(one.AuditSubCategoryGuid))
    return {"subcategory": str(guid), "setting": one.AuditingInformation}


if sys.platform == "win32":
    from collections.abc import Callable
    from ctypes import c_void_p

    from agent.probes.calls import eventlog, native
    from agent.probes.calls.leaves import leaf

    _BY = "Provider[@Name='Microsoft-Windows-Eventlog']"
    _OF = "(UserData/LogFileCleared/Channel='System' or UserData/LogFileCleared/Channel='Security')"
    _CLEARED = {
        "security": ("Security", f"*[System[{_BY} and EventID=1102]]"),
        "system": ("System", f"*[System[{_BY} and EventID=104]][{_OF}]"),
    }
    _advapi = native.library("advapi32")
    _advapi.AuditEnumerateSubCategories.restype = c_uint8
    _advapi.AuditEnumerateSubCategories.argtypes = (c_void_p, c_uint8, c_void_p, c_void_p)
    _advapi.AuditQuerySystemPolicy.restype = c_uint8
    _advapi.AuditQuerySystemPolicy.argtypes = (c_void_p, c_uint32, c_void_p)
    _advapi.AuditFree.argtypes = (c_void_p,)

    def ask() -> Json:
        """All parts, each with its own failure."""
        parts: dict[str, Callable[[], Json]] = {
            "policy": _policy,
            "oldest": lambda: eventlog.moment("Security", newest=False),
            "cleared": lambda: {name: eventlog.moment(*one) for name, one in _CLEARED.items()},
        }
        return {name: leaf(fetch) for name, fetch in parts.items()}

    def _policy() -> Json:
        guids, count = c_void_p(), c_uint32()
        where = ctypes.byref(guids), ctypes.byref(count)
        if not _advapi.AuditEnumerateSubCategories(None, 1, *where):
            raise native.last_error()
        try:
            return _settings(guids, count.value)
        finally:
            _advapi.AuditFree(guids)

    def _settings(guids: c_void_p, count: int) -> Json:
        told = c_void_p()
        if not _advapi.AuditQuerySystemPolicy(guids, count, ctypes.byref(told)):
            raise native.last_error()
        try:
            found = native.entries(told.value or 0, AuditPolicyInformation, count)
            return [setting(one) for one in found]
        finally:
            _advapi.AuditFree(told)
