r"""Which keys of the registry is every Windows asked for at once, before anybody knows what it has?

Found by recording what the collectors ask. What stands here saves a round; what does not is asked
for in the next, so that a key that is missing costs time, and beyond the third round an answer.

- `EACH` are keys of which every subkey is asked for too, once they are known.
- `PERSONAL` lie in the hive of each person that ProfileList names, where it is loaded.
"""

from collections.abc import Iterator

PROFILES = r"HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion\ProfileList"
PEOPLE = ("S-1-5-21-", "S-1-12-1-")
"""How the SID of an account begins: of the machine or a domain, and of Entra ID."""

_SOFTWARE = r"HKLM\SOFTWARE\Microsoft"
_CURRENT = rf"{_SOFTWARE}\Windows\CurrentVersion"
_UNINSTALL = rf"{_CURRENT}\Uninstall"
_UNINSTALL_32 = r"HKLM\SOFTWARE\WOW6432Node\Microsoft\Windows\CurrentVersion\Uninstall"
_POLICIES = r"HKLM\SOFTWARE\Policies\Microsoft"
_SYSTEM = r"HKLM\SYSTEM\CurrentControlSet"
_REMOVABLE = r"Microsoft\Windows\RemovableStorageDevices"
_DISKS = "{53f5630d-b6bf-11d0-94f2-00a0c91efb8b}"
_FIREWALL = rf"{_SYSTEM}\Services\SharedAccess\Parameters\FirewallPolicy"
_SCHANNEL = rf"{_SYSTEM}\Control\SecurityProviders\SCHANNEL\Protocols"
_BALANCED = r"User\PowerSchemes\381b4222-f694-41f0-9685-ff5bb260df2e"


def _below(above: str, *names: str) -> tuple[str, ...]:
    return tuple(rf"{above}\{name}" for name in names)


def _protocols() -> Iterator[str]:
    for protocol in ("SSL 2.0", "SSL 3.0", "TLS 1.0", "TLS 1.1", "TLS 1.2", "TLS 1.3"):
        yield from _below(_SCHANNEL, rf"{protocol}\Client", rf"{protocol}\Server")


KEYS: tuple[str, ...] = (
    *(PROFILES, _UNINSTALL, _UNINSTALL_32),
    *_below(r"HKLM\HARDWARE\DESCRIPTION", "System", r"System\BIOS"),
    *(r"HKLM\SECURITY\Policy\Secrets", r"HKLM\SOFTWARE\Duo Security\DuoCredProv"),
    r"HKLM\SYSTEM\HardwareConfig\Current",
    *_below(
        _SOFTWARE,
        *("Enrollments", r"PolicyManager\current\device\DeviceLock"),
        *(r"PolicyManager\current\device\Storage", r"WindowsUpdate\UX\Settings"),
        *(r"Windows NT\CurrentVersion", r"Windows NT\CurrentVersion\Winlogon"),
    ),
    *_below(
        _CURRENT,
        *(r"Policies\System", r"Component Based Servicing\RebootPending"),
        r"WindowsUpdate\Auto Update\RebootRequired",
    ),
    *_below(
        _POLICIES,
        *("PassportForWork", r"W32Time\Parameters", r"Windows NT\Terminal Services"),
        *(r"WindowsFirewall\DomainProfile", r"WindowsFirewall\PrivateProfile"),
        *(r"WindowsFirewall\PublicProfile", r"WindowsFirewall\StandardProfile"),
        *(r"Windows\DeviceInstall\Restrictions", r"Windows\System", r"Windows\EventLog\Security"),
        *(r"Windows\EventLog\EventForwarding\SubscriptionManager", r"Windows\WindowsUpdate\AU"),
        *(r"Windows\RemovableStorageDevices", rf"Windows\RemovableStorageDevices\{_DISKS}"),
        r"Windows\RemovableStorageDevices\{6AC27878-A6FA-4155-BA85-F98F491D4F33}",
        *_below(
            r"Power\PowerSettings",
            "0e796bdb-100d-47d6-a2d5-f7d2daa51f51",
            "29f6c1db-86da-48c5-9fdb-f2b67b1f44da",
            "3c0bc021-c8a8-4e07-a973-6b14cbcb2b7e",
        ),
    ),
    *_below(
        rf"{_SYSTEM}\Control",
        *(r"Class\{4d36e967-e325-11ce-bfc1-08002be10318}", "ProductOptions", "Lsa", "Power"),
        *(r"Class\{71a27cdd-812a-11d0-bec7-08002be2092f}", r"CloudDomainJoin\JoinInfo"),
        *(r"ComputerName\ActiveComputerName", r"Lsa\FipsAlgorithmPolicy", r"SecureBoot\State"),
        *(r"Session Manager\Environment", r"Session Manager\Memory Management"),
        *("StorageDevicePolicies", "Terminal Server", r"Terminal Server\WinStations\RDP-Tcp"),
    ),
    *_below(
        rf"{_SYSTEM}\Control\Power",
        r"PowerSettings\238c9fa8-0aad-41ed-83f4-97be242c8f20\29f6c1db-86da-48c5-9fdb-f2b67b1f44da"
        r"\DefaultPowerSchemeValues\381b4222-f694-41f0-9685-ff5bb260df2e",
        r"User\PowerSchemes",
        rf"{_BALANCED}\238c9fa8-0aad-41ed-83f4-97be242c8f20\29f6c1db-86da-48c5-9fdb-f2b67b1f44da",
        rf"{_BALANCED}\7516b95f-f776-4464-8c53-06167f40cc99\3c0bc021-c8a8-4e07-a973-6b14cbcb2b7e",
        rf"{_BALANCED}\fea3413e-7e05-4911-9a71-700331f1c294\0e796bdb-100d-47d6-a2d5-f7d2daa51f51",
    ),
    *_protocols(),
    rf"{_SYSTEM}\Policies\Microsoft\FVE",
    *_below(
        rf"{_SYSTEM}\Services",
        *("BvSshServer", r"EventLog\Security", "LanmanServer", r"LanmanServer\Parameters"),
        *("Netlogon", r"Tcpip\Parameters", "TeamViewer", "UASPStor", r"UASPStor\Enum", "USBSTOR"),
        *(r"USBSTOR\Enum", "UsoSvc", "W32Time", r"W32Time\Parameters", "WinVNC4", "mpssvc"),
        *("mrxsmb10", "srv", "sshd", "tvnserver", "uvnc_service", "vncserver", "wuauserv"),
    ),
    *_below(
        _FIREWALL,
        *("DomainProfile", "PublicProfile", "StandardProfile", r"Mdm\DomainProfile"),
        *(r"Mdm\PublicProfile", r"Mdm\StandardProfile"),
    ),
)

EACH = (PROFILES, _UNINSTALL, _UNINSTALL_32)

_OF_A_PERSON = r"Software\Microsoft\Windows\CurrentVersion\Uninstall"
PERSONAL = (
    *(r"Control Panel\Desktop", _OF_A_PERSON),
    r"Software\Policies\Microsoft\Windows\Control Panel\Desktop",
    *(rf"Software\Policies\{_REMOVABLE}", rf"Software\Policies\{_REMOVABLE}\{_DISKS}"),
)
EACH_PERSONAL = (_OF_A_PERSON,)
