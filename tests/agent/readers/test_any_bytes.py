"""Every parser gives a value or a ParseError, for any bytes at all, and for what it knows, bent."""

import base64
import sys
from collections.abc import Callable
from importlib import import_module
from inspect import isfunction, signature
from pathlib import Path
from types import CodeType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.readers import (
    accountpolicies,
    accounts,
    aptconfig,
    aptsimulation,
    aptsources,
    association,
    auditd,
    borg,
    bundle,
    chrony,
    clamav,
    crypttab,
    crypttable,
    diskutil,
    drivefs,
    dropbox,
    elf,
    exports,
    gvdb,
    hive,
    inrelease,
    kdeini,
    launchd,
    lsof,
    luks,
    macstatus,
    mdatp,
    modprobe,
    mountinfo,
    netstat,
    nextcloud,
    nftables,
    nsswitch,
    onedriveconf,
    openaccounts,
    opensslconf,
    orthanc,
    packages,
    pam,
    plist,
    probed,
    profiler,
    regfile,
    registry,
    regquery,
    releases,
    samba,
    sddl,
    sharepoints,
    shellidle,
    sockets,
    sshd,
    statfs,
    sudoers,
    superblock,
    swaps,
    syncthing,
    systemdunits,
    text,
    timemachine,
    tlsrecords,
    usbguard,
    usbtree,
    windowsreleases,
    zfs,
)
from agent.readers.errors import ParseError
from agent.readers.probes import accounts as probed_accounts
from agent.readers.probes import (
    audit,
    bitlocker,
    clock,
    defender,
    document,
    listeners,
    passwords,
    security,
    sessions,
    shares,
    volumes,
    wua,
)
from agent.readers.probes import backups as probed_backups
from agent.readers.probes import services as probed_services
from tests.agent.facts.clinic import (
    AUDIT_LOG,
    CLOSED,
    CONFIG,
    GROUP,
    NOW,
    PACKAGES,
    PASSWD,
    POLICY,
    RULES,
    SAMBA,
    SECURITY,
    SHADOW,
    SSHD_SAYS,
    STATES,
    TITLES,
    TRACKING,
    TWO_WAIT,
    UNITS,
    VIRUSES,
    segment,
    socket,
    system,
)
from tests.agent.facts.macs import (
    AS_SHIPPED,
    KERNEL,
    KINGSTON,
    MANAGED,
    NO_DISPLAY_SLEEP,
    PEOPLE,
    SCANS,
    SIP,
    STICK,
    STRONG,
    XPROTECT_CAME,
    apfs,
    app,
    containers,
    daemon,
    destination,
    excluded,
    firewall,
    health,
    held,
    layout,
    loaded,
    mac_mount,
    overrides,
    points,
    processes,
    time_machine,
    usb,
)
from tests.agent.facts.macs import accounts as mac_accounts
from tests.agent.facts.macs import plist as written
from tests.agent.facts.macs import sockets as mac_sockets
from tests.agent.facts.windows import clinic
from tests.agent.host import hives
from tests.agent.imaging.clouds import clients
from tests.agent.storage.machine import TITLES as SWAP_TITLES
from tests.agent.storage.machine import luks1, luks2

READERS = Path(modprobe.__file__).parent
MOUNTS = (
    b"20 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw\n21 20 0:5 / /proc rw - proc p rw\n"
)


def as_text(parse: Callable[[str], Any]) -> Callable[[bytes], Any]:
    """For readers of one value that another reader has taken out of its file."""
    return lambda data: parse(data.decode(errors="surrogateescape"))


PROBED: dict[str, Callable[[document.Document], Any]] = {
    "accounts": probed_accounts.read,
    "audit": audit.read,
    "backups": probed_backups.read,
    "bitlocker": bitlocker.read,
    "clock": clock.read,
    "defender": defender.read,
    "listeners": listeners.read,
    "passwords": passwords.read,
    "security": security.read,
    "services": probed_services.read,
    "sessions": sessions.read,
    "shares": shares.read,
    "volumes": volumes.read,
    "wua": wua.read,
}

