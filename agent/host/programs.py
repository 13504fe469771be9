"""Which programs may be run at all, where do they lie, and with which words?

One table, fixed when the program is built: rules, packs and the controller cannot add to it. A
program is run from its absolute path, never by looking along PATH. Its arguments are those of a
form below, word for word; where a form holds a pattern, the argument must match it whole.

`PROBE` is our own executable: what only a function of Windows tells, asked in a child
(agent/probes). Nobody could replace it who could not replace us.

`Handed` is an argument whose text goes to the program as a file that nobody else can see (an
anonymous file in memory): where a program insists on reading a file, nothing is written to disk.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Self, TypeAlias

from agent.ourselves import PROGRAM
from agent.probes.index import PROBES
from rules.facts.host import Os


class Program(StrEnum):
    """The programs; a collector names one and its arguments."""

    APT_CONFIG = "apt-config"
    APT_GET = "apt-get"
    AUDITCTL = "auditctl"
    CHRONYC = "chronyc"
    CSRUTIL = "csrutil"
    DISKUTIL = "diskutil"
    DMSETUP = "dmsetup"
    DPKG_QUERY = "dpkg-query"
    DSCL = "dscl"
    FDESETUP = "fdesetup"
    LAUNCHCTL = "launchctl"
    LSATTR = "lsattr"
    LSOF = "lsof"
    MDATP = "mdatp"
    NETSTAT = "netstat"
    NFT = "nft"
    PMSET = "pmset"
    PROBE = "probe"
    PROFILES = "profiles"
    PS = "ps"
    PWPOLICY = "pwpolicy"
    RPM = "rpm"
    SHARING = "sharing"
    SSHD = "sshd"
    SYSCTL = "sysctl"
    SYSTEMCTL = "systemctl"
    SYSTEM_PROFILER = "system_profiler"
    SYSTEMSETUP = "systemsetup"
    TESTPARM = "testparm"
    TIMEDATECTL = "timedatectl"
    TMUTIL = "tmutil"
    XPROTECT = "xprotect"
    ZFS = "zfs"
    ZPOOL = "zpool"


@dataclass(frozen=True, slots=True)
class Handed:
    """An argument whose text becomes a file; the program is given `prefix` and that file's path."""

    prefix: str


Word: TypeAlias = str | re.Pattern[str] | Handed


@dataclass(frozen=True, slots=True)
class Command:
    """Where a program lies on each system, its forms, and its limits in seconds and bytes.

    `deadlines` are those of single first arguments; `before` stands before all arguments.
    """

    paths: Mapping[Os, str]
    forms: tuple[tuple[Word, ...], ...]
    deadline: float = 5.0
    limit: int = 1 << 20
    deadlines: Mapping[str, float] = field(default_factory=dict)
    before: tuple[str, ...] = ()

    def seconds(self, args: tuple[str, ...]) -> float:
        """How long the program may take with these arguments."""
        return self.deadlines.get(args[0], self.deadline) if args else self.deadline

    def within(self, seconds: float, args: tuple[str, ...]) -> Self:
        """The same program with these arguments, for whom has only so long."""
        return replace(self, deadline=min(seconds, self.seconds(args)), deadlines={})

    def form(self, args: tuple[str, ...]) -> tuple[Word, ...]:
        """The form that these arguments have; ValueError if there is none."""
        for form in self.forms:
            if len(form) == len(args) and all(map(_is, form, args)):
                return form
        raise ValueError(f"{args!r} is no form of this program: see agent/host/programs.py")

    def fixed(self, args: tuple[str, ...]) -> tuple[str, ...]:
        """The words that stand in the table; what a collector filled in is left out."""
        return tuple(word for word in self.form(args) if isinstance(word, str))


def _is(word: Word, arg: str) -> bool:
    match word:
        case str():
            return arg == word
        case re.Pattern():
            return word.fullmatch(arg) is not None
        case Handed():
            return len(arg) <= 1 << 16 and "\0" not in arg


_FOLDER = re.compile(r"/[^\0\n]{0,4095}")
_POOL = re.compile(r"[A-Za-z][A-Za-z0-9._: -]{0,254}")

