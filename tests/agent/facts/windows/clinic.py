"""Two Windows PCs of Bright Smiles, by registry and probes, written from documentation (`made`).

On HYG-2 all is well, on FRONT-1 nothing is. Nothing here was taken from a real Windows.
"""

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from agent.facts.base import About
from agent.host.tree import TreeHost
from agent.settings import RootSetting, Settings
from tests.agent.facts.clinic import about
from tests.agent.facts.windows import disks, guards, updates

SYSTEM = r"HKLM\SYSTEM\CurrentControlSet"
CLASS = rf"{SYSTEM}\Control\Class"
SERVICES = rf"{SYSTEM}\Services"
WINDOWS = r"HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion"
CURRENT = r"HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion"
POLICIES = r"HKLM\SOFTWARE\Policies\Microsoft"
DOMAIN = "S-1-5-21-1111111111-2222222222-3333333333"
LEE, DESK = f"{DOMAIN}-1001", f"{DOMAIN}-1002"
BUILT_IN = f"{DOMAIN}-500"
DESKTOP = r"Control Panel\Desktop"
USER_POLICY = r"Software\Policies\Microsoft\Windows\Control Panel\Desktop"
FIREWALL = rf"{SERVICES}\SharedAccess\Parameters\FirewallPolicy"
REMOVABLE = rf"{POLICIES}\Windows\RemovableStorageDevices"
SCHANNEL = rf"{SYSTEM}\Control\SecurityProviders\SCHANNEL\Protocols"
POWER = rf"{SYSTEM}\Control\Power"
SCHEME = "381b4222-f694-41f0-9685-ff5bb260df2e"
SLEEP = r"238c9fa8-0aad-41ed-83f4-97be242c8f20\29f6c1db-86da-48c5-9fdb-f2b67b1f44da"
DISPLAY = r"7516b95f-f776-4464-8c53-06167f40cc99\3c0bc021-c8a8-4e07-a973-6b14cbcb2b7e"
ASKS = r"fea3413e-7e05-4911-9a71-700331f1c294\0e796bdb-100d-47d6-a2d5-f7d2daa51f51"
SYNC_ROOTS = rf"{CURRENT}\Explorer\SyncRootManager"
UNINSTALL = rf"{CURRENT}\Uninstall"
UNINSTALL_32 = r"HKLM\SOFTWARE\WOW6432Node\Microsoft\Windows\CurrentVersion\Uninstall"
STARTED = r"HKLM\HARDWARE\DESCRIPTION\System"


def both(seconds: int) -> dict[str, int]:
    """A power setting on mains and on battery."""
    return {"ACSettingIndex": seconds, "DCSettingIndex": seconds}


