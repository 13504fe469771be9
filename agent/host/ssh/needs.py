"""What is asked of every Linux machine at once, before anybody knows what it has?

One line a need: the call, where, and a limit in bytes or names. It was found by recording what the
collectors ask of real machines. What stands here saves a round; what does not is asked for in the
next, so that a need that is missing costs time and never an answer.

- A `*` stands for the names in one folder. `{home}` is the home of everybody who can sign in,
  `{disk}` the folder in /sys of every block device.
- `line` is a small file of one line, `stats` the `stat` of all names in a folder: both are quick
  forms, and what they cannot say is asked again.
- `trees` lists a folder and those in it, two levels down: where copies are usually put.
- Programs that may load a part of the kernel (dmsetup, zfs) are asked only where a collector asks.
"""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from agent.host.programs import PROGRAMS, Program

Op: TypeAlias = Literal["read", "list", "stat", "line", "stats", "trees"]

LARGE = 8 << 20


@dataclass(frozen=True, slots=True)
class Need:
    """One need: what is asked of the paths that a pattern stands for."""

    op: Op
    where: str
    limit: int = 1 << 20


def _all(op: Op, *places: str, limit: int = 1 << 20) -> tuple[Need, ...]:
    return tuple(Need(op, where, limit) for where in places)


_TREES = _all(
    "read",
    *("/etc/apt/sources.list.d/*", "/etc/audit/plugins.d/*", "/etc/audisp/plugins.d/*"),
    *("/etc/exports.d/*", "/etc/lightdm/lightdm.conf.d/*", "/usr/share/lightdm/lightdm.conf.d/*"),
    *("/etc/modprobe.d/*", "/run/modprobe.d/*", "/usr/lib/modprobe.d/*", "/lib/modprobe.d/*"),
    *("/etc/pam.d/*", "/etc/profile.d/*.sh", "/etc/rsyslog.d/*", "/etc/sddm.conf.d/*"),
    *("/etc/security/*.conf", "/etc/security/*.conf.d/*", "/etc/ssh/sshd_config.d/*"),
    *("/etc/sudoers.d/*", "/etc/usbguard/rules.d/*", "/run/systemd/users/*"),
    *("/etc/systemd/system/*getty*.service.d/*", "/etc/systemd/system/*getty*.service"),
    *("/var/lib/AccountsService/users/*", "/var/lib/samba/usershares/*", "/etc/dconf/db/*"),
    *("/lib/modules/*/modules.builtin", "/sys/class/tpm/*/tpm_version_major"),
    *("/sys/firmware/efi/efivars/SecureBoot-*", "/sys/firmware/efi/efivars/SetupMode-*"),
)
_FILES = _all(
    "read",
    *("/etc/os-release", "/etc/debian_version", "/etc/nsswitch.conf", "/etc/login.defs"),
    *("/etc/passwd", "/etc/shadow", "/etc/group", "/etc/sudoers", "/etc/environment"),
    *("/etc/crypttab", "/etc/profile", "/etc/bash.bashrc", "/etc/bashrc", "/etc/apt/sources.list"),
    *("/etc/audit/auditd.conf", "/etc/rsyslog.conf", "/etc/exports", "/etc/ssh/sshd_config"),
    *("/etc/ssl/openssl.cnf", "/etc/pki/tls/openssl.cnf", "/etc/xdg/kscreenlockerrc"),
    *("/etc/crypto-policies/back-ends/opensslcnf.config", "/etc/dconf/profile/user"),
    *("/etc/gdm3/daemon.conf", "/etc/gdm3/custom.conf", "/etc/gdm/custom.conf"),
    *("/etc/lightdm/lightdm.conf", "/etc/sddm.conf", "/etc/usbguard/usbguard-daemon.conf"),
    *("/proc/cmdline", "/proc/swaps", "/proc/sys/crypto/fips_enabled", "/run/reboot-required"),
    *("/proc/sys/kernel/hostname", "/proc/sys/kernel/osrelease", "/proc/1/net/if_inet6"),
    *("/proc/1/net/ip_tables_names", "/proc/1/net/ip6_tables_names"),
    *("/sys/class/dmi/id/chassis_type", "/sys/class/dmi/id/sys_vendor"),
    *("/sys/class/dmi/id/product_name", "/sys/class/dmi/id/product_serial"),
    *("/sys/fs/cgroup/system.slice/usbguard.service/cgroup.procs",),
    *("/sys/fs/cgroup/systemd/system.slice/usbguard.service/cgroup.procs",),
    *("{home}/.bash_profile", "{home}/.bash_login", "{home}/.profile", "{home}/.bashrc"),
    *("{home}/.zshrc", "{home}/.zshenv", "{home}/.config/kscreenlockerrc"),
    "{home}/.config/dconf/user",
)
_LARGE_FILES = _all(
    "read",
    *("/proc/1/mountinfo", "/proc/self/mountinfo", "/proc/stat", "/proc/cpuinfo"),
    *("/proc/1/net/tcp", "/proc/1/net/tcp6", "/proc/1/net/udp", "/proc/1/net/udp6"),
    "/var/lib/apt/extended_states",
    limit=LARGE,
)
_HEADS = _all(
    "read",
    *("/var/lib/apt/lists/*InRelease", "/var/log/audit/audit.log*", "/bin/sh"),
    *("/var/lib/clamav/*.c?d", "/usr/bin/unattended-upgrade"),
    limit=4096,
)
_FOLDERS = _all(
    "list",
    *("/proc", "/sys/module", "/sys/dev/block", "/sys/bus/usb/devices", "/sys/class/tpm"),
    *("/sys/class/power_supply", "/sys/firmware/efi/efivars", "/proc/device-tree"),
    *("/etc/apt/sources.list.d", "/etc/kernel/postinst.d", "/etc/pam.d", "/etc/profile.d"),
    *("/etc/audit/plugins.d", "/etc/audisp/plugins.d", "/etc/rsyslog.d", "/etc/exports.d"),
    *("/etc/lightdm/lightdm.conf.d", "/usr/share/lightdm/lightdm.conf.d", "/etc/sddm.conf.d"),
    *("/etc/modprobe.d", "/run/modprobe.d", "/usr/lib/modprobe.d", "/lib/modprobe.d"),
    *("/etc/security", "/etc/ssh/sshd_config.d", "/etc/sudoers.d", "/etc/usbguard/rules.d"),
    *("/etc/systemd/system", "/etc/systemd/system/timers.target.wants", "/run/systemd/users"),
    *("/etc/systemd/system/*getty*.service.d", "/etc/security/*.conf.d"),
    *("/usr/share/xsessions", "/usr/share/wayland-sessions", "/var/lib/systemd/home"),
    *("/var/lib/samba/usershares", "/var/lib/clamav", "/var/lib/AccountsService/users"),
    *("/var/log/audit", "/sys/fs/btrfs", "/var/lib/apt/lists", "/run/dconf/user"),
    *("{disk}", "{disk}/slaves", "{disk}/holders", "/", "/opt", "/usr/bin", "/lib/modules"),
    limit=10_000,
)
_NAMES = _all(
    "stat",
    *("/run/systemd/container", "/.dockerenv", "/run/.containerenv", "/sys/firmware/efi"),
    *("/usr/libexec/gvfsd-mtp", "/usr/lib/gvfs/gvfsd-mtp", "/proc/device-tree/hypervisor"),
    *("/var/lib/apt/periodic/update-success-stamp", "/var/lib/apt/lists", "/usr/sbin/clamd"),
    *("/var/lib/dpkg/status", "/var/lib/rpm", "/usr/lib/sysimage/rpm", "/vmlinuz"),
    *("/boot/vmlinuz", "/run/systemd/timesync/synchronized", "/etc/sssd/sssd.conf"),
    *("/sys/module/usb_storage", "/sys/module/uas", "/sys/module/usb_storage/refcnt"),
    *("/sys/module/uas/refcnt", "/opt/microsoft/mdatp", "/usr/share/dwagent/native/dwagsvc"),
    *("{home}", "{home}/Access-Your-Private-Data.desktop"),
)
_QUICK = (
    *_all("stats", "/proc/[0-9]*/fd", "/sys/dev/block", "/etc/systemd/system"),
    *_all("line", "/proc/[0-9]*/comm", "{disk}/size", "{disk}/removable", "{disk}/dev"),
    *_all("line", "{disk}/dm/name", "{disk}/dm/uuid", "{disk}/loop/backing_file"),
    *_all("line", "{disk}/slaves/*/dev", "{disk}/holders/*/dev", "{disk}/device/type"),
    *_all("line", "/sys/bus/usb/devices/*:*/bInterfaceClass"),
)

_TREES_OF_COPIES = _all(
    "trees",
    *("/backup", "/backups", "/var/backups", "/srv", "/data", "/mnt", "/media", "/run/media"),
    limit=500,
)

NEEDS: tuple[Need, ...] = (
    *(*_FILES, *_LARGE_FILES, *_FOLDERS, *_NAMES, *_QUICK),
    *(*_TREES, *_TREES_OF_COPIES, *_HEADS),
)

_FIRST = (
    *(Program.APT_CONFIG, Program.SYSTEMCTL, Program.TESTPARM, Program.DPKG_QUERY),
    *(Program.CHRONYC, Program.TIMEDATECTL, Program.SSHD, Program.AUDITCTL, Program.NFT),
)
"""Programs of one form without a blank to fill in; those that need root come last."""


def _only_form(program: Program) -> tuple[str, ...]:
    (form,) = PROGRAMS[program].forms
    return tuple(word for word in form if isinstance(word, str))


RUNS: tuple[tuple[Program, tuple[str, ...]], ...] = tuple(
    (program, _only_form(program)) for program in _FIRST
)