PARSERS: dict[str, tuple[Callable[[bytes], Any], bytes]] = {
    "passwd": (accounts.passwd, PASSWD.encode()),
    "shadow": (accounts.shadow, SHADOW.encode()),
    "group": (accounts.group, GROUP.encode()),
    "login.defs": (accounts.people, b"UID_MIN 1000\n"),
    "info.json": (dropbox.folders, clients.dropbox("/home/lee/Dropbox", "/srv/team").encode()),
    "nextcloud.cfg": (nextcloud.folders, clients.nextcloud("/home/lee/Nextcloud/").encode()),
    "onedrive": (onedriveconf.folder, clients.ONEDRIVE.encode()),
    "config.xml": (syncthing.folders, clients.syncthing("~/Sync", "/srv/x").encode()),
    "drivefs": (
        lambda data: drivefs.mounts(data.decode(errors="replace")),
        b'{"per_account_preferences": [{"key": "1", "value": {"mount_point_path": "G"}}]}',
    ),
    "apt-config": (aptconfig.parse, CONFIG.encode()),
    "apt-get": (aptsimulation.parse, TWO_WAIT.encode()),
    "sources.list": (
        lambda data: aptsources.parse(data, "sources.list"),
        b"deb [arch=amd64] http://a.test/debian bookworm main\n",
    ),
    "debian.sources": (
        lambda data: aptsources.parse(data, "debian.sources"),
        b"Types: deb\nURIs: http://a.test/debian\nSuites: bookworm\nComponents: main\n",
    ),
    "borg": (borg.entry, base64.b64decode(segment(3))[8:]),
    "chrony": (chrony.parse, TRACKING.encode()),
    "clamav": (clamav.built_at, VIRUSES),
    "dpkg": (packages.dpkg, PACKAGES.encode()),
    "rpm": (packages.rpm, b"bash\t5.2-1\tRed Hat\n"),
    "version of a package": (as_text(packages.upstream), b"1:2.36-9+deb12u10"),
    "extended_states": (packages.automatic, STATES.encode()),
    "auditctl": (auditd.rules, RULES.encode()),
    "auditd.conf": (auditd.log, b"max_log_file = 8\n"),
    "audit plugin": (auditd.is_active, b"active = yes\n"),
    "audit.log": (auditd.first_record, AUDIT_LOG.encode()),
    "crypttab": (
        crypttab.parse,
        b"# a remark\nroot UUID=1 none luks,discard\nimages /dev/sdb /etc/keys/a.key luks\n",
    ),
    "dmsetup": (
        crypttable.parse,
        b"vault: 0 100 crypt aes-xts-plain64 " + b"0" * 128 + b" 0 8:1 8\n",
    ),
    "elf": (elf.arch, b"\x7fELF\2\1\1" + bytes(11) + b"\x3e\0"),
    "gvdb": (gvdb.parse, gvdb.write(POLICY, tuple(POLICY))),
    "exports": (exports.parse, b"/srv 10.0.0.0/8(rw,sync) *(ro)\n"),
    "hive": (
        lambda data: hive.parse(data).key(("Desktop",)),
        hives.hive({"Desktop": {"ScreenSaveTimeOut": ("sz", "600")}}),
    ),
    "reg": (
        regfile.parse,
        (
            b"Windows Registry Editor Version 5.00\n\n"
            b'[HKEY_LOCAL_MACHINE\\SOFTWARE\\X]\n"a"=dword:1\n'
            b'"b"="c\\\\d"\n"e"=hex(7):61,00,\\\n  00,00,00,00\n@="x"\n; nothing\n'
        ),
    ),
    "reg.exe": (
        lambda data: regquery.parse(data, r"HKLM\SOFTWARE\X"),
        (
            b"\r\nHKEY_LOCAL_MACHINE\\SOFTWARE\\X\r\n    a    REG_DWORD    0x4\r\n\r\n"
            b"HKEY_LOCAL_MACHINE\\SOFTWARE\\X\\Y\r\n"
        ),
    ),
    "InRelease": (inrelease.parse, str(system()[SECURITY]).encode()),
    "kscreenlockerrc": (kdeini.parse, b"[Daemon][$i]\nTimeout=5\n"),
    "luks1": (luks.parse, luks1()),
    "luks2": (luks.parse, luks2()),
    "diskutil apfs": (diskutil.volumes, containers(disk0s2=[apfs("disk3s5", "Data")])),
    "diskutil internal": (diskutil.disks, written({"WholeDisks": ["disk0", "disk1"]})),
    "diskutil list": (diskutil.layout, layout({"disk3s5": "/"}, STICK)),
    "dscl": (openaccounts.users, mac_accounts(*PEOPLE)),
    "a group": (openaccounts.members, written({"name": ["admin"], "users": ["lee"]})),
    "pmset": (macstatus.display_sleep, NO_DISPLAY_SLEEP.encode()),
    "USB tree": (usbtree.disks, usb(KINGSTON).encode()),
    "fdesetup": (macstatus.filevault, b"FileVault is On.\n"),
    "csrutil": (macstatus.integrity, SIP.encode()),
    "profiles": (macstatus.enrolled, MANAGED.encode()),
    "sysadminctl": (macstatus.screen_lock, b"screenLock delay is 300 seconds\n"),
    "sysctl": (macstatus.sysctl, KERNEL.encode()),
    "boottime": (
        lambda data: macstatus.boot_time(data.decode(errors="replace")),
        b"{ sec = 1763800000, usec = 123456 } Sat Nov 22 08:26:40 2025",
    ),
    "xprotect": (macstatus.xprotect, SCANS.encode()),
    "xprotect version": (macstatus.xprotect_installed, XPROTECT_CAME.encode()),
    "systemsetup": (macstatus.network_time, b"Network Time: On\n"),
    "ps": (macstatus.processes, processes("/usr/sbin/auditd").encode()),
    "pwpolicy": (accountpolicies.parse, STRONG),
    "pwpolicy, as shipped": (accountpolicies.parse, AS_SHIPPED),
    "launchd.plist": (launchd.job, daemon("com.apple.timed", RunAtLoad=True)),
    "print-disabled": (launchd.overrides, overrides(com_apple_smbd="disabled").encode()),
    "launchctl list": (launchd.loaded, loaded(com_apple_timed=88, sshd=None).encode()),
    "mdatp": (mdatp.health, health().encode()),
    "netstat": (
        lambda data: netstat.parse(data, "tcp"),
        mac_sockets("tcp4 *.22 *.* LISTEN", "tcp6 ::1.631 *.* LISTEN").encode(),
    ),
    "lsof": (lsof.parse, held("sshd TCP *:22", "cupsd TCP [::1]:631").encode()),
    "a bundle": (bundle.parse, app("Orthanc", "1.12.4")),
    "sharing": (sharepoints.parse, points(xray={"smb_guest_access": 1}, b={}).encode()),
    "Time Machine": (
        timemachine.destinations,
        time_machine(destination("2026-11-22T03:00:00"), {"DestinationID": "6F3B"}),
    ),
    "tmutil": (timemachine.is_excluded, excluded(1)),
    "getfsstat": (statfs.parse, mac_mount("/") + mac_mount("/Volumes/NAS", local=False)),
    "plist, binary": (plist.parse, written({"a": [1, True, {"b": "c"}], "d": b"e"})),
    "plist, a time": (
        lambda data: plist.instant(plist.parse(data), "at"),
        written({"at": NOW.replace(tzinfo=None)}),
    ),
    "plist, XML": (plist.parse, written({"a": [1, True], "b": {"c": "d"}}, binary=False)),
    "system_profiler": (
        lambda data: profiler.parse(data, "SPFirewallDataType"),
        firewall("off").encode(),
    ),
    "system_profiler, one": (
        lambda data: profiler.text(profiler.only(data, "SPHardwareDataType"), "machine_model"),
        b'{"SPHardwareDataType": [{"machine_model": "Mac14,3"}]}',
    ),
    "modprobe.d": (
        lambda data: modprobe.parse({"a.conf": data}),
        b"install usb-storage /bin/false\nblacklist uas\n",
    ),
    "modules.dep": (modprobe.modules, b"kernel/a.ko.xz: kernel/b.ko.xz\n"),
    "mountinfo": (mountinfo.parse, MOUNTS),
    "nft": (nftables.blocks, CLOSED.encode()),
    "a release": (as_text(lambda text: releases.support("debian", text)), b"12.11"),
    "an edition": (
        as_text(lambda text: windowsreleases.support_ends(26200, text)),
        b"Professional",
    ),
    "type of a value": (as_text(registry.number_of), b"dword"),
    "nsswitch": (nsswitch.sources, b"passwd: files systemd sss\n"),
    "openssl.cnf": (
        opensslconf.minimum,
        b"openssl_conf = a\n[a]\nssl_conf = b\n[b]\nsystem_default = c\n[c]\nMinProtocol = TLSv1\n",
    ),
    "opensslcnf.config": (opensslconf.policy, b"TLS.MinProtocol = TLSv1.2\n"),
    "pam.d": (
        lambda data: pam.stack(lambda _: data, "login"),
        b"auth required pam_unix.so nullok\n-session optional pam_x.so\n",
    ),
    "pwquality.conf": (pam.settings, b"minlen = 14\n"),
    "profile": (shellidle.parse, b"readonly TMOUT=900; export TMOUT\n"),
    "sockets": (
        lambda data: sockets.parse(data, "tcp"),
        str(system()["/proc/1/net/tcp"]).encode(),
    ),
    "testparm": (samba.parse, SAMBA.encode()),
    "usershare": (samba.usershare, b"#VERSION 2\npath=/srv\nusershare_acl=S-1-1-0:R\nguest_ok=y\n"),
    "sshd_config": (sshd.has_match, b"PermitRootLogin no\nMatch User lee\n"),
    "sshd_config of Windows": (
        sshd.lets_passwords_in,
        b"PasswordAuthentication no\nMatch Group administrators\n  AllowTcpForwarding no\n",
    ),
    "sshd": (sshd.parse, SSHD_SAYS.encode()),
    "sudoers, more": (lambda data: sudoers.included([data]), b"@includedir /etc/sudoers.d\n"),
    "sudoers": (lambda data: sudoers.parse([data]), b"User_Alias A = b, c\nA ALL=(ALL) ALL\n"),
    "superblock, bare": (superblock.skeleton, b"XFSB" + bytes(5000)),
    "superblock": (superblock.recognise, b"XFSB" + bytes(5000)),
    "TLS alert": (tlsrecords.asks_for_certificate, b"\x15\3\3\0\2\2\x74"),
    "tlsrecords": (tlsrecords.version, b"\x16\3\3\0\6\2\0\0\2\3\3"),
    "association": (association.read, b"\3\0\0\0\0\4\0\1\1\1"),
    "probed": (
        probed.parse,
        probed.write({("::", 104): probed.Asked(NOW, probed.Answer("plain"))}),
    ),
    "swaps": (swaps.parse, (SWAP_TITLES + "/swapfile file 1000 0 -2\n").encode()),
    "systemctl": (systemdunits.parse, UNITS.encode()),
    "orthanc.json": (orthanc.storage, b'{"StorageDirectory": "/srv"} // here\n'),
    "os-release": (text.assignments, b'ID=debian\nVERSION_ID="12"\n'),
    "a line": (text.line, b"OP1\n"),
    "a number": (text.number, b"12\n"),
    "usbguard": (usbguard.storage, b"allow id 1d6b:0002 with-interface 09:00:00\n"),
    "usbguard-daemon.conf": (usbguard.blocks_by_default, b"ImplicitPolicyTarget=block\n"),
    "probe, failed": (document.failed, b'{"error": {"code": "timeout", "number": 0}}'),
    **{
        f"probe {name}": (
            lambda data, read=read: read(document.parse(data)),
            clinic.probes()[name].encode(),
        )
        for name, read in PROBED.items()
    },
    "a list of rights": (
        lambda data: sddl.everybody(data.decode(errors="replace"), folder=True),
        b'O:BAG:SYD:PAI(A;OICI;FA;;;WD)(XA;;0x1200a9;;;AU;(@User.Title=="x"))S:(AU;SA;FA;;;WD)',
    ),
    "zfs": (zfs.datasets, b"tank\tencryption\toff\n"),
    "zpool": (zfs.vdevs, b"tank\t1G\n\t/dev/sda\t1G\n"),
}


