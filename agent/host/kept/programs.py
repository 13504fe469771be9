"""What may be kept of what each program prints?

One row a program; one without a row keeps its return code alone, and a test fails.
"""

from collections.abc import Mapping

from agent.host.kept.forms import After, Fields, Form, Keyed, Lines, Nothing, Words
from agent.host.kept.kinds import (
    DEVICE,
    ENDPOINT,
    GUID,
    OPEN,
    PATH,
    PLAIN,
    PROGRAM,
    SERIAL,
    SHARE,
    USER,
    Like,
    Sentence,
    Start,
)
from agent.host.kept.linux import LEARNT, LEARNT_VERSIONS
from agent.host.kept.probes import PROBES
from agent.host.programs import Program

_CONTENT = Like(
    r"(GUID|FDisk|Apple)_partition_scheme|Apple_(APFS(_ISC|_Recovery)?|HFS|Boot|Free)|EFI"
    r"|(DOS|Windows)_(FAT_(12|16|32)|NTFS)|Microsoft Basic Data|Linux( Filesystem)?|" + GUID.pattern
)
_ROLES = Like("System|Data|Preboot|Recovery|VM|Update|Hardware|xART|Baseband|Prelogin|Backup")
_SWITCHES = Like(r"spfirewall_[a-z]+(_(limit_connections|block_all|allow_all|off))?|Yes|No")
_ATTRIBUTE = "dsAttrTypeStandard:"
_ENFORCEMENT = Like("block|audit|disabled")
_CATEGORIES = (
    "policyCategoryPasswordContent",
    "policyCategoryPasswordChange",
    "policyCategoryAuthentication",
)
_PARAMETERS = (
    "autoEnableInSeconds",
    "policyAttributeExpiresEveryNDays",
    "policyAttributeMaximumFailedAuthentications",
    "policyAttributeMinutesUntilFailedAuthenticationReset",
    "policyAttributePasswordHistoryDepth",
)

