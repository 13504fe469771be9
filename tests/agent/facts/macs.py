"""Two Macs of Bright Smiles as trees: on FRONT-MAC all is well, on SCAN-MAC nothing is.

They were made by hand from Apple's documentation: nothing here was taken from a real Mac.
"""

import json
import plistlib
import struct
from datetime import datetime
from typing import Any

from agent.host.programs import MAC_ATTRIBUTES, MAC_NAMES
from agent.host.tree import TreeHost
from tests.agent.facts.clinic import SSHD_SAYS

SYSCTL = " ".join(("sysctl", "-i", *MAC_NAMES))
ENROLMENT = "profiles status -type enrollment"
HARDWARE = "system_profiler -json SPHardwareDataType"
FIREWALL = "system_profiler -json SPFirewallDataType"
VERSION = "/System/Library/CoreServices/SystemVersion.plist"
NETWORK = "/Library/Preferences/SystemConfiguration/preferences.plist"

KERNEL = (
    "hw.machine: arm64\nhw.optional.arm64: 1\n"
    "kern.boottime: { sec = 1763800000, usec = 123456 } Sat Nov 22 08:26:40 2025\n"
    "kern.hv_vmm_present: 0\n"
)
MANAGED = "Enrolled via DEP: Yes\nMDM enrollment: Yes (User Approved)\n"
UNMANAGED = "Enrolled via DEP: No\nMDM enrollment: No\n"
SIP = "System Integrity Protection status: enabled.\n"
CUSTOM_SIP = (
    "System Integrity Protection status: unknown (Custom Configuration).\n\n"
    "Configuration:\n\tApple Internal: disabled\n\tKext Signing: disabled\n"
)


def plist(values: dict[str, Any], *, binary: bool = True) -> bytes:
    """A property list, binary as macOS itself writes them."""
    form = plistlib.FMT_BINARY if binary else plistlib.FMT_XML
    return plistlib.dumps(values, fmt=form)


def utc(text: str) -> datetime:
    """A time as property lists hold it: UTC that does not say so."""
    return datetime.fromisoformat(text)


def system_version(version: str) -> bytes:
    return plist({"ProductName": "macOS", "ProductVersion": version}, binary=False)


def hardware(name: str, model: str) -> str:
    return (
        f'{{"SPHardwareDataType": [{{"_name": "hardware_overview", "machine_name": "{name}",'
        f' "machine_model": "{model}", "serial_number": "C02XK0ABCDEF"}}]}}'
    )


ALL = "diskutil list -plist"
APFS = "diskutil apfs list -plist"
INTERNAL, EXTERNAL = f"{ALL} internal physical", f"{ALL} external physical"
VAULT = "fdesetup status"
DATA, SYSTEM, BACKUP = "disk3s5", "disk3s1", "disk5s1"


def wholes(*names: str) -> bytes:
    return plist({"AllDisks": [], "WholeDisks": list(names)}, binary=False)


def apfs(device: str, *roles: str, on: bool = False, **more: Any) -> dict[str, Any]:
    """An APFS volume; `on`: FileVault guards it."""
    flags = {"FileVault": on, "Encryption": on, "Locked": False, "CryptoMigrationOn": False}
    uuid = f"00000000-0000-0000-0000-{device}"
    return flags | {"DeviceIdentifier": device, "APFSVolumeUUID": uuid, "Roles": list(roles)} | more


def containers(**stores: list[dict[str, Any]]) -> bytes:
    """`diskutil apfs list -plist`: the volumes by the partition that their container lies on."""
    found = [
        {
            "CapacityCeiling": 494384795648,
            "PhysicalStores": [{"DeviceIdentifier": store}],
            "Volumes": volumes,
        }
        for store, volumes in stores.items()
    ]
    return plist({"Containers": found}, binary=False)