def system() -> dict[str, dict[str, Any]]:
    """What both have: Windows 11 25H2, in no domain, two people."""
    return {
        WINDOWS: {
            "ProductName": "Windows 10 Pro",
            "CurrentBuildNumber": "26200",
            "CurrentMajorVersionNumber": 10,
            "CurrentMinorVersionNumber": 0,
            "UBR": 7171,
            "EditionID": "Professional",
            "InstallationType": "Client",
            "SystemRoot": "C:\\Windows",
        },
        rf"{SYSTEM}\Control\ComputerName\ActiveComputerName": {"ComputerName": "HYG-2"},
        rf"{SYSTEM}\Control\Session Manager\Environment": {"PROCESSOR_ARCHITECTURE": "AMD64"},
        STARTED: {"$written": "2026-11-22T06:00:00Z"},
        rf"{STARTED}\BIOS": {
            "SystemManufacturer": "Dell Inc.",
            "SystemProductName": "OptiPlex 7010",
        },
        r"HKLM\SYSTEM\HardwareConfig\Current": {"EnclosureType": 3},
        rf"{SERVICES}\Tcpip\Parameters": {"Domain": "", "Hostname": "HYG-2"},
        rf"{SERVICES}\Netlogon": {"Start": 3},
        rf"{SYSTEM}\Control": {"PEFirmwareType": 2},
        rf"{SYSTEM}\Control\Session Manager\Memory Management": {
            "ExistingPageFiles": ["\\??\\C:\\pagefile.sys"],
        },
        rf"{CLASS}\{{71a27cdd-812a-11d0-bec7-08002be2092f}}": {
            "UpperFilters": ["volsnap"],
            "LowerFilters": ["fvevol", "iorate", "rdyboost"],
        },
        rf"{CLASS}\{{4d36e967-e325-11ce-bfc1-08002be10318}}": {
            "UpperFilters": ["partmgr"],
            "LowerFilters": ["EhStorClass"],
        },
        rf"{SYSTEM}\Control\ProductOptions": {"ProductType": "WinNT"},
        rf"{SERVICES}\EventLog\Security": {"MaxSize": 1 << 28},
        rf"{SYSTEM}\Control\SecureBoot\State": {"UEFISecureBootEnabled": 1},
        rf"{SERVICES}\W32Time": {"Start": 3},
        rf"{SERVICES}\W32Time\Parameters": {"Type": "NTP", "NtpServer": "time.example.test,0x9"},
        rf"{SERVICES}\LanmanServer": {"Start": 2},
        rf"{SERVICES}\LanmanServer\Parameters": {"RequireSecuritySignature": 1},
        rf"{SERVICES}\mpssvc": {"Start": 2},
        **{
            rf"{FIREWALL}\{name}Profile": {"EnableFirewall": 1}
            for name in ("Domain", "Standard", "Public")
        },
        rf"{SERVICES}\USBSTOR": {"Start": 3, "$written": "2026-01-01T00:00:00Z"},
        rf"{SERVICES}\UASPStor": {"Start": 3, "$written": "2026-01-01T00:00:00Z"},
        rf"{SYSTEM}\Control\Terminal Server": {"fDenyTSConnections": 1},
        rf"{SYSTEM}\Control\Terminal Server\WinStations\RDP-Tcp": {"UserAuthentication": 1},
        rf"{WINDOWS}\Winlogon": {"AutoAdminLogon": "0", "DefaultUserName": "lee"},
        r"HKLM\SECURITY\Policy\Secrets\DPAPI_SYSTEM": {},
        rf"{SERVICES}\wuauserv": {"Start": 3},
        rf"{SERVICES}\UsoSvc": {"Start": 2},
        rf"{WINDOWS}\ProfileList\S-1-5-18": {
            "ProfileImagePath": {"expand_sz": "%systemroot%\\system32\\config\\systemprofile"}
        },
        **{
            rf"{WINDOWS}\ProfileList\{sid}": {
                "ProfileImagePath": {"expand_sz": f"C:\\Users\\{name}"},
                # 2026-11-21
                "LocalProfileLoadTimeHigh": 31291723,
                "LocalProfileLoadTimeLow": 1079508992,
            }
            for sid, name in ((LEE, "lee"), (DESK, "frontdesk"))
        },
        # As three real hives had it: active, and nothing else.
        **{rf"HKU\{sid}\{DESKTOP}": {"ScreenSaveActive": "1"} for sid in (LEE, DESK)},
        rf"{POWER}\User\PowerSchemes": {"ActivePowerScheme": SCHEME},
        rf"{POWER}\User\PowerSchemes\{SCHEME}\{ASKS}": both(1),
        rf"{POWER}\User\PowerSchemes\{SCHEME}\{DISPLAY}": both(600),
        rf"{POWER}\PowerSettings\{SLEEP}\DefaultPowerSchemeValues\{SCHEME}": both(0),
        POWER: {"PlatformAoAcOverride": 0},
        rf"{UNINSTALL}\{{1}}": {
            "DisplayName": "Open Dental",
            "DisplayVersion": "25.3.12.0",
            "Publisher": "Open Dental Software",
        },
        rf"{UNINSTALL_32}\Sidexis": {"DisplayName": "SIDEXIS 4", "DisplayVersion": "4.3.1 SP2"},
        rf"{UNINSTALL}\KB1": {"DisplayName": "Update", "ParentKeyName": "Office"},
        rf"{UNINSTALL}\Part": {"DisplayName": "Part of Windows", "SystemComponent": 1},
        rf"HKU\{LEE}\Software\Microsoft\Windows\CurrentVersion\Uninstall\Zoom": {
            "DisplayName": "Zoom Workplace",
            "DisplayVersion": "6.2.1",
        },
    }


def said(document: Any) -> str:
    """What a probe prints."""
    return json.dumps(document)


def failed(code: str, number: int = 0) -> dict[str, Any]:
    """What a probe leaves behind that fetched nothing."""
    return {"rc": 1, "out": said({"error": {"code": code, "number": number}})}


NORMAL, OFF, NO_PASSWORD = 0x200, 0x2, 0x20
SIGNED_IN_AT = 1763800000
"""2025-11-22: the profile was loaded since."""