def readable(parse: Callable[[bytes], Any], data: bytes) -> bool:
    try:
        parse(data)
    except ParseError:
        return False
    return True


@pytest.mark.parametrize("name", PARSERS)
def test_what_it_knows_is_read(name) -> None:
    parse, known = PARSERS[name]
    assert readable(parse, known)


@pytest.mark.parametrize("name", PARSERS)
@given(data=st.binary(max_size=400))
def test_any_bytes_give_a_value_or_a_parse_error(name, data) -> None:
    readable(PARSERS[name][0], data)


@st.composite
def bent(draw: st.DrawFn, known: bytes) -> bytes:
    """What it knows: flipped, cut, spliced, repeated."""
    data = bytearray(known)
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, max(len(data) - 1, 0)))
        match draw(st.sampled_from(["flip", "cut", "splice", "repeat"])):
            case "flip" if data:
                data[at] ^= 1 << draw(st.integers(0, 7))
            case "cut":
                del data[at:]
            case "splice":
                data[at:at] = draw(st.binary(max_size=20))
            case "repeat":
                data += data[at : at + 200]
    return bytes(data)


@pytest.mark.parametrize("name", PARSERS)
@given(data=st.data())
def test_bent_bytes_give_a_value_or_a_parse_error(name, data) -> None:
    parse, known = PARSERS[name]
    readable(parse, data.draw(bent(known)))