def layout(mounts: dict[str, str], *more: dict[str, Any]) -> bytes:
    """`diskutil list -plist`: a built-in disk with its container, and more disks."""
    store = {"Content": "Apple_APFS", "DeviceIdentifier": "disk0s2", "Size": 494384795648}
    internal = {
        "Content": "GUID_partition_scheme",
        "DeviceIdentifier": "disk0",
        "Partitions": [store],
        "Size": 500277790720,
    }
    volumes = [{"DeviceIdentifier": at, "MountPoint": mount} for at, mount in mounts.items()]
    container = {
        "APFSVolumes": volumes,
        "Content": "EF57347C-0000-11AA-AA11-00306543ECAC",
        "DeviceIdentifier": "disk3",
        "Partitions": [],
        "Size": 494384795648,
    }
    return plist({"AllDisksAndPartitions": [internal, container, *more]}, binary=False)


MOUNTED = {SYSTEM: "/", DATA: "/System/Volumes/Data"}
STICK = {
    "Content": "FDisk_partition_scheme",
    "DeviceIdentifier": "disk4",
    "Partitions": [
        {
            "Content": "Windows_FAT_32",
            "DeviceIdentifier": "disk4s1",
            "MountPoint": "/Volumes/KINGSTON",
            "Size": 31914983424,
        }
    ],
    "Size": 31914983424,
}


USB = "system_profiler -json SPUSBDataType"
KINGSTON = {
    "_name": "DataTraveler",
    "vendor_id": "0x0951  (Kingston Technology Company)",
    "product_id": "0x1666",
    "serial_num": "E0D55EA5",
    "Media": [{"bsd_name": "disk4"}],
}
SENSOR = {"_name": "X-ray sensor", "vendor_id": "0x1a2b", "product_id": "0x0001"}


def usb(*devices: Any) -> str:
    """A bus with a hub, and what is plugged into it."""
    hub = {"_name": "hub", "_items": list(devices)}
    return json.dumps({"SPUSBDataType": [{"_name": "USB31Bus", "_items": [hub]}]})


UPDATES = "/Library/Preferences/com.apple.SoftwareUpdate.plist"
FIXED_UPDATES = "/Library/Managed Preferences/com.apple.SoftwareUpdate.plist"
SEQUOIA = {"Identifier": "MSU_UPDATE_24G90_patch_15.7.1_minor", "Display Name": "macOS 15.7.1"}
AUTOMATIC = {
    "AutomaticCheckEnabled": True,
    "AutomaticDownload": True,
    "AutomaticallyInstallMacOSUpdates": True,
    "CriticalUpdateInstall": True,
}


def updates(looked: str | None, *waiting: Any, **more: Any) -> bytes:
    """What Software Update has recorded; `looked`: when its last look ended well."""
    dated = {} if looked is None else {"LastFullSuccessfulDate": utc(looked)}
    return plist({"RecommendedUpdates": list(waiting)} | dated | more)


DSCL = " ".join(("dscl -plist . -readall /Users", *MAC_ATTRIBUTES))
SCREEN_LOCK = "launchctl asuser /usr/bin/sudo -n -u /usr/sbin/sysadminctl -screenLock status"
PMSET = "pmset -g custom"
CONSOLE = "/dev/console"
ADMINS = "/var/db/dslocal/nodes/Default/groups/admin.plist"
LOGIN_WINDOW = "/Library/Preferences/com.apple.loginwindow.plist"
FIXED = "/Library/Managed Preferences/com.apple.screensaver.plist"
OWN = "/Users/front/Library/Preferences/ByHost/com.apple.screensaver.0000-1111.plist"
NO_DISPLAY_SLEEP = "AC Power:\n sleep                1\n displaysleep         0\n"


def account(name: str, uid: int, *authorities: str, shell: str = "/bin/zsh") -> dict[str, Any]:
    """What dscl says of an account."""
    said = {
        "RecordName": [name],
        "UniqueID": [str(uid)],
        "NFSHomeDirectory": [f"/Users/{name}"],
        "UserShell": [shell],
    }
    if authorities:
        said["AuthenticationAuthority"] = list(authorities)
    return {f"dsAttrTypeStandard:{name}": value for name, value in said.items()}


