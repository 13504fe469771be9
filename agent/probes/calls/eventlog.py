r"""When was an event of a log of Windows last, or first, written?

Of an event its time is asked for and nothing else: no text of it, which would be in the language
of this Windows. A log that this Windows does not have holds no event.

Functions and numbers: winevt.h.
"""

import ctypes
import sys
from ctypes import c_uint8, c_uint32, c_uint64, c_void_p


class Variant(ctypes.Structure):
    """EVT_VARIANT: a value of 8 bytes (a number, or where it lies), its count, its type."""

    _fields_ = (("UInt64Val", c_uint64), ("Count", c_uint32), ("Type", c_uint32))


TIME, FILETIME = 8, 17
"""EvtSystemTimeCreated, EvtVarTypeFileTime."""


def written_at(rendered: bytes) -> int | None:
    """The FILETIME of an event's own values; None if it has none."""
    value = Variant.from_buffer_copy(rendered, TIME * ctypes.sizeof(Variant))
    return int(value.UInt64Val) if value.Type == FILETIME else None


if sys.platform == "win32":
    from agent.probes.base import ProbeError
    from agent.probes.calls import native
    from rules.facts.form import Json

    _CHANNEL, _OLDEST_FIRST, _NEWEST_FIRST = 0x1, 0x100, 0x200
    """EvtQueryChannelPath, EvtQueryForwardDirection, EvtQueryReverseDirection."""

    _OF_SYSTEM, _VALUES = 1, 0
    """EvtRenderContextSystem, EvtRenderEventValues."""

    _WAIT_MS = 5000
    _NO_MORE, _NO_SUCH_LOG = 259, 15007
    """ERROR_NO_MORE_ITEMS, ERROR_EVT_CHANNEL_NOT_FOUND."""

    _evt = native.library("wevtapi")
    _evt.EvtQuery.restype = _evt.EvtCreateRenderContext.restype = c_void_p
    _evt.EvtQuery.argtypes = (c_void_p, ctypes.c_wchar_p, ctypes.c_wchar_p, c_uint32)
    _evt.EvtCreateRenderContext.argtypes = (c_uint32, c_void_p, c_uint32)
    _evt.EvtNext.argtypes = (c_void_p, c_uint32, c_void_p, c_uint32, c_uint32, c_void_p)
    _evt.EvtRender.argtypes = (*[c_void_p] * 2, *[c_uint32] * 2, *[c_void_p] * 3)
    _evt.EvtClose.argtypes = (c_void_p,)

    def moment(log: str, wanted: str = "*", *, newest: bool = True) -> Json:
        """When the newest, or oldest, event that an XPath names was written, as FILETIME, or null.

        ProbeError if the log cannot be asked.
        """
        order = _NEWEST_FIRST if newest else _OLDEST_FIRST
        try:
            found = native.handle(_evt.EvtQuery(None, log, wanted, _CHANNEL | order))
        except ProbeError as error:
            if error.number == _NO_SUCH_LOG:
                return None
            raise
        try:
            return _first(found)
        finally:
            _evt.EvtClose(found)

    def _first(found: c_void_p) -> Json:
        event, count = c_void_p(), c_uint32()
        where = ctypes.byref(event), _WAIT_MS, 0, ctypes.byref(count)
        if not _evt.EvtNext(found, 1, *where):
            if ctypes.get_last_error() == _NO_MORE:
                return None
            raise native.last_error()
        try:
            return _time_of(event)
        finally:
            _evt.EvtClose(event)

    def _time_of(event: c_void_p) -> Json:
        context = native.handle(_evt.EvtCreateRenderContext(0, None, _OF_SYSTEM))
        rendered = (c_uint8 * 65536)()
        used, count = c_uint32(), c_uint32()
        where = rendered, ctypes.byref(used), ctypes.byref(count)
        try:
            if not _evt.EvtRender(context, event, _VALUES, len(rendered), *where):
                raise native.last_error()
        finally:
            _evt.EvtClose(context)
        return written_at(bytes(rendered))