def account(name: str, rid: int, flags: int = NORMAL, **more: Any) -> dict[str, Any]:
    """An account as the probe prints it, tied to one of Microsoft's unless more is said."""
    known = {"name": name, "rid": rid, "flags": flags, "last_logon": 0, "online": rid > 1000}
    return known | more


PEOPLE = (
    account("Administrator", 500, NORMAL | OFF),
    account("Gast", 501, NORMAL | OFF | NO_PASSWORD),
    account("lee", 1001, last_logon=SIGNED_IN_AT),
    account("frontdesk", 1002),
)
ADMINISTRATORS = (
    {"sid": BUILT_IN, "use": 1, "name": "HYG-2\\Administrator"},
    {"sid": LEE, "use": 1, "name": "HYG-2\\lee"},
)


def accounts(*people: dict[str, Any], admins: Any = ADMINISTRATORS, **more: Any) -> str:
    """What the probe prints for these accounts."""
    users = list(people or PEOPLE)
    return said({"machine_sid": DOMAIN, "users": users, "administrators": list(admins)} | more)


def sessions(*found: tuple[str, list[str]]) -> str:
    """What the probe prints for those who are signed in."""
    return said({"sessions": [{"sid": sid, "groups": groups} for sid, groups in found]})


def service(name: str, state: int, start: int = 2) -> dict[str, Any]:
    """A service as the probe prints it."""
    return {"name": name, "state": state, "start": start}


def services(*more: dict[str, Any]) -> str:
    """What the probe prints, with these in the place of those that both have."""
    running = ("EventLog", "LanmanServer", "mpssvc", "W32Time", "WinDefend", "wscsvc")
    usual = [service(name, 4) for name in running]
    usual += [service("RemoteRegistry", 1, 4), service("Spooler", 4)]
    named = {one["name"]: one for one in (*usual, *more)}
    return said({"services": list(named.values())})


def listener(port: int, process: str | None, address: str = "0.0.0.0") -> dict[str, Any]:
    """An open port as the probe prints it."""
    return {"address": address, "port": port, "pid": 1000 + port, "process": process}


def listeners(*tcp: dict[str, Any], udp: Any = ()) -> str:
    """What the probe prints for these ports."""
    usual = [listener(135, "svchost.exe"), listener(445, "System"), listener(445, "System", "::")]
    return said({"tcp": [*usual, *tcp], "udp": list(udp)})


def share(name: str, path: str, rights: str | None, folder: str | None, **more: Any) -> Any:
    """A share as the probe prints it."""
    known = {"name": name, "type": 0, "path": path, "flags": 0, "share": rights, "folder": folder}
    return known | more


WINDOWS_OWN = (
    share("C$", "C:\\", None, None, type=0x80000000),
    share("IPC$", "", None, None, type=0x80000003),
    share("print$", "C:\\Windows\\system32\\spool\\drivers", "D:(A;;FA;;;WD)", "D:(A;;FA;;;WD)"),
)
CLOSED = "D:PAI(A;OICI;FA;;;BA)(A;OICI;FA;;;SY)(A;OICI;0x1301bf;;;S-1-5-21-1-2-3-1010)"
FOR_ALL = "D:(A;;FA;;;WD)"


def shares(*found: Any) -> str:
    """What the probe prints for these shares, and those of Windows itself."""
    return said({"shares": [*WINDOWS_OWN, *found]})


GUID = "-69ae-11d9-bed3-505054503030"
TOLD = tuple(
    f"0cce92{number}{GUID}"
    for number in ("10", "12", "15", "16", "17", "1d", "28", "2b", "2f", "35", "37", "3f")
)


def audit(settings: dict[str, int] | None = None, **more: Any) -> str:
    """What the probe prints: success and failure of all that tells, but for these settings."""
    known = dict.fromkeys(TOLD, 3) | {f"{one}{GUID}": on for one, on in (settings or {}).items()}
    policy = [{"subcategory": guid, "setting": on} for guid, on in known.items()]
    log = {"oldest": 134383104000000000, "cleared": {"security": None, "system": None}}
    return said({"policy": policy} | log | more)


def firewalls(**states: int) -> str:
    """What the probe prints for other makers' firewalls in these states."""
    named = ({"id": "{1}", "name": name, "state": state} for name, state in states.items())
    return said({"products": list(named)})


BACKED_UP_BY = ("windows_server_backup", "veeam_agent", "veeam_replication")


def passwords(**more: Any) -> str:
    """What the probe prints: 14 letters, ten failures, fifteen minutes."""
    known = {
        "passwords": {"min_length": 14, "max_age": 0xFFFFFFFF, "history": 24},
        "lockout": {"after": 10, "for": 900},
        "properties": 1,
    }
    return said(known | more)


