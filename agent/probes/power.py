r"""How does this Windows sleep?

    {"modern_standby": false}

Modern Standby (S0 low power idle): a machine that has it goes dark without ever being asleep.
"""

import ctypes
import sys
from ctypes import c_uint8, c_uint32

from rules.facts.form import Json


class BatteryReportingScale(ctypes.Structure):
    """BATTERY_REPORTING_SCALE (winnt.h)."""

    _fields_ = (("Granularity", c_uint32), ("Capacity", c_uint32))


class SystemPowerCapabilities(ctypes.Structure):
    """SYSTEM_POWER_CAPABILITIES (winnt.h), as it is since Windows XP."""

    _fields_ = (
        *((name, c_uint8) for name in ("PowerButtonPresent", "SleepButtonPresent", "LidPresent")),
        *((name, c_uint8) for name in ("SystemS1", "SystemS2", "SystemS3", "SystemS4", "SystemS5")),
        *((name, c_uint8) for name in ("HiberFilePresent", "FullWake", "VideoDimPresent")),
        *((name, c_uint8) for name in ("ApmPresent", "UpsPresent", "ThermalControl")),
        *((name, c_uint8) for name in ("ProcessorThrottle", "ProcessorMinThrottle")),
        *((name, c_uint8) for name in ("ProcessorMaxThrottle", "FastSystemS4", "Hiberboot")),
        *((name, c_uint8) for name in ("WakeAlarmPresent", "AoAc", "DiskSpinDown")),
        ("HiberFileType", c_uint8),
        ("AoAcConnectivitySupported", c_uint8),
        ("spare3", c_uint8 * 6),
        ("SystemBatteriesPresent", c_uint8),
        ("BatteriesAreShortTerm", c_uint8),
        ("BatteryScale", BatteryReportingScale * 3),
        *((name, c_uint32) for name in ("AcOnLineWake", "SoftLidWake", "RtcWake")),
        ("MinDeviceWakeState", c_uint32),
        ("DefaultLowLatencyWake", c_uint32),
    )


def sleeps(one: SystemPowerCapabilities) -> Json:
    """What is asked of it."""
    return {"modern_standby": bool(one.AoAc)}


if sys.platform == "win32":
    from agent.probes.calls import native

    _power = native.library("powrprof")
    _power.GetPwrCapabilities.restype = c_uint8
    _power.GetPwrCapabilities.argtypes = (ctypes.c_void_p,)

    def ask() -> Json:
        """The machine's own capabilities."""
        told = SystemPowerCapabilities()
        if not _power.GetPwrCapabilities(ctypes.byref(told)):
            raise native.last_error()
        return sleeps(told)