PASSWORD = ";ShadowHash;HASHLIST:<SALTED-SHA512-PBKDF2>"
PEOPLE = (
    account("root", 0, shell="/bin/sh"),
    account("_www", 70, shell="/usr/bin/false"),
    account("lee", 501, PASSWORD, ";SecureToken;"),
    account("front", 502, PASSWORD),
)


def accounts(*records: dict[str, Any]) -> bytes:
    return plistlib.dumps(list(records))


def locks(delay: str) -> dict[str, str]:
    """What sysadminctl writes: on stderr."""
    return {"err": f"2026-11-22 12:00:00.000 sysadminctl[812:9f3] screenLock {delay}\n"}


def firewall(state: str) -> str:
    return (
        '{"SPFirewallDataType": [{"_name": "spfirewall_settings", "spfirewall_globalstate":'
        f' "spfirewall_globalstate_{state}", "spfirewall_stealthenabled": "No"}}]}}'
    )


DEFENDER = "/Applications/Microsoft Defender.app"
MDATP = "mdatp health --output json"
XPROTECT, XPROTECT_VERSION = "xprotect status", "xprotect version"
SCANS = "XProtect launch scans: enabled\nXProtect background scans: enabled\n"
XPROTECT_CAME = "Version: 5346 Installed: 2026-11-12 08:53:39 +0000\n"


def health(**said: Any) -> str:
    """What Microsoft Defender says of itself; `said` changes it."""
    switches = {
        "realTimeProtectionEnabled": {"value": True},
        "passiveModeEnabled": {"value": False},
    }
    ages = {"definitionsUpdatedMinutesAgo": 90, "tamperProtection": {"value": "block"}}
    return json.dumps({"healthy": True, **switches, **ages, "appVersion": "101.25"} | said)


POLICIES = "pwpolicy -getaccountpolicies"
KCPASSWORD = "/etc/kcpassword"
FAILED = "policyAttributeFailedAuthentications < policyAttributeMaximumFailedAuthentications"
LOCKS = {
    "policyContent": f"({FAILED}) OR (policyAttributeCurrentTime >"
    " (policyAttributeLastFailedAuthenticationTime + autoEnableInSeconds))",
    "policyIdentifier": "ProfilePayload:6b2c:maxFailedAttempts",
    "policyParameters": {
        "autoEnableInSeconds": 900,
        "policyAttributeMaximumFailedAuthentications": 5,
    },
}
REMEMBERS = {
    "policyContent": "none policyAttributePasswordHashes in policyAttributePasswordHistory",
    "policyIdentifier": "ProfilePayload:6b2c:pinHistory",
    "policyParameters": {"policyAttributePasswordHistoryDepth": 12},
}
EXPIRES = {
    "policyContent": "policyAttributeCurrentTime > policyAttributeLastPasswordChangeTime +"
    " (policyAttributeExpiresEveryNDays * 24 * 60 * 60)",
    "policyParameters": {"policyAttributeExpiresEveryNDays": 365},
}


def matches(pattern: str, **more: Any) -> dict[str, Any]:
    """A condition of a password's text."""
    return {"policyContent": f"policyAttributePassword matches '{pattern}'"} | more


def policies(
    content: tuple[Any, ...] = (), change: tuple[Any, ...] = (), sign_in: tuple[Any, ...] = ()
) -> bytes:
    """What pwpolicy writes: a line for people, and the conditions by category."""
    categories = {"PasswordContent": content, "PasswordChange": change, "Authentication": sign_in}
    said = {f"policyCategory{name}": list(all_) for name, all_ in categories.items() if all_}
    return b"Getting global account policies\n" + plist(said, binary=False)


STRONG = policies((matches(".{14,}"), matches("(.*[0-9].*){1,}"), REMEMBERS), (EXPIRES,), (LOCKS,))
AS_SHIPPED = policies((matches(".{4,}+"),))

NETWORK_TIME = "systemsetup -getusingnetworktime"
OVERRIDES, LOADED = "launchctl print-disabled system", "launchctl list"
DAEMONS = "/System/Library/LaunchDaemons"