def probes() -> dict[str, Any]:
    """What each probe prints on both, where all is well."""
    return {
        **disks.GOOD,
        **updates.GOOD,
        **guards.GOOD,
        "accounts": accounts(),
        "audit": audit(),
        "backups": said({name: {"succeeded": None, "failed": None} for name in BACKED_UP_BY}),
        "clock": said({"offset_us": -1200, "sources": 1}),
        "listeners": listeners(),
        "passwords": passwords(),
        "power": said({"modern_standby": False}),
        "services": services(),
        "sessions": sessions((DESK, ["S-1-5-32-545"])),
        "shares": shares(share("Images", "D:\\PDATA", FOR_ALL, CLOSED)),
        "firewalls": firewalls(),
        "firmware": said({"setup_mode": 0}),
        "tpm": said({"version": 2}),
    }


HYG_2_PROBES: dict[str, Any] = {}
FRONT_1_PROBES: dict[str, Any] = {
    **disks.BAD,
    **updates.BAD,
    **guards.BAD,
    "accounts": accounts(
        account("Administrator", 500, online=False),
        account("Gast", 501, NORMAL | NO_PASSWORD, online=False),
        account("lee", 1001, last_logon=SIGNED_IN_AT, online=False),
        account("frontdesk", 1002, NORMAL | NO_PASSWORD, online=False),
        admins=(*ADMINISTRATORS, {"sid": DESK, "use": 1, "name": "FRONT-1\\frontdesk"}),
    ),
    "audit": audit(
        dict.fromkeys(("0cce9215", "0cce9235"), 0),
        cleared={"security": 134396064000000000, "system": None},
    ),
    "clock": {"rc": 1, "out": '{"error": {"code": "api_error", "number": 2147485649}}'},
    "listeners": listeners(
        listener(3389, "svchost.exe"), listener(5900, "tvnserver.exe"), listener(21, None)
    ),
    "passwords": passwords(
        passwords={"min_length": 0, "max_age": 0xFFFFFFFF, "history": 0},
        lockout={"after": 0, "for": 1800},
        properties=0,
    ),
    "power": said({"modern_standby": True}),
    "services": services(
        service("mpssvc", 1), service("RemoteRegistry", 4), service("TeamViewer", 4)
    ),
    "sessions": sessions((DESK, ["S-1-5-32-544", "S-1-5-32-545"])),
    "shares": shares(share("Images", "D:\\PDATA", FOR_ALL, "D:AI(A;OICIID;FA;;;WD)")),
    "firmware": said({"setup_mode": 1}),
    "tpm": said({"version": None}),
}


def hyg_2(**keys: Any) -> TreeHost:
    """It locks after ten minutes, USB disks are denied, nobody comes in."""
    good = {
        rf"{CURRENT}\Policies\System": {"InactivityTimeoutSecs": 600},
        REMOVABLE: {"Deny_All": 1, "$written": "2026-11-01T00:00:00Z"},
        rf"{POLICIES}\WindowsFirewall\PublicProfile": {
            "EnableFirewall": 1,
            "DefaultInboundAction": 1,
        },
        rf"{POLICIES}\Windows\WindowsUpdate\AU": {"AUOptions": 4},
        rf"{SERVICES}\LanmanServer\Parameters": {
            "RequireSecuritySignature": 1,
            "EncryptData": 1,
        },
    }
    return pc(good | keys, asked=HYG_2_PROBES)


def front_1(**keys: Any) -> TreeHost:
    """No lock, USB open with a stick in it, the firewall off in public, RDP and SMB 1 on."""
    bad = {
        rf"{FIREWALL}\PublicProfile": {"EnableFirewall": 0},
        rf"{SYSTEM}\Control\Terminal Server": {"fDenyTSConnections": 0},
        rf"{SYSTEM}\Control\Terminal Server\WinStations\RDP-Tcp": {
            "UserAuthentication": 0,
            "MaxIdleTime": 0,
        },
        rf"{WINDOWS}\Winlogon": {"AutoAdminLogon": "1", "DefaultPassword": "x"},
        rf"{SYSTEM}\Control\SecureBoot\State": {"UEFISecureBootEnabled": 0},
        rf"{SERVICES}\mrxsmb10": {"Start": 2},
        rf"{SERVICES}\LanmanServer\Parameters": {"SMB1": 1, "RestrictNullSessAccess": 0},
        rf"{SERVICES}\USBSTOR\Enum": {
            "Count": 1,
            "0": r"USB\VID_0781&PID_5581\4C530001",
        },
        rf"{SCHANNEL}\TLS 1.0\Server": {"Enabled": 1},
        rf"{SERVICES}\W32Time\Parameters": {"Type": "NoSync"},
        rf"{SERVICES}\TeamViewer": {"Start": 2},
        rf"{SERVICES}\wuauserv": {"Start": 4},
        rf"{SYNC_ROOTS}\OneDrive!{LEE}!Business1\UserSyncRoots": {LEE: "D:\\PDATA"},
        rf"{CURRENT}\Component Based Servicing\RebootPending": {},
        WINDOWS: system()[WINDOWS] | {"CurrentBuildNumber": "22631"},
    }
    carried = {r"D:\PDATA": {"folder": True}}
    return replace(pc(bad | keys, asked=FRONT_1_PROBES), files=carried)


