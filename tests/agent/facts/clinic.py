"""Two PCs of Bright Smiles as trees: on OP1 all is well, on PANO-01 nothing is."""

import base64
from pathlib import Path
from typing import Any

from agent.facts.base import About
from agent.facts.memory import Memory
from agent.facts.users import gnome
from agent.host.tree import TreeHost
from agent.paths import Home
from agent.readers import gvdb
from agent.settings import Settings
from rules.facts.form import instant
from tests.agent.storage.machine import Machine

NOW = instant("2026-11-22T12:00:00Z")
APT = (
    "apt-get -s -o Debug::NoLocking=1 -o Dir::Log::Planner= -o Dir::Cache::pkgcache="
    " -o Dir::Cache::srcpkgcache= -o Dir::Etc::sourceparts=- -o dist-upgrade"
)
APT_FROM_AFAR = (
    "apt-get -s -o Debug::NoLocking=1 -o Dir::Log::Planner= -o Dir::Cache::pkgcache="
    " -o Dir::Cache::srcpkgcache= dist-upgrade"
)
SECURITY = "/var/lib/apt/lists/deb.example.test_debian-security_dists_bookworm-security_InRelease"
NOTHING = "0 upgraded, 0 newly installed, 0 to remove and 0 not upgraded.\n"
TWO_WAIT = """\
The following packages have been kept back:
  linux-image-amd64
The following packages will be upgraded:
  libssl3
Inst libssl3 [3.0.15-1] (3.0.17-1 Debian-Security:12/stable-security [amd64])
Conf libssl3 (3.0.17-1 Debian-Security:12/stable-security [amd64])
1 upgraded, 0 newly installed, 0 to remove and 1 not upgraded.
"""
RELEASE = "6.1.0-40-amd64"
TITLES = (
    "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout"
)


def socket(host: str, port: int, inode: int, state: str = "0A") -> str:
    """A line of /proc/net/tcp; `host` as the kernel writes it."""
    nobody = "0" * len(host)
    return (
        f"   0: {host}:{port:04X} {nobody}:0000 {state} 00000000:00000000 00:00000000 00000000"
        f"     0        0 {inode} 1 000000007fc8dcaf 100 0 0 10 0\n"
    )


EVERYWHERE, EVERYWHERE_6, LOOPBACK, ON_LAN = "00000000", "0" * 32, "0100007F", "0A01A8C0"
TRACKING = (
    "A29FC87B,192.0.2.123,3,1763811900.123456789,-0.000012345,0.000011,0.000100,-3.4,-0.001,"
    "0.05,0.003,0.0009,64.9,Normal\n"
)
SYSTEMCTL = (
    "systemctl show --all --property=Id,LoadState,ActiveState,UnitFileState *.service *.socket"
)
UNITS = """\
Id=ssh.service
LoadState=loaded
ActiveState=active
UnitFileState=enabled

Id=vsftpd.service
LoadState=loaded
ActiveState=inactive
UnitFileState=disabled
"""
TESTPARM = "testparm -s -v --suppress-prompt"
SAMBA = """\
# Global parameters
[global]
\tclient min protocol = SMB2_02
\tmap to guest = Never
\tserver min protocol = SMB2_02
\tserver signing = required
\tguest ok = No
\tread only = Yes
\tserver smb encrypt = required


[xray]
\tpath = /srv/xray
\tread only = No
"""
OPEN_SAMBA = (
    SAMBA.replace("required", "default")
    .replace("Never", "Bad User")
    .replace("min protocol = SMB2_02", "min protocol = NT1")
    + "\tguest ok = Yes\n"
)
VIRUSES = b"ClamAV-VDB:21 Nov 2026 03-28 -0500:27880:2073000:90:x:y:raynman:1763800000 "
DPKG = "dpkg-query -W -f ${db:Status-Status}\\t${Package}\\t${Version}\\t${Priority}\\n"
PACKAGES = (
    "installed\tbash\t5.2.15-2\trequired\ninstalled\torthanc\t1.12.1+dfsg-1\toptional\n"
    "installed\tlibdcmtk17\t3.6.7-9\toptional\nconfig-files\tvsftpd\t3.0.3-13\toptional\n"
)
STATES = "Package: libdcmtk17\nArchitecture: amd64\nAuto-Installed: 1\n\n"
THIS_WEEK = b"\x00\xfe\xffj"
RULES = (
    "-w /etc/sudoers -p wa -k scope\n"
    "-a always,exit -F arch=b64 -S adjtimex,settimeofday -F key=time\n"
    "-a always,exit -S all -F dir=/srv/xray -F perm=r -F key=images\n"
)
AUDIT_LOG = "type=DAEMON_START msg=audit(1763000000.123:45): op=start\n"
SSHD = "sshd -T"
SSHD_SAYS = """\
port 22
passwordauthentication no
kbdinteractiveauthentication no
permitrootlogin no
authenticationmethods any
"""
NFT = "nft -j list ruleset"
_META = '{"metainfo": {"version": "1.0.6", "json_schema_version": 1}}'
_INPUT = (
    '{"chain": {"family": "inet", "table": "filter", "name": "input", "handle": 1,'
    ' "type": "filter", "hook": "input", "prio": 0, "policy": "drop"}}'
)
CLOSED = f'{{"nftables": [{_META}, {_INPUT}]}}\n'
NO_RULES = f'{{"nftables": [{_META}]}}\n'
EFI = "/sys/firmware/efi/efivars"
EFI_GLOBAL = "8be4df61-93ca-11d2-aa0d-00e098032b8c"
PASSWD = """\
root:x:0:0:root:/root:/bin/bash
daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin
postgres:x:101:101::/var/lib/postgresql:/bin/bash
dr_lee:x:1000:1000:Dr. Lee,,,:/home/dr_lee:/bin/bash
front_desk:x:1001:1001::/home/front_desk:/bin/bash
"""
SHADOW = """\
root:!:20000:0:99999:7:::
daemon:*:20000:0:99999:7:::
postgres:!:20000:0:99999:7:::
dr_lee:$y$j9T$abc$def:20000:0:99999:7:::
front_desk:$y$j9T$ghi$jkl:20000:0:99999:7:::
"""
GROUP = "root:x:0:\nsudo:x:27:dr_lee\ndr_lee:x:1000:\nfront_desk:x:1001:\n"