def overrides(**states: str) -> str:
    """What launchd was told to leave alone or to take: label and state, `_` for a dot."""
    told = "".join(f'\t\t"{name.replace("_", ".")}" => {on}\n' for name, on in states.items())
    return f"\n\tdisabled services = {{\n{told}\t}}\n\n\tlogin item associations = {{\n\t}}\n"


def loaded(**pids: int | None) -> str:
    """The jobs that launchd has loaded, and the processes of those that run."""
    lines = (f"{pid or '-'}\t0\t{name.replace('_', '.')}\n" for name, pid in pids.items())
    return "PID\tStatus\tLabel\n" + "".join(lines)


def daemon(label: str, **more: Any) -> bytes:
    return plist({"Label": label, "ProgramArguments": ["/usr/libexec/x"]} | more)


TCP, UDP = "netstat -anlW -p tcp", "netstat -anlW -p udp"
LSOF = "lsof -nP +c0 -iTCP -sTCP:LISTEN -iUDP -FpcPn"
PS = "ps -axwwo comm="
SSHD = "sshd -T"


def sockets(*rows: str) -> str:
    """A table of netstat; a row: `tcp4 *.22 *.* LISTEN`."""
    lines = []
    for row in rows:
        proto, own, other, *state = row.split()
        lines.append(f"{proto:5}      0      0  {own:45} {other:22} {' '.join(state)}\n")
    return (
        "Active Internet connections (including servers)\n"
        "Proto Recv-Q Send-Q  Local Address          Foreign Address        (state)    \n"
        + "".join(lines)
    )


def held(*names: str) -> str:
    """The fields of lsof; a name: `sshd TCP *:22`."""
    fields = []
    for number, name in enumerate(names, 100):
        program, transport, end = name.rsplit(" ", 2)
        fields.append(f"p{number}\nc{program}\nf3\nP{transport}\nn{end}\n")
    return "".join(fields)


def processes(*programs: str) -> str:
    return "".join(f"{one}\n" for one in ("/sbin/launchd", *programs))


MDNS = "udp4 *.5353 *.*"
QUIET = {
    TCP: sockets(
        "tcp4 127.0.0.1.631 *.* LISTEN", "tcp4 192.168.1.20.49731 17.5.7.9.443 ESTABLISHED"
    ),
    UDP: sockets(MDNS),
    LSOF: held("cupsd TCP 127.0.0.1:631", "mDNSResponder UDP *:5353"),
}
OPEN = {
    TCP: sockets(
        *("tcp46 *.22 *.* LISTEN", "tcp4 *.5900 *.* LISTEN", "tcp6 *.5900 *.* LISTEN"),
        *("tcp46 *.445 *.* LISTEN", "tcp4 *.11112 *.* LISTEN", "tcp4 *.3283 *.* LISTEN"),
    ),
    UDP: sockets(MDNS),
    LSOF: held(
        *("launchd TCP *:22", "launchd TCP *:5900", "launchd TCP *:445", "ARDAgent TCP *:3283"),
        *("Orthanc TCP *:11112", "mDNSResponder UDP *:5353"),
    ),
}


MANAGEMENT = "/Library/Application Support/Apple/Remote Desktop/RemoteManagement.launchd"
SMARTCARD = "/Library/Managed Preferences/com.apple.security.smartcard.plist"
SHARING = "sharing -l -f json"
SMB_SERVER = "/Library/Preferences/SystemConfiguration/com.apple.smb.server.plist"
SMB_SHIPPED = "/System/Library/CoreServices/SmbFileServer.bundle/Resources/DesktopDefaults.plist"
NSMB = "/etc/nsmb.conf"
NO_SMB1 = "[default]\nprotocol_vers_map=6\nsigning_required=yes\n"
SHIPPED = {"ProtocolVersionMap": 7, "SigningRequired": False}


