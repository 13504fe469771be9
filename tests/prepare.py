"""Is what the tests drive on this machine? As root on a system with apt, install what is missing.

Debian's kernel is fetched and unpacked, never installed: a test starts it in an emulator.

Never fails the run: a test whose tool is missing skips with a reason, or fails when
DENTINEL_REQUIRE names it (continuous integration does).
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

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
    "p7zip-full": "/usr/bin/7z",
    "zip": "/usr/bin/zip",
    "gnupg": "/usr/bin/gpg",
    "age": "/usr/bin/age",
    "rclone": "/usr/bin/rclone",
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
}

KERNEL = Path.home() / ".cache" / "dentinel" / "debian-kernel"
"""Debian's kernel package, unpacked: boot/vmlinuz-*, lib/modules/*."""

_APT = ("apt-get", "-qq", "-o", "DPkg::Lock::Timeout=120")


def main() -> int:
    """Install what is missing, one apt run, and unpack a kernel; say what could not be had."""
    missing = [package for package, program in WANTED.items() if not Path(program).exists()]
    if not missing and KERNEL.exists():
        return 0
    if not (sys.platform == "linux" and os.geteuid() == 0 and shutil.which("apt-get")):
        missing += [] if KERNEL.exists() else ["Debian's kernel"]
        print(f"not on this machine, so some tests will skip: {', '.join(missing)}")
        return 0
    try:
        _run(*_APT, "update")
        if missing:
            print(f"installing for the tests: {', '.join(missing)}")
            _run(*_APT, "install", "-y", "--no-install-recommends", *missing)
        if not KERNEL.exists():
            print("fetching Debian's kernel for the tests")
            _unpack_kernel()
    except (subprocess.CalledProcessError, OSError) as error:
        said = getattr(error, "stderr", None) or str(error)
        print(f"could not prepare all of it: {said.strip()[-300:]}")
    return 0


def _unpack_kernel() -> None:
    """The kernel on which Debian's package without a version depends today."""
    KERNEL.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=KERNEL.parent) as name:
        folder = Path(name)
        said = _run("apt-cache", "depends", "--important", "linux-image-amd64")
        package = said.partition("Depends: ")[2].split()[0]
        _run("apt-get", "-qq", "download", package, at=folder)
        (archive,) = folder.glob("*.deb")
        unpacked = folder / "unpacked"
        _run("dpkg-deb", "--extract", archive, unpacked)
        (modules,) = (unpacked / "lib/modules").iterdir()
        _run("depmod", "--basedir", unpacked, modules.name)
        unpacked.rename(KERNEL)


def _run(*words: str | Path, at: Path | None = None) -> str:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C"}
    done = subprocess.run(
        words, env=environment, cwd=at, capture_output=True, text=True, check=True
    )
    return done.stdout


if __name__ == "__main__":
    sys.exit(main())