CLINIC = "S-1-5-21-4444444444-5555555555-6666666666"
DR_LEE, DOMAIN_ADMINS = f"{CLINIC}-1105", f"{CLINIC}-512"
IN_DOMAIN: dict[str, Any] = {
    rf"{SERVICES}\Tcpip\Parameters": {"Domain": "clinic.example.test", "Hostname": "OP-3"},
    rf"{SERVICES}\Netlogon": {"Start": 2},
    rf"{SERVICES}\W32Time\Parameters": {"Type": "NT5DS"},
}


def op_3() -> TreeHost:
    """A PC in the practice's domain, in order; Dr. Lee, whom the domain knows, is signed in."""
    profile = {
        "ProfileImagePath": "C:\\Users\\dr.lee",
        "LocalProfileLoadTimeHigh": 31291723,
        "LocalProfileLoadTimeLow": 1079508992,
    }
    keys = {
        **IN_DOMAIN,
        rf"{CURRENT}\Policies\System": {"InactivityTimeoutSecs": 600},
        rf"{WINDOWS}\ProfileList\{DR_LEE}": profile,
        rf"HKU\{DR_LEE}\{DESKTOP}": {"ScreenSaveActive": "1"},
    }
    asked = {
        "accounts": accounts(
            admins=(
                ADMINISTRATORS[0],
                {"sid": DOMAIN_ADMINS, "use": 2, "name": "CLINIC\\Domain Admins"},
            )
        ),
        "sessions": sessions((DR_LEE, ["S-1-5-32-545"])),
    }
    return pc(keys, asked=asked)


def srv_1() -> TreeHost:
    """The domain's controller, on which much is wrong: everybody may open what it shares."""
    keys = {
        **IN_DOMAIN,
        WINDOWS: system()[WINDOWS]
        | {
            "CurrentBuildNumber": "20348",
            "EditionID": "ServerStandard",
            "InstallationType": "Server",
        },
        rf"{SYSTEM}\Control\ProductOptions": {"ProductType": "LanmanNT"},
        rf"{SERVICES}\LanmanServer\Parameters": {},
        rf"{SERVICES}\sshd": {"Start": 2},
    }
    asked = {
        "audit": audit(policy=[]),
        "backups": said(
            {name: {"succeeded": None, "failed": 134396064000000000} for name in BACKED_UP_BY}
        ),
        "services": services(service("sshd", 4), service("EventLog", 1)),
        "shares": shares(
            share("Images", "D:\\PDATA", FOR_ALL, "D:(A;OICI;0x1301bf;;;AU)"),
            share("Scans$", "D:\\Scans", "D:(A;;FR;;;WD)", FOR_ALL),
        ),
        "sessions": sessions((BUILT_IN, ["S-1-5-32-544"])),
    }
    return pc(keys, asked=asked)


def pc(
    keys: dict[str, Any] | None = None, *without: str, asked: Mapping[str, Any] | None = None
) -> TreeHost:
    """A PC with these keys and probes instead of those that both have, and without some keys."""
    known = system() | (keys or {})
    answers = probes() | dict(asked or {})
    return TreeHost(
        {},
        {f"probe {name}": answer for name, answer in answers.items()},
        os="windows",
        registry_keys={k: v for k, v in known.items() if k not in without},
    )


def with_images(*paths: str) -> About:
    """What a collector knows of a PC with these imaging folders."""
    roots = tuple(
        RootSetting(label=f"root-{number}", path=Path(path), role="store")
        for number, path in enumerate(paths)
    )
    return replace(about(), settings=Settings(roots=roots))
