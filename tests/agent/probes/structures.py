"""Every structure that Windows fills for us, by its name in C. To add one, add its line.

`test_structures.py` beside this file asks a C compiler for Windows where each field lies; each has
the name that it has in C.
"""

import ctypes
from dataclasses import dataclass

from agent import jobs
from agent.probes import (
    accounts,
    audit,
    clock,
    listeners,
    passwords,
    power,
    services,
    sessions,
    shares,
    tpm,
)
from agent.probes.calls import disks, eventlog, privilege


@dataclass(frozen=True, slots=True)
class Native:
    """One of ours, its name in C, and the header that declares it.

    `declared`: no header of mingw knows it, so this is how Microsoft's documentation writes it.
    """

    ours: type[ctypes.Structure]
    name: str
    header: str = "windows.h"
    declared: str = ""


STRUCTURES = (
    Native(jobs.BasicLimits, "JOBOBJECT_BASIC_LIMIT_INFORMATION"),
    Native(jobs.IoCounters, "IO_COUNTERS"),
    Native(jobs.ExtendedLimits, "JOBOBJECT_EXTENDED_LIMIT_INFORMATION"),
    Native(jobs.Accounting, "JOBOBJECT_BASIC_ACCOUNTING_INFORMATION"),
    Native(jobs.CpuRate, "JOBOBJECT_CPU_RATE_CONTROL_INFORMATION"),
    Native(privilege.Luid, "LUID"),
    Native(privilege.LuidAndAttributes, "LUID_AND_ATTRIBUTES"),
    Native(privilege.TokenPrivileges, "TOKEN_PRIVILEGES"),
    Native(disks.Query, "STORAGE_PROPERTY_QUERY", "winioctl.h"),
    Native(disks.Descriptor, "STORAGE_DEVICE_DESCRIPTOR", "winioctl.h"),
    Native(disks.Extent, "DISK_EXTENT", "winioctl.h"),
    Native(disks.Extents, "VOLUME_DISK_EXTENTS", "winioctl.h"),
    Native(disks.Mbr, "PARTITION_INFORMATION_MBR", "winioctl.h"),
    Native(disks.Gpt, "PARTITION_INFORMATION_GPT", "winioctl.h"),
    Native(disks.Partition, "PARTITION_INFORMATION_EX", "winioctl.h"),
    Native(
        tpm.DeviceInfo,
        "TPM_DEVICE_INFO",
        declared="typedef struct { UINT32 structVersion, tpmVersion, tpmInterfaceType,"
        " tpmImpRevision; } TPM_DEVICE_INFO;",
    ),
    Native(accounts.UserInfo3, "USER_INFO_3", "lm.h"),
    Native(accounts.UserInfo24, "USER_INFO_24", "lm.h"),
    Native(accounts.ModalsInfo2, "USER_MODALS_INFO_2", "lm.h"),
    Native(accounts.Member, "LOCALGROUP_MEMBERS_INFO_2", "lm.h"),
    Native(audit.AuditPolicyInformation, "AUDIT_POLICY_INFORMATION", "ntsecapi.h"),
    Native(clock.CounterValue, "PDH_FMT_COUNTERVALUE", "pdh.h"),
    Native(eventlog.Variant, "EVT_VARIANT", "winevt.h"),
    Native(listeners.Tcp4Row, "MIB_TCPROW_OWNER_PID", "iphlpapi.h"),
    Native(listeners.Tcp6Row, "MIB_TCP6ROW_OWNER_PID", "iphlpapi.h"),
    Native(listeners.Udp4Row, "MIB_UDPROW_OWNER_PID", "iphlpapi.h"),
    Native(listeners.Udp6Row, "MIB_UDP6ROW_OWNER_PID", "iphlpapi.h"),
    Native(listeners.ProcessEntry, "PROCESSENTRY32W", "tlhelp32.h"),
    Native(passwords.ModalsInfo0, "USER_MODALS_INFO_0", "lm.h"),
    Native(passwords.OwnDomain, "USER_MODALS_INFO_2", "lm.h"),
    Native(passwords.ModalsInfo3, "USER_MODALS_INFO_3", "lm.h"),
    Native(passwords.ObjectAttributes, "OBJECT_ATTRIBUTES", "winternl.h"),
    Native(passwords.DomainPasswordInformation, "DOMAIN_PASSWORD_INFORMATION", "ntsecapi.h"),
    Native(power.BatteryReportingScale, "BATTERY_REPORTING_SCALE"),
    # mingw has it as it was in Windows XP: spare bytes stood where fields stand today.
    Native(
        power.SystemPowerCapabilities,
        "POWER_CAPABILITIES_TODAY",
        declared="typedef struct { BOOLEAN PowerButtonPresent, SleepButtonPresent, LidPresent,"
        " SystemS1, SystemS2, SystemS3, SystemS4, SystemS5, HiberFilePresent, FullWake,"
        " VideoDimPresent, ApmPresent, UpsPresent, ThermalControl, ProcessorThrottle;"
        " BYTE ProcessorMinThrottle, ProcessorMaxThrottle; BOOLEAN FastSystemS4, Hiberboot,"
        " WakeAlarmPresent, AoAc, DiskSpinDown; BYTE HiberFileType;"
        " BOOLEAN AoAcConnectivitySupported; BYTE spare3[6]; BOOLEAN SystemBatteriesPresent,"
        " BatteriesAreShortTerm; BATTERY_REPORTING_SCALE BatteryScale[3];"
        " SYSTEM_POWER_STATE AcOnLineWake, SoftLidWake, RtcWake, MinDeviceWakeState,"
        " DefaultLowLatencyWake; } POWER_CAPABILITIES_TODAY;",
    ),
    Native(services.ServiceStatusProcess, "SERVICE_STATUS_PROCESS"),
    Native(services.EnumServiceStatusProcess, "ENUM_SERVICE_STATUS_PROCESSW"),
    Native(services.QueryServiceConfig, "QUERY_SERVICE_CONFIGW"),
    Native(sessions.Session, "WTS_SESSION_INFOW", "wtsapi32.h"),
    Native(sessions.SidAndAttributes, "SID_AND_ATTRIBUTES"),
    Native(sessions.TokenGroups, "TOKEN_GROUPS"),
    Native(shares.ShareInfo502, "SHARE_INFO_502", "lm.h"),
    Native(shares.ShareInfo1005, "SHARE_INFO_1005", "lm.h"),
)