def segment(kind: int | None) -> str:
    """A segment of borg with an entry of some data, or without; in base64."""
    commit = b"\x40\xf4\x3c\x25" + (9).to_bytes(4, "little") + b"\2"
    data = b"" if kind is None else bytes([kind]) + bytes(19)
    put = bytes(4) + (41 + len(data)).to_bytes(4, "little") + b"\0" + bytes(32) + data
    return base64.b64encode(b"BORG_SEG" + (put if data else b"") + commit).decode()


NIGHTLY = {
    **dict.fromkeys(("config", "data/0a/0abc", "index/1", "keys/1"), "x"),
    "snapshots/1": {"b64": "eA==", "modified": "2026-11-22T01:00:00Z"},
}
"""A repository of restic, by the names in it."""


def unsigned(value: int) -> gvdb.Value:
    return gvdb.Value("u", value.to_bytes(4, "little"))


def boolean(value: bool) -> gvdb.Value:
    return gvdb.Value("b", bytes([value]))


POLICY = {gnome.IDLE: unsigned(600), gnome.ENABLED: boolean(True), gnome.DELAY: unsigned(0)}


def system() -> dict[str, Any]:
    """What both have: Debian 12 with GNOME, apt, people."""
    return {
        "/etc/os-release": 'ID=debian\nVERSION_ID="12"\nNAME="Debian GNU/Linux"\n',
        "/etc/debian_version": "12.11\n",
        "/proc/sys/kernel/hostname": "OP1\n",
        "/proc/sys/kernel/osrelease": f"{RELEASE}\n",
        "/proc/cpuinfo": "processor : 0\nflags : fpu sse2\n",
        "/proc/stat": "cpu 1 2 3\nbtime 1763800000\n",
        "/proc/cmdline": "quiet\n",
        "/bin/sh": b"\x7fELF\2\1\1" + bytes(11) + b"\x3e\0",
        "/sys/class/dmi/id/chassis_type": "3\n",
        "/sys/class/dmi/id/sys_vendor": "Dell Inc.\n",
        "/sys/class/dmi/id/product_name": "OptiPlex 7010\n",
        "/sys/class/dmi/id/product_serial": "ABC1234\n",
        "/etc/nsswitch.conf": "passwd: files systemd sss\n",
        "/etc/passwd": PASSWD,
        "/etc/shadow": SHADOW,
        "/etc/group": GROUP,
        "/etc/login.defs": "UID_MIN 1000\nUID_MAX 60000\n",
        "/etc/sudoers": "Defaults env_reset\nroot ALL=(ALL:ALL) ALL\n%sudo ALL=(ALL:ALL) ALL\n",
        "/etc/sudoers.d": {"folder": True},
        "/run/systemd/users/1001": "NAME=front_desk\nSTATE=active\n",
        "/var/log/lastlog": bytes(1000 * 292) + 2 * (THIS_WEEK + bytes(288)) + bytes(2000),
        "/usr/share/wayland-sessions/gnome.desktop": "[Desktop Entry]\n",
        "/home/dr_lee": {"folder": True},
        "/home/front_desk": {"folder": True},
        "/root": {"folder": True},
        "/var/lib/postgresql": {"folder": True},
        "/sys/module/usbcore/refcnt": "1\n",
        f"/lib/modules/{RELEASE}/modules.builtin": "kernel/fs/ext4/ext4.ko\n",
        f"/lib/modules/{RELEASE}/modules.dep": (
            "kernel/drivers/usb/storage/usb-storage.ko: kernel/drivers/usb/core/usbcore.ko\n"
            "kernel/drivers/usb/storage/uas.ko: kernel/drivers/usb/storage/usb-storage.ko\n"
        ),
        f"/lib/modules/{RELEASE}/kernel/drivers/usb/storage/usb-storage.ko": "",
        f"/lib/modules/{RELEASE}/kernel/drivers/usb/storage/uas.ko": "",
        "/etc/apt/sources.list": (
            "deb http://deb.example.test/debian bookworm main\n"
            "deb http://deb.example.test/debian-security bookworm-security main\n"
        ),
        "/var/lib/apt/lists": {"folder": True, "modified": "2026-11-22T06:00:00Z"},
        SECURITY: (
            "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nOrigin: Debian\n"
            "Label: Debian-Security\nSuite: oldstable-security\n"
            "Date: Sat, 21 Nov 2026 06:00:00 UTC\nValid-Until: Sat, 28 Nov 2026 06:00:00 UTC\n"
        ),
        "/etc/kernel/postinst.d/unattended-upgrades": "#!/bin/sh\n",
        "/vmlinuz": {"link": f"boot/vmlinuz-{RELEASE}"},
        f"/boot/vmlinuz-{RELEASE}": "",
        "/etc/systemd/system/timers.target.wants/apt-daily.timer": {"link": "/usr/lib/x"},
        "/etc/systemd/system/timers.target.wants/apt-daily-upgrade.timer": {"link": "/usr/lib/y"},
        "/usr/bin/unattended-upgrade": "#!/usr/bin/python3\n",
        "/proc/1/net/tcp": f"{TITLES}\n{socket(EVERYWHERE, 22, 7001)}{socket(LOOPBACK, 631, 7002)}",
        "/proc/1/net/tcp6": f"{TITLES}\n{socket(EVERYWHERE_6, 22, 7003)}",
        "/proc/1/net/udp": f"{TITLES}\n",
        "/proc/1/net/udp6": f"{TITLES}\n",
        "/var/lib/dpkg/status": "",
        "/var/lib/apt/extended_states": STATES,
        "/srv/xray": {"folder": True, "mode": 777},
        "/etc/ssh/sshd_config": "PasswordAuthentication no\n",
        "/etc/pam.d/sshd": "@include common-auth\n",
        "/etc/pam.d/common-auth": "auth [success=1 default=ignore] pam_unix.so nullok\n",
        "/etc/pam.d/common-password": "password [success=1 default=ignore] pam_unix.so obscure\n",
        "/proc/812/exe": {"link": "/usr/sbin/sshd"},
        "/proc/812/fd/3": {"link": "socket:[7001]"},
        "/proc/812/fd/4": {"link": "socket:[7003]"},
        "/proc/640/exe": {"link": "/usr/sbin/cupsd"},
        "/proc/640/fd/7": {"link": "socket:[7002]"},
        f"{EFI}/SecureBoot-{EFI_GLOBAL}": b"\6\0\0\0\1",
        f"{EFI}/SetupMode-{EFI_GLOBAL}": b"\6\0\0\0\0",
        "/sys/class/tpm/tpm0/tpm_version_major": "2\n",
    }


