r"""What does this Windows share, and who may do what with it?

    {"shares": [{"name": "Images", "type": 0, "path": "D:\\PDATA", "flags": 32768,
                 "share": "D:(A;;FA;;;WD)", "folder": "D:PAI(A;OICI;FA;;;BA)"}]}

`type` and `flags` are the numbers of lmshare.h. `share` and `folder` are lists of rights in
Microsoft's own form (SDDL, [MS-DTYP] 2.5.1), which no language changes; null is a share that has
none of its own, or a folder that is not there. `flags` and `folder` may be failures.
"""

import ctypes
import sys
from ctypes import c_uint32, c_void_p


class ShareInfo502(ctypes.Structure):
    """SHARE_INFO_502 (lmshare.h)."""

    _fields_ = (
        ("shi502_netname", c_void_p),
        ("shi502_type", c_uint32),
        ("shi502_remark", c_void_p),
        ("shi502_permissions", c_uint32),
        ("shi502_max_uses", c_uint32),
        ("shi502_current_uses", c_uint32),
        ("shi502_path", c_void_p),
        ("shi502_passwd", c_void_p),
        ("shi502_reserved", c_uint32),
        ("shi502_security_descriptor", c_void_p),
    )


class ShareInfo1005(ctypes.Structure):
    """SHARE_INFO_1005 (lmshare.h)."""

    _fields_ = (("shi1005_flags", c_uint32),)


if sys.platform == "win32":
    from agent.probes.base import ProbeError
    from agent.probes.calls import native
    from agent.probes.calls.leaves import leaf
    from rules.facts.form import Json

    _DACL, _REVISION, _FILE = 4, 1, 1
    """DACL_SECURITY_INFORMATION, SDDL_REVISION_1, SE_FILE_OBJECT."""

    _KIND, _SPECIAL = 0xFF, 0x80000000
    """What of a type says whether it is a disk (0); STYPE_SPECIAL."""

    _NOT_THERE = (2, 3)
    """ERROR_FILE_NOT_FOUND, ERROR_PATH_NOT_FOUND."""

    _text = ctypes.c_wchar_p
    _advapi, _netapi = native.library("advapi32"), native.library("netapi32")
    _netapi.NetShareEnum.argtypes = (_text, c_uint32, c_void_p, c_uint32, *[c_void_p] * 3)
    _netapi.NetShareGetInfo.argtypes = (_text, _text, c_uint32, c_void_p)
    _advapi.GetNamedSecurityInfoW.argtypes = (_text, c_uint32, c_uint32, *[c_void_p] * 5)
    _advapi.ConvertSecurityDescriptorToStringSecurityDescriptorW.argtypes = (
        *(c_void_p, c_uint32, c_uint32),
        *[c_void_p] * 2,
    )

    def ask() -> Json:
        """All shares, those that Windows makes for itself too."""

        def page(at: object, *counts: object) -> int:
            return int(_netapi.NetShareEnum(None, 502, at, native.ALL, *counts))

        return {"shares": list(map(_share, native.pages(ShareInfo502, page)))}

    def _share(one: ShareInfo502) -> Json:
        name, path = native.text(one.shi502_netname), native.text(one.shi502_path)
        told = one.shi502_security_descriptor
        is_folder = not one.shi502_type & _KIND and not one.shi502_type & _SPECIAL
        return {
            "name": name,
            "type": one.shi502_type,
            "path": path,
            "flags": leaf(lambda: _flags(name)),
            "share": leaf(lambda: _rights(told)) if told else None,
            "folder": leaf(lambda: _of_folder(path)) if is_folder else None,
        }

    def _flags(name: str) -> Json:
        return native.one(
            ShareInfo1005,
            lambda at: _netapi.NetShareGetInfo(None, name, 1005, at),
            lambda one: int(one.shi1005_flags),
        )

    def _of_folder(path: str) -> Json:
        told = c_void_p()
        where = None, None, None, None, ctypes.byref(told)
        code = _advapi.GetNamedSecurityInfoW(path, _FILE, _DACL, *where)
        if code in _NOT_THERE:
            return None
        if code != 0:
            raise ProbeError.of(code)
        try:
            return _rights(told)
        finally:
            native.local_free(told)

    def _rights(descriptor: object) -> Json:
        said = c_void_p()
        wanted = _REVISION, _DACL, ctypes.byref(said), None
        turn = _advapi.ConvertSecurityDescriptorToStringSecurityDescriptorW
        if not turn(descriptor, *wanted):
            raise native.last_error()
        return native.local_text(said)
