"""Is what the tests drive on this machine? As root on a system with apt, install what is missing.

Never fails the run: a test whose tool is missing skips with a reason, or fails when
DENTINEL_REQUIRE names it (continuous integration does).
"""

import os
import shutil
import subprocess
import sys
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
    "gcc-mingw-w64-x86-64": "/usr/bin/x86_64-w64-mingw32-gcc",
}


def main() -> int:
    """Install what is missing, one apt run; say what could not be had."""
    missing = [package for package, program in WANTED.items() if not Path(program).exists()]
    if not missing:
        return 0
    if not (sys.platform == "linux" and os.geteuid() == 0 and shutil.which("apt-get")):
        print(f"not on this machine, so some tests will skip: {', '.join(missing)}")
        return 0
    print(f"installing for the tests: {', '.join(missing)}")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    apt = ["apt-get", "-qq", "-o", "DPkg::Lock::Timeout=120"]
    for command in (["update"], ["install", "-y", "--no-install-recommends", *missing]):
        done = subprocess.run(
            [*apt, *command], env=environment, capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            print(f"apt-get {command[0]} did not work: {done.stderr.strip()[-300:]}")
            return 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