CONFIG = (
    'Dir "/";\nDir::Etc "etc/apt";\nDir::Etc::sourcelist "sources.list";\n'
    'APT::Periodic::Update-Package-Lists "1";\nAPT::Periodic::Unattended-Upgrade "1";\n'
)


def op1() -> TreeHost:
    """Encrypted, locked down, patched, its screens lock."""
    machine = Machine(files=system())
    machine.mount(machine.crypt("root", machine.partition(machine.disk("sda", "8:0"), "8:2")), "/")
    machine.swap("/swapfile", "file")
    machine.files |= {
        "/usr/bin/testparm": "",
        "/etc/modprobe.d/usb.conf": "install usb-storage /bin/false\ninstall uas /bin/false\n",
        "/etc/pam.d/common-auth": (
            "auth required pam_faillock.so preauth\nauth sufficient pam_unix.so\n"
            "auth [default=die] pam_faillock.so authfail\n"
        ),
        "/etc/pam.d/common-password": "password requisite pam_pwquality.so retry=3\n",
        "/usr/sbin/clamd": "",
        "/proc/703/comm": "auditd\n",
        "/etc/audit/auditd.conf": "max_log_file = 8\nnum_logs = 2\n",
        "/var/log/audit/audit.log": AUDIT_LOG.replace("1763000000", "1763800000"),
        "/var/log/audit/audit.log.1": AUDIT_LOG,
        "/etc/rsyslog.d/10-central.conf": "auth,authpriv.* @@log.clinic.test\n",
        "/var/lib/clamav/daily.cld": VIRUSES,
        "/proc/701/comm": "clamd\n",
        "/proc/702/comm": "clamonacc\n",
        "/etc/ssl/openssl.cnf": (
            "openssl_conf = init\n[init]\nssl_conf = ssl\n[ssl]\nsystem_default = all\n"
            "[all]\nMinProtocol = TLSv1.2\n"
        ),
        "/etc/security/pwquality.conf": "minlen = 14\nminclass = 3\n",
        "/etc/security/faillock.conf": "deny = 5\nunlock_time = 900\n",
        "/etc/dconf/profile/user": "user-db:user\nsystem-db:local\n",
        "/etc/dconf/db/local": gvdb.write(POLICY, tuple(POLICY)),
        **{f"/srv/backup/{name}": said for name, said in NIGHTLY.items()},
    }
    machine.programs |= {
        "apt-config dump": CONFIG,
        APT: NOTHING,
        APT_FROM_AFAR: NOTHING,
        "lsattr -d --": "--------------e------- /srv/backup\n",
        "chronyc -c tracking": TRACKING,
        "timedatectl show -p NTPSynchronized": "NTPSynchronized=yes\n",
        SYSTEMCTL: UNITS,
        NFT: CLOSED,
        SSHD: SSHD_SAYS,
        TESTPARM: SAMBA,
        DPKG: PACKAGES,
        "auditctl -l": RULES,
    }
    return machine.host()