def points(**records: Any) -> str:
    """The share points of a Mac, by name; a record: what differs from a closed folder."""
    closed = {"smb_shared": 1, "smb_guest_access": 0, "smb_read_only": 0, "smb_sealed": 0}
    return json.dumps(
        {
            name: {"path": f"/Users/Shared/{name}", "smb_name": name} | closed | more
            for name, more in records.items()
        }
    )


def app(name: str, version: str, **more: Any) -> bytes:
    """Info.plist of a bundle."""
    return plist({"CFBundleName": name, "CFBundleShortVersionString": version} | more)


TEAMVIEWER = "/Applications/TeamViewer.app/Contents/Info.plist"
TEAMVIEWER_JOB = "com.teamviewer.teamviewer_service"
ORTHANC = "/Applications/Orthanc.app/Contents/Info.plist"
TIME_MACHINE = "/Library/Preferences/com.apple.TimeMachine.plist"
IS_EXCLUDED = "tmutil isexcluded -X"
TCC = "/Library/Application Support/com.apple.TCC/TCC.db"


def excluded(state: int) -> bytes:
    """What tmutil says of one path."""
    return plistlib.dumps([{"IsExcluded": state, "Path": "/Users/Shared/xray"}])


def destination(*finished: str, **more: Any) -> dict[str, Any]:
    """A disk of Time Machine, and when copies to it were finished."""
    said = {"DestinationID": "6F3B1C0A", "RESULT": 0, "LastKnownEncryptionState": "Encrypted"}
    return said | {"SnapshotDates": [utc(one) for one in finished]} | more


def time_machine(*destinations: dict[str, Any]) -> bytes:
    return plist({"AutoBackup": True, "Destinations": list(destinations)})


def mac_mount(point: str, *, local: bool = True) -> bytes:
    """A record of getfsstat(2)."""
    flags = struct.pack("<I", 0x1000 if local else 0)
    name = point.encode().ljust(1024, b"\0")
    return bytes(64) + flags + bytes(4) + b"apfs".ljust(16, b"\0") + name + bytes(1024 + 32)


def files() -> dict[str, Any]:
    """What both have."""
    names = {"System": {"Network": {"HostNames": {"LocalHostName": "FRONT-MAC"}}}}
    return {
        VERSION: system_version("15.7"),
        NETWORK: plist(names),
        "/Library/Preferences/OpenDirectory": {"folder": True},
        ADMINS: plist({"name": ["admin"], "users": ["root", "lee"]}),
        CONSOLE: {"owner": 502},
        **{f"/Users/{name}": {"folder": True} for name in ("lee", "front")},
        TCC: b"SQLite format 3\0",
        "/etc/ssh/sshd_config": "Include /etc/ssh/sshd_config.d/*\n",
        "/etc/pam.d/sshd": "auth required pam_opendirectory.so\n",
        SMB_SHIPPED: plist(SHIPPED),
        f"{DAEMONS}/ssh.plist": daemon("com.openssh.sshd", Disabled=True),
        f"{DAEMONS}/com.apple.timed.plist": daemon("com.apple.timed", RunAtLoad=True),
    }


def programs() -> dict[str, Any]:
    """What both have."""
    return {
        SYSCTL: KERNEL,
        DSCL: accounts(*PEOPLE),
        PMSET: NO_DISPLAY_SLEEP,
        XPROTECT_VERSION: XPROTECT_CAME,
        SHARING: points(),
        IS_EXCLUDED: excluded(0),
    }


def mac(more: dict[str, Any], run: dict[str, Any]) -> TreeHost:
    return TreeHost(files() | more, programs() | run, os="macos")