CUT_IS_SEEN = ("passwd", "shadow", "group", "apt-get", "dmsetup", "gvdb", "luks2", "mountinfo")


@pytest.mark.parametrize("name", CUT_IS_SEEN)
def test_what_is_cut_anywhere_inside_a_line_is_seen_to_be(name) -> None:
    parse, known = PARSERS[name]
    ends = {at for at, byte in enumerate(known, 1) if byte == ord("\n")}
    for at in range(1, len(known), 1 + len(known) // 300):
        if at not in ends:
            assert not readable(parse, known[:at])


@pytest.mark.parametrize(
    "name", ["passwd", "shadow", "group", "apt-config", "apt-get", "mountinfo", "swaps", "dmsetup"]
)
def test_nothing_at_all_is_no_answer(name) -> None:
    parse, _ = PARSERS[name]
    if name == "dmsetup":
        assert parse(b"No devices found\n") == {}
    else:
        assert not readable(parse, b"")


@pytest.mark.parametrize(
    "odd",
    [
        b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b 'c'>]><plist><dict/></plist>",
        b"<plist><dict>" + b"<key>a</key><array>" * 40 + b"</array>" * 40 + b"</dict></plist>",
        b"<plist><dict><key>a</key><date>gestern</date></dict></plist>",
        b"<plist><array/></plist>",
        # a list that holds itself: one object, an array of the object 0
        b"bplist00\xa1\x00\x08" + bytes(6) + bytes([1, 1]) + (1).to_bytes(8, "big") + bytes(8)
        + (10).to_bytes(8, "big"),
    ],
)  # fmt: skip
def test_a_property_list_that_would_lead_astray_is_refused(odd) -> None:
    assert not readable(plist.parse, odd)


