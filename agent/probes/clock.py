r"""How far is this Windows off its source of time, and how many sources answer it?

    {"offset_us": 1200, "sources": 1}

Counters of the Windows Time service by their English names, which work in any language
(PdhAddEnglishCounterW; "Windows Time service tools and settings", Microsoft: Windows 10 1709 and
Server 2016 on). `offset_us` is in microseconds. Each may be a failure: the service does not run.
"""

import ctypes
import sys
from ctypes import c_double, c_uint32


class CounterValue(ctypes.Structure):
    """PDH_FMT_COUNTERVALUE (pdh.h), with a number of double width."""

    _fields_ = (("CStatus", c_uint32), ("doubleValue", c_double))


if sys.platform == "win32":
    from ctypes import c_void_p
    from functools import partial

    from agent.probes.base import ProbeError
    from agent.probes.calls import native
    from agent.probes.calls.leaves import leaf
    from rules.facts.form import Json

    _COUNTERS = {
        "offset_us": r"\Windows Time Service\Computed Time Offset",
        "sources": r"\Windows Time Service\NTP Client Time Source Count",
    }
    _DOUBLE = 0x200
    """PDH_FMT_DOUBLE."""

    _pdh = native.library("pdh")
    _pdh.PdhOpenQueryW.argtypes = (c_void_p, c_void_p, c_void_p)
    _pdh.PdhAddEnglishCounterW.argtypes = (c_void_p, ctypes.c_wchar_p, c_void_p, c_void_p)
    _pdh.PdhCollectQueryData.argtypes = _pdh.PdhCloseQuery.argtypes = (c_void_p,)
    _pdh.PdhGetFormattedCounterValue.argtypes = (c_void_p, c_uint32, c_void_p, c_void_p)

    def ask() -> Json:
        """Both counters, each with its own failure."""
        return {name: leaf(partial(_value, path)) for name, path in _COUNTERS.items()}

    def _value(path: str) -> Json:
        query = c_void_p()
        _checked(_pdh.PdhOpenQueryW(None, None, ctypes.byref(query)))
        try:
            counter, value = c_void_p(), CounterValue()
            _checked(_pdh.PdhAddEnglishCounterW(query, path, None, ctypes.byref(counter)))
            _checked(_pdh.PdhCollectQueryData(query))
            where = counter, _DOUBLE, None, ctypes.byref(value)
            _checked(_pdh.PdhGetFormattedCounterValue(*where))
            return round(value.doubleValue)
        finally:
            _pdh.PdhCloseQuery(query)

    def _checked(status: int) -> None:
        if status != 0:
            raise ProbeError.of(status)
