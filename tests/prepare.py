"""Is what the tests drive on this machine? As root on a system with apt, install what is missing.

Debian's kernel and the servers are fetched and unpacked, never installed: a test starts the one in
an emulator, the others in namespaces of their own.

Never fails the run: a test whose tool is missing skips with a reason, or fails when
DENTINEL_REQUIRE names it (continuous integration does).
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from tests import windows_python

# Debian package -> a program of it that shows it is there
WANTED = {
    "chromium": "/usr/lib/chromium/chromium",
    "openssl": "/usr/bin/openssl",
    "kmod": "/usr/sbin/modprobe",
    "cryptsetup-bin": "/usr/sbin/cryptsetup",
    "dmsetup": "/usr/sbin/dmsetup",
    "qpdf": "/usr/bin/qpdf",
    "dconf-cli": "/usr/bin/dconf",
    "nftables": "/usr/sbin/nft",
    "openssh-server": "/usr/sbin/sshd",
    "samba-common-bin": "/usr/bin/testparm",
    "iptables": "/usr/sbin/iptables-nft",
    "wine": "/usr/bin/wine",
    "wixl": "/usr/bin/wixl",
    "msitools": "/usr/bin/msibuild",
    "p7zip-full": "/usr/bin/7z",
    "zip": "/usr/bin/zip",
    "gnupg": "/usr/bin/gpg",
    "age": "/usr/bin/age",
    "rclone": "/usr/bin/rclone",
    "restic": "/usr/bin/restic",
    "gocryptfs": "/usr/bin/gocryptfs",
    "zstd": "/usr/bin/zstd",
    "lz4": "/usr/bin/lz4",
    "genisoimage": "/usr/bin/genisoimage",
    "qemu-utils": "/usr/bin/qemu-img",
    "gcc-mingw-w64-x86-64": "/usr/bin/x86_64-w64-mingw32-gcc",
    "systemd": "/usr/bin/systemctl",
    "dbus": "/usr/bin/dbus-daemon",
    "qemu-system-x86": "/usr/bin/qemu-system-x86_64",
    "busybox-static": "/usr/bin/busybox",
    "lvm2": "/usr/sbin/lvm",
    "mdadm": "/usr/sbin/mdadm",
    "ovmf": "/usr/share/OVMF/OVMF_CODE_4M.fd",
    "swtpm": "/usr/bin/swtpm",
    "ufw": "/usr/sbin/ufw",
    "borgbackup": "/usr/bin/borg",
    "debootstrap": "/usr/sbin/debootstrap",
    "podman": "/usr/bin/podman",
    "runc": "/usr/sbin/runc",
    "docker-compose": "/usr/bin/docker-compose",
    "python3-apt": "/usr/lib/python3/dist-packages/apt/__init__.py",
}

SERVERS = ("auditd", "chrony", "clamav", "clamav-daemon", "clamdscan", "samba")
"""They are run by tests, and would start by themselves if they were installed."""

_CACHE = Path.home() / ".cache" / "dentinel"
KERNEL = _CACHE / "debian-kernel"
"""Debian's kernel package, unpacked: boot/vmlinuz-*, lib/modules/*."""

UNPACKED = _CACHE / "servers"
"""What of the servers, and of the libraries that they need, is not installed here."""

SYSTEM = _CACHE / "debian-system"
"""A Debian as debootstrap makes it, that knows of security updates and has taken none."""

_APT = ("apt-get", "-qq", "-o", "DPkg::Lock::Timeout=120")


def main() -> int:
    """Install what is missing, one apt run, and unpack the rest; say what could not be had."""
    missing = [package for package, program in WANTED.items() if not Path(program).exists()]
    unpacked = {
        KERNEL: _kernel,
        UNPACKED: _servers,
        SYSTEM: _system,
        windows_python.KEPT: windows_python.lay,
    }
    absent = {at: unpack for at, unpack in unpacked.items() if not at.exists()}
    names = [*missing, *(at.name for at in absent)]
    if not names:
        return 0
    if not (sys.platform == "linux" and os.geteuid() == 0 and shutil.which("apt-get")):
        print(f"not on this machine, so some tests will skip: {', '.join(names)}")
        return 0
    print(f"fetching for the tests: {', '.join(names)}")
    try:
        _run(*_APT, "update")
        if missing:
            _run(*_APT, "install", "-y", "--no-install-recommends", *missing)
        for at, unpack in absent.items():
            _make(at, unpack)
    except (subprocess.CalledProcessError, OSError, ValueError) as error:
        said = getattr(error, "stderr", None) or str(error)
        print(f"could not prepare all of it: {said.strip()[-300:]}")
    return 0


def _make(at: Path, unpack: Callable[[Path, Path], None]) -> None:
    """A folder that is there whole or not at all."""
    at.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=at.parent) as name:
        archives, root = Path(name) / "archives", Path(name) / "root"
        (archives / "partial").mkdir(parents=True)
        root.mkdir()
        unpack(archives, root)
        root.rename(at)


def _kernel(archives: Path, root: Path) -> None:
    """The kernel on which Debian's package without a version depends today."""
    said = _run("apt-cache", "depends", "--important", "linux-image-amd64")
    package = said.partition("Depends: ")[2].split()[0]
    _run("apt-get", "-qq", "download", package, at=archives)
    (archive,) = archives.glob("*.deb")
    _run("dpkg-deb", "--extract", archive, root)
    (modules,) = (root / "lib/modules").iterdir()
    _run("depmod", "--basedir", root, modules.name)


def _servers(archives: Path, root: Path) -> None:
    """What apt would install for them; their folders lie under /usr, as Debian has them now."""
    for name in ("bin", "lib", "lib64", "sbin"):
        (root / "usr" / name).mkdir(parents=True)
        (root / name).symlink_to(f"usr/{name}")
    only = ("--download-only", "--no-install-recommends", "-o", f"Dir::Cache::archives={archives}")
    _run(*_APT, "install", "-y", *only, *SERVERS)
    for archive in archives.glob("*.deb"):
        _run("dpkg-deb", "--extract", archive, root)


def _system(_archives: Path, root: Path) -> None:
    """From where this machine has its own packages; the lists are fetched from within."""
    said = _run("apt-get", "indextargets", "--format", "$(SITE) $(RELEASE)", "Component: main")
    sites = {release: site for site, release in (line.split() for line in said.splitlines())}
    (security,) = (name for name in sites if name.endswith("-security"))
    release = security.removesuffix("-security")
    _run("debootstrap", "--variant=minbase", release, root, sites[release])
    sources = "".join(f"deb {sites[name]} {name} main\n" for name in (release, security))
    (root / "etc/apt/sources.list").write_text(sources, encoding="ascii")
    _run("chroot", root, "apt-get", "-qq", "update")


def _run(*words: str | Path, at: Path | None = None) -> str:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C"}
    done = subprocess.run(
        words, env=environment, cwd=at, capture_output=True, text=True, check=True
    )
    return done.stdout


if __name__ == "__main__":
    sys.exit(main())