FOUND = {
    # Python turns no more than 4,300 digits into a number
    "sockets": f"{TITLES}\n{socket('0100007F', 22, 7001)}".encode().replace(b"7001", b"7" * 4_400),
    "swaps": f"{SWAP_TITLES}/swapfile file {'9' * 4_454} 0 -2\n".encode(),
    "apt-get": b"9" * 4_400 + b" upgraded, 0 newly installed, 0 to remove and 0 not upgraded.\n",
}
"""What `make fuzz` has found, by the row that took it badly."""


@pytest.mark.parametrize("name", FOUND)
def test_what_was_found_stays_found(name) -> None:
    assert not readable(PARSERS[name][0], FOUND[name])


def entrances() -> dict[CodeType, str]:
    """Each public function of agent/readers that reads bytes or text of a machine."""
    found = {}
    for path in sorted(READERS.rglob("*.py")):
        module = import_module(".".join(path.relative_to(READERS.parents[1]).with_suffix("").parts))
        for name, value in vars(module).items():
            own = isfunction(value) and value.__module__ == module.__name__
            if own and name != "write" and not name.startswith("_") and is_given_text(value):
                found[value.__code__] = f"{module.__name__}.{name}"
    return found


def is_given_text(function: Callable[..., Any]) -> bool:
    given = [str(one.annotation) for one in signature(function).parameters.values()]
    return any("bytes" in one or "str" in one for one in given if "Callable" not in one)


def entered(parse: Callable[[bytes], Any], known: bytes) -> set[CodeType]:
    """All code that a parser runs through on what it knows."""
    codes: set[CodeType] = set()
    before = sys.getprofile()
    sys.setprofile(lambda frame, _event, _arg: codes.add(frame.f_code))
    try:
        readable(parse, known)
    finally:
        sys.setprofile(before)
    return codes


def test_every_way_into_a_reader_is_tried() -> None:
    tried = set().union(*(entered(parse, known) for parse, known in PARSERS.values()))
    assert sorted(name for code, name in entrances().items() if code not in tried) == []


def test_every_row_is_fuzzed() -> None:
    from benchmarks.fuzzed.index import TARGETS

    assert TARGETS.keys() >= PARSERS.keys() | {"sections", "visit", "recordings", "dicom"}