def front_mac(files: dict[str, Any] | None = None, run: dict[str, Any] | None = None) -> TreeHost:
    """Managed, encrypted, its screens lock; `files` and `run` change what it says."""
    said = {
        ENROLMENT: MANAGED,
        HARDWARE: hardware("iMac", "Mac15,5"),
        FIREWALL: firewall("limit_connections"),
        "csrutil status": SIP,
        ALL: layout(MOUNTED),
        APFS: containers(disk0s2=[apfs(SYSTEM, "System"), apfs(DATA, "Data", on=True)]),
        INTERNAL: wholes("disk0"),
        EXTERNAL: wholes(),
        VAULT: "FileVault is On.\n",
        SCREEN_LOCK: locks("delay is immediate"),
        USB: usb(SENSOR),
        XPROTECT: SCANS,
        MDATP: health(),
        POLICIES: STRONG,
        NETWORK_TIME: "Network Time: On\n",
        OVERRIDES: overrides(com_openssh_sshd="disabled", com_apple_smbd="disabled"),
        LOADED: loaded(com_apple_timed=88),
        PS: processes("/usr/libexec/timed", "/usr/sbin/auditd"),
        SSHD: {"rc": 255, "err": "sshd: no hostkeys available -- exiting.\n"},
        **QUIET,
    }
    fixed = {"idleTime": 600, "askForPassword": True, "askForPasswordDelay": 5}
    good = {
        FIXED: plist(fixed),
        UPDATES: updates("2026-11-21T06:00:00", **AUTOMATIC),
        DEFENDER: {"folder": True},
        NSMB: NO_SMB1,
        ORTHANC: app("Orthanc", "1.12.4"),
        TIME_MACHINE: time_machine(destination("2026-11-22T03:00:00", "2026-11-21T03:00:00")),
    }
    return mac(good | (files or {}), said | (run or {}))


def scan_mac(files: dict[str, Any] | None = None, run: dict[str, Any] | None = None) -> TreeHost:
    """Nobody's: open, plain, and everything asked for is off."""
    said = {
        ENROLMENT: UNMANAGED,
        HARDWARE: hardware("MacBook Air", "Mac14,2"),
        FIREWALL: firewall("allow_all"),
        "csrutil status": CUSTOM_SIP,
        ALL: layout(MOUNTED, STICK),
        APFS: containers(disk0s2=[apfs(SYSTEM, "System"), apfs(DATA, "Data")]),
        INTERNAL: wholes("disk0"),
        EXTERNAL: wholes("disk4"),
        VAULT: "FileVault is Off.\nDeferred enablement appears to be active for user 'front'.\n",
        SCREEN_LOCK: locks("is off"),
        USB: usb(SENSOR, KINGSTON),
        XPROTECT: SCANS.replace("launch scans: enabled", "launch scans: disabled"),
        POLICIES: AS_SHIPPED,
        NETWORK_TIME: "Network Time: Off\n",
        OVERRIDES: overrides(com_openssh_sshd="enabled", com_apple_smbd="enabled"),
        LOADED: loaded(com_apple_timed=None, com_openssh_sshd=None),
        PS: processes("/Applications/TeamViewer.app/Contents/MacOS/TeamViewer_Service"),
        SHARING: points(xray={"smb_guest_access": 1}),
        SSHD: SSHD_SAYS.replace("no", "yes"),
        **OPEN,
    }
    off = AUTOMATIC | {"AutomaticCheckEnabled": False}
    bad = {
        OWN: plist({"idleTime": 0}),
        UPDATES: updates("2026-09-01T06:00:00", SEQUOIA, **off),
        LOGIN_WINDOW: plist({"autoLoginUser": "front"}),
        KCPASSWORD: b"never read",
        MANAGEMENT: "enabled\n",
        TEAMVIEWER: app("TeamViewer", "15.60.3"),
        f"/Library/LaunchDaemons/{TEAMVIEWER_JOB}.plist": daemon(TEAMVIEWER_JOB, RunAtLoad=True),
        NSMB: "[default]\nprotocol_vers_map=7\n",
        "/Users/Shared/xray": {"folder": True, "mode": 777},
        "/Users/front/.dropbox/info.json": '{"personal": {"path": "/Users/Shared/xray"}}',
        TIME_MACHINE: time_machine(
            destination("2026-08-01T03:00:00", RESULT=17, LastKnownEncryptionState="NotEncrypted")
        ),
    }
    return mac(bad | (files or {}), said | (run or {}))