# Simulated as if there were no lock to take; the sources are the list that is handed over, alone,
# and apt's own cache, which knows all sources, is neither read nor written. Without the last word
# on logs it would write its plan to /var/log/apt/eipp.log.xz, simulated or not, and take half as
# long again (apt 2.6).
_APT_APART = (
    *("-s", "-o", "Debug::NoLocking=1", "-o", "Dir::Log::Planner="),
    *("-o", "Dir::Cache::pkgcache=", "-o", "Dir::Cache::srcpkgcache="),
)
_APT_SIMULATE = (
    *(*_APT_APART, "-o", "Dir::Etc::sourceparts=-"),
    *("-o", Handed("Dir::Etc::sourcelist="), "dist-upgrade"),
)

# The same over all sources, where no list can be handed over: on a machine asked from afar.
_APT_SIMULATE_ALL = (*_APT_APART, "dist-upgrade")

_ZFS_ENCRYPTION = (
    "get",
    "-H",
    "-p",
    "-t",
    "filesystem",
    "-o",
    "name,property,value",
    "encryption,keystatus",
)

MAC_NAMES = ("hw.machine", "hw.optional.arm64", "kern.boottime", "kern.hv_vmm_present")
"""What is asked of the kernel of macOS."""

MAC_ATTRIBUTES = (
    "RecordName",
    "UniqueID",
    "NFSHomeDirectory",
    "UserShell",
    "AuthenticationAuthority",
)
"""What is asked of each account of macOS."""

_OURSELVES = (*PROGRAM[1:], "probe")
"""What makes a probe of the executable that runs us: a frozen program, or Python itself."""

_UID = re.compile(r"[0-9]{1,10}")
_LOCK = ("/usr/sbin/sysadminctl", "-screenLock", "status")