OUTPUTS: Mapping[Program, Form] = {
    Program.APT_CONFIG: LEARNT,
    Program.APT_GET: LEARNT_VERSIONS,
    Program.AUDITCTL: LEARNT,
    Program.CHRONYC: LEARNT,
    Program.CSRUTIL: Words(
        "System Integrity Protection status enabled disabled unknown Custom Configuration Apple "
        "Internal Kext Signing Filesystem Protections Debugging Restrictions DTrace NVRAM "
        "BaseSystem Verification Boot arg Kernel Authenticated Root"
    ),
    Program.DISKUTIL: Fields(
        **dict.fromkeys(
            ("Containers", "PhysicalStores", "Volumes", "AllDisksAndPartitions"), PLAIN
        ),
        **dict.fromkeys(("Partitions", "APFSVolumes"), PLAIN),
        **dict.fromkeys(("Encryption", "FileVault", "Locked", "CryptoMigrationOn"), PLAIN),
        **dict.fromkeys(("CapacityCeiling", "Size"), PLAIN),
        DeviceIdentifier=DEVICE,
        WholeDisks=DEVICE,
        APFSVolumeUUID=SERIAL,
        Roles=_ROLES,
        Content=_CONTENT,
        MountPoint=PATH,
    ),
    Program.DMSETUP: LEARNT,
    Program.DPKG_QUERY: LEARNT,
    Program.DSCL: Fields(
        {
            f"{_ATTRIBUTE}RecordName": USER,
            f"{_ATTRIBUTE}UniqueID": Like("-?[0-9]{1,10}"),
            f"{_ATTRIBUTE}NFSHomeDirectory": PATH,
            f"{_ATTRIBUTE}UserShell": PATH,
            f"{_ATTRIBUTE}AuthenticationAuthority": Start(
                ";(ShadowHash|SecureToken|DisabledUser|DisabledTags|LocalCachedUser|Kerberosv5|basic);"
            ),
        }
    ),
    Program.FDESETUP: Words(
        "FileVault is On Off Deferred enablement appears to be active for user Encryption "
        "Decryption in progress Percent completed"
    ),
    Program.LAUNCHCTL: Lines(
        {
            r"([0-9:. -]+sysadminctl\[[0-9a-f:]+\] )?screenLock (delay )?is "
            r"(immediate|off|-?[0-9.]{1,12} seconds)": {},
            r"PID\tStatus\tLabel|\s*(disabled services = \{|login item associations = \{|\})?": {},
            r"(-|[0-9]+)\t-?[0-9]+\t(?P<label>.*)": {"label": OPEN},
            r'\s*"(?P<label>[^"]*)" => (disabled|enabled|true|false)': {"label": OPEN},
        }
    ),
    Program.LSATTR: LEARNT,
    Program.LSOF: Lines(
        {
            r"[pf][0-9a-zA-Z]*|P(TCP|UDP)|": {},
            r"c(?P<program>.*)": {"program": OPEN},
            r"n(?P<end>.*)": {"end": ENDPOINT},
        }
    ),
    Program.MDATP: Fields(
        **dict.fromkeys(("healthy", "realTimeProtectionEnabled", "passiveModeEnabled"), PLAIN),
        definitionsUpdatedMinutesAgo=PLAIN,
        tamperProtection=_ENFORCEMENT,
        value=_ENFORCEMENT,
    ),
    Program.NETSTAT: Lines(
        {
            r"Active Internet connections.*|Proto +Recv-Q.*|": {},
            r"(tcp|udp)(4|6|46) +[0-9]+ +[0-9]+ +(?P<own>\S+) +(?P<other>\S+) *[A-Z0-9_]* *": {
                "own": ENDPOINT,
                "other": ENDPOINT,
            },
        }
    ),
    Program.NFT: LEARNT,
    Program.PMSET: Words(
        "AC Battery UPS Power sleep displaysleep disksleep powernap womp networkoversleep "
        "hibernatemode standby ttyskeepawake tcpkeepalive lowpowermode halfdim acwake lessbright"
    ),
    Program.PROFILES: Words("Enrolled via DEP Yes No MDM enrollment User Approved server"),
    # A title that is no path is what the process says of itself: `sshd: lee [priv]`.
    Program.PS: Lines({r"": {}, r"(?P<path>/.*)": {"path": PROGRAM}}),
    Program.PWPOLICY: After(
        "Getting global account policies",
        Fields(
            **dict.fromkeys(_CATEGORIES, PLAIN),
            **dict.fromkeys(_PARAMETERS, PLAIN),
            policyParameters=PLAIN,
            policyContent=Sentence(
                "none in and or not AND OR NOT matches autoEnableInSeconds", "policyAttribute"
            ),
            policyIdentifier=Start("ProfilePayload:"),
        ),
    ),
    Program.RPM: LEARNT,
    Program.SHARING: Keyed(
        SHARE,
        Fields(
            **dict.fromkeys(("smb_shared", "smb_guest_access", "smb_read_only"), PLAIN),
            smb_sealed=PLAIN,
            smb_name=SHARE,
            path=PATH,
        ),
    ),
    Program.SSHD: Lines(
        {
            r"(port [0-9]+|authenticationmethods [a-z0-9,: -]+|permitrootlogin [a-z-]+)?": {},
            r"(password|kbdinteractive)authentication (yes|no)": {},
        }
    ),
    Program.SYSCTL: Words(
        "hw machine arm64 x86_64 x86 64 optional kern boottime sec usec hv vmm present "
        "Mon Tue Wed Thu Fri Sat Sun Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec"
    ),
    Program.SYSTEMCTL: LEARNT,
    Program.SYSTEMSETUP: Words("Network Time On Off"),
    Program.SYSTEM_PROFILER: Fields(
        **dict.fromkeys(("SPHardwareDataType", "SPFirewallDataType", "SPUSBDataType"), PLAIN),
        **dict.fromkeys(("SPNVMeDataType", "SPSerialATADataType", "_items", "Media"), PLAIN),
        **dict.fromkeys(("machine_name", "machine_model", "vendor_id", "product_id"), OPEN),
        **dict.fromkeys(("serial_number", "serial_num", "device_serial", "platform_UUID"), SERIAL),
        bsd_name=DEVICE,
        spfirewall_globalstate=_SWITCHES,
    ),
    Program.TESTPARM: LEARNT,
    Program.TIMEDATECTL: LEARNT,
    Program.TMUTIL: Fields(IsExcluded=PLAIN),
    Program.XPROTECT: Words("XProtect launch background scans enabled disabled Version Installed"),
    Program.ZFS: LEARNT,
    Program.ZPOOL: LEARNT,
}

_NOTHING = Nothing()


def form(program: str, args: tuple[str, ...]) -> Form:
    """The form of a program's output; of a probe that of its document."""
    if program == "probe":
        return PROBES.get(args[0] if args else "", _NOTHING)
    return OUTPUTS.get(Program(program), _NOTHING)