def pano_01() -> TreeHost:
    """Plain disks, USB open with a stick in it, no locks, patches waiting on an old list."""
    machine = Machine(files=system())
    disk = machine.disk("sda", "8:0")
    machine.mount(machine.partition(disk, "8:2"), "/")
    machine.partition(disk, "8:3")
    machine.swap("/dev/sda3")
    machine.disk("sdb", "8:16", bus="pci/usb1/1-2/1-2:1.0", content=b"\0\0\0NTFS    ")
    machine.files |= {
        "/sys/bus/usb/devices/1-2:1.0/bInterfaceClass": "08\n",
        "/sys/bus/usb/devices/1-2/idVendor": "0781\n",
        "/sys/bus/usb/devices/1-2/idProduct": "5581\n",
        "/sys/bus/usb/devices/1-2/serial": "4C530001\n",
        "/sys/bus/usb/devices/1-2/authorized": "1\n",
        "/sys/bus/usb/devices/1-4:1.0/bInterfaceClass": "ff\n",
        **{
            f"/srv/backup/{name}": "x"
            for name in ("README", "config", "index.1", "hints.1", "integrity.1")
        },
        "/srv/backup/data/0/0": {"b64": segment(2)},
        "/home/front_desk/.config/dconf/user": gvdb.write({gnome.IDLE: unsigned(0)}),
        "/var/lib/apt/lists": {"folder": True, "modified": "2026-10-01T06:00:00Z"},
        "/run/reboot-required": "*** System restart required ***\n",
    }
    machine.files[SECURITY] = machine.files[SECURITY].replace("21 Nov", "01 Oct")
    machine.files |= {
        "/proc/1/net/tcp": f"{TITLES}\n{socket(EVERYWHERE, 104, 7004)}{socket(ON_LAN, 5900, 7005)}"
        f"{socket(EVERYWHERE, 445, 7006)}",
        f"{EFI}/SecureBoot-{EFI_GLOBAL}": b"\6\0\0\0\0",
        "/usr/bin/testparm": "",
        "/opt/CrowdStrike/falconctl": "",
        "/etc/gdm3/daemon.conf": "[daemon]\nAutomaticLoginEnable=true\nAutomaticLogin=front\n",
    }
    machine.programs |= {
        "apt-config dump": 'Dir::Etc "etc/apt";\n',
        APT: TWO_WAIT,
        APT_FROM_AFAR: TWO_WAIT,
        "lsattr -d --": "--------------e------- /srv/backup\n",
        "chronyc -c tracking": {"error": "tool_missing"},
        "timedatectl show -p NTPSynchronized": "NTPSynchronized=no\n",
        SYSTEMCTL: UNITS.replace("inactive", "active"),
        NFT: NO_RULES,
        SSHD: {"error": "tool_missing"},
        TESTPARM: OPEN_SAMBA,
        DPKG: PACKAGES,
    }
    return machine.host()


def about(memory: Memory | None = None) -> About:
    """No settings, and a memory that forgets, unless a test gives one."""
    return About(Settings(), Home(Path("/nowhere")), memory or Memory.none(), NOW)