PROGRAMS: Mapping[Program, Command] = {
    Program.APT_CONFIG: Command({"linux": "/usr/bin/apt-config"}, (("dump",),)),
    Program.APT_GET: Command(
        {"linux": "/usr/bin/apt-get"},
        (_APT_SIMULATE, _APT_SIMULATE_ALL),
        deadline=60.0,
        limit=8 << 20,
    ),
    Program.AUDITCTL: Command({"linux": "/usr/sbin/auditctl"}, (("-l",),)),
    Program.CHRONYC: Command({"linux": "/usr/bin/chronyc"}, (("-c", "tracking"),)),
    Program.CSRUTIL: Command({"macos": "/usr/bin/csrutil"}, (("status",),)),
    # It waits for disks that are asleep or broken.
    Program.DISKUTIL: Command(
        {"macos": "/usr/sbin/diskutil"},
        (
            ("apfs", "list", "-plist"),
            ("list", "-plist"),
            ("list", "-plist", "internal", "physical"),
            ("list", "-plist", "external", "physical"),
        ),
        deadline=20.0,
    ),
    # Never with --showkeys: without it, the table holds zeros in the place of a key.
    Program.DMSETUP: Command({"linux": "/usr/sbin/dmsetup"}, (("table", "--target", "crypt"),)),
    Program.DPKG_QUERY: Command(
        {"linux": "/usr/bin/dpkg-query"},
        (("-W", "-f", "${db:Status-Status}\\t${Package}\\t${Version}\\t${Priority}\\n"),),
        limit=8 << 20,
    ),
    # Never all attributes: those of an account hold its password's hash.
    Program.DSCL: Command(
        {"macos": "/usr/bin/dscl"},
        (("-plist", ".", "-readall", "/Users", *MAC_ATTRIBUTES),),
        limit=8 << 20,
    ),
    Program.FDESETUP: Command({"macos": "/usr/bin/fdesetup"}, (("status",),)),
    # As the person who is signed in: to others the settings of his screen are not told.
    Program.LAUNCHCTL: Command(
        {"macos": "/bin/launchctl"},
        (
            ("asuser", _UID, *["/usr/bin/sudo", "-n", "-u"], re.compile(r"#[0-9]{1,10}"), *_LOCK),
            ("list",),
            ("print-disabled", "system"),
        ),
    ),
    Program.LSATTR: Command({"linux": "/usr/bin/lsattr"}, (("-d", "--", _FOLDER),)),
    # Fields for programs, one a line, with whole names of commands (+c0); no name of
    # a machine or a service is looked up (-nP).
    Program.LSOF: Command(
        {"macos": "/usr/sbin/lsof"},
        (("-nP", "+c0", "-iTCP", "-sTCP:LISTEN", "-iUDP", "-FpcPn"),),
        limit=8 << 20,
    ),
    Program.MDATP: Command(
        {"macos": "/usr/local/bin/mdatp"}, (("health", "--output", "json"),), deadline=10.0
    ),
    # Numbers alone (-n), and addresses of IPv6 that are not cut (-l, -W).
    Program.NETSTAT: Command(
        {"macos": "/usr/sbin/netstat"},
        (("-anlW", "-p", "tcp"), ("-anlW", "-p", "udp")),
        limit=8 << 20,
    ),
    Program.NFT: Command({"linux": "/usr/sbin/nft"}, (("-j", "list", "ruleset"),), limit=8 << 20),
    Program.PMSET: Command({"macos": "/usr/bin/pmset"}, (("-g", "custom"),)),
    Program.PROBE: Command(
        {"windows": PROGRAM[0]},
        tuple((name,) for name in PROBES),
        limit=8 << 20,
        deadlines={name: probe.deadline for name, probe in PROBES.items()},
        before=_OURSELVES,
    ),
    Program.PROFILES: Command({"macos": "/usr/bin/profiles"}, (("status", "-type", "enrollment"),)),
    Program.PS: Command({"macos": "/bin/ps"}, (("-axwwo", "comm="),)),
    Program.PWPOLICY: Command({"macos": "/usr/bin/pwpolicy"}, (("-getaccountpolicies",),)),
    Program.RPM: Command(
        {"linux": "/usr/bin/rpm"},
        (("-qa", "--qf", "%{NAME}\\t%{VERSION}-%{RELEASE}\\t%{VENDOR}\\n"),),
        deadline=20.0,
        limit=8 << 20,
    ),
    Program.SHARING: Command({"macos": "/usr/sbin/sharing"}, (("-l", "-f", "json"),)),
    Program.SSHD: Command({"linux": "/usr/sbin/sshd", "macos": "/usr/sbin/sshd"}, (("-T",),)),
    # -i: a name that this kernel does not know is left out.
    Program.SYSCTL: Command({"macos": "/usr/sbin/sysctl"}, (("-i", *MAC_NAMES),)),
    Program.SYSTEMCTL: Command(
        {"linux": "/usr/bin/systemctl"},
        # --all: without it, systemd leaves out what does not run.
        (
            (
                *("show", "--all", "--property=Id,LoadState,ActiveState,UnitFileState"),
                *("*.service", "*.socket"),
            ),
        ),
    ),
    Program.SYSTEM_PROFILER: Command(
        {"macos": "/usr/sbin/system_profiler"},
        (
            ("-json", "SPHardwareDataType"),
            ("-json", "SPFirewallDataType"),
            ("-json", "SPUSBDataType"),
            ("-json", "SPNVMeDataType"),
            ("-json", "SPSerialATADataType"),
        ),
        deadline=20.0,
    ),
    Program.SYSTEMSETUP: Command(
        {"macos": "/usr/sbin/systemsetup"}, (("-getusingnetworktime",),), deadline=10.0
    ),
    Program.TESTPARM: Command({"linux": "/usr/bin/testparm"}, (("-s", "-v", "--suppress-prompt"),)),
    Program.TIMEDATECTL: Command(
        {"linux": "/usr/bin/timedatectl"}, (("show", "-p", "NTPSynchronized"),)
    ),
    Program.TMUTIL: Command(
        {"macos": "/usr/bin/tmutil"}, (("isexcluded", "-X", _FOLDER),), deadline=10.0
    ),
    Program.XPROTECT: Command(
        {"macos": "/usr/bin/xprotect"}, (("status",), ("version",)), deadline=10.0
    ),
    Program.ZFS: Command(
        {"linux": "/usr/sbin/zfs"},
        (_ZFS_ENCRYPTION,),
    ),
    Program.ZPOOL: Command(
        {"linux": "/usr/sbin/zpool"}, (("list", "-v", "-H", "-P", "-L", _POOL),)
    ),
}
