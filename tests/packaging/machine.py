"""A Debian of its own, booted with systemd in a container, on which packages are tried.

It is debootstrapped once and kept beside the other things that tests fetch; each run has a copy in
memory over it, a network of its own without a way out, and ends with its processes.
"""

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.conftest import missing

BASE = Path.home() / ".cache" / "dentinel" / "debian-booted"
_HOLDS = "systemd,systemd-sysv,dbus,python3.11,procps,iproute2,kmod,passwd,man-db"
_PATIENCE = 90.0


@dataclass(frozen=True, slots=True)
class Machine:
    """A booted system: its folder, and the process that is its first."""

    root: Path
    leader: int

    def run(self, script: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run a script of sh as root on it."""
        words = ["nsenter", "--target", str(self.leader), "--mount", "--uts", "--ipc", "--net"]
        words += ["--pid", "--cgroup", "--root", "--wd=/", "/usr/bin/env", "-i"]
        words += ["PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C.UTF-8", "HOME=/root"]
        words += [f"{name}={value}" for name, value in environment.items()]
        return subprocess.run(
            [*words, "sh", "-c", script], capture_output=True, text=True, check=False, timeout=300
        )

    def says(self, script: str, **environment: str) -> str:
        """What the script prints; it must succeed."""
        done = self.run(script, **environment)
        assert done.returncode == 0, f"{script}\n{done.stdout}\n{done.stderr}"
        return done.stdout.strip()

    def takes(self, folder: Path, at: str) -> None:
        """The packages of a folder come to lie in one of its own."""
        for path in folder.rglob("*"):
            if path.suffix in (".deb", ".rpm"):
                inside = f"{at}/{path.relative_to(folder)}"
                self.says(f"mkdir -p {Path(inside).parent}")
                words = ["nsenter", "--target", str(self.leader), "--mount", "--root"]
                with path.open("rb") as file:
                    subprocess.run([*words, "sh", "-c", f"cat > {inside}"], stdin=file, check=True)

    def lays(self, folder: Path, at: str) -> None:
        """All that lies in a folder comes to lie in one of its own."""
        words = ["nsenter", "--target", str(self.leader), "--mount", "--root"]
        with subprocess.Popen(["tar", "-C", folder, "-c", "."], stdout=subprocess.PIPE) as packed:
            subprocess.run([*words, "tar", "-C", at, "-x"], stdin=packed.stdout, check=True)

    def comes(self, script: str, patience: float = _PATIENCE) -> None:
        """Wait until the script succeeds."""
        until = time.monotonic() + patience
        while (done := self.run(script)).returncode != 0:
            if time.monotonic() > until:
                said = self.run("systemctl --failed; journalctl -b --no-pager -n 60").stdout
                raise AssertionError(
                    f"it never came to be: {script}\n{done.stdout}{done.stderr}\n{said}"
                )
            time.sleep(0.5)


@contextmanager
def booted(at: Path) -> Iterator[Machine]:
    """Boot a fresh copy below `at`; skips where that cannot be done."""
    if os.geteuid() != 0 or not shutil.which("systemd-nspawn"):
        missing("nobody can boot a container here: it takes root and systemd-nspawn", "packages")
    with laid(at) as root:
        yield from _booted(root, at)


def _booted(root: Path, at: Path) -> Iterator[Machine]:
    console = (at / "console").open("wb")
    # Times of files and lists of packages are not to be told from a machine by its container.
    words = ["systemd-nspawn", "--quiet", "--register=no", "--keep-unit", "--private-network"]
    words += ["--resolv-conf=off", "--timezone=off", "--machine=op1", "--boot"]
    spawned = subprocess.Popen(
        [*words, f"--directory={root}"], stdin=subprocess.DEVNULL, stdout=console, stderr=console
    )
    try:
        machine = Machine(root, _leader(spawned, at))
        machine.comes("systemctl is-system-running | grep -E '^(running|degraded)$'")
        yield machine
    finally:
        spawned.terminate()
        try:
            spawned.wait(20)
        except subprocess.TimeoutExpired:
            spawned.kill()
            spawned.wait()
        console.close()


@contextmanager
def laid(at: Path) -> Iterator[Path]:
    """The folder of a fresh copy that nobody boots: the kept system, what is written in memory."""
    if os.geteuid() != 0:
        missing("only root can lay a system in memory over another", "packages")
    root = _fresh(at)
    try:
        yield root
    finally:
        subprocess.run(["umount", "--lazy", root], check=False)


def _fresh(at: Path) -> Path:
    base = kept()
    root, over = at / "root", at / "over"
    root.mkdir()
    over.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "tmpfs", over], check=True)
    for name in ("upper", "work"):
        (over / name).mkdir()
    (over / "upper/etc").mkdir()
    (over / "upper/etc/hosts").write_text("127.0.0.1 localhost op1\n::1 localhost\n")
    (over / "upper/etc/hostname").write_text("op1\n")
    layers = f"lowerdir={base},upperdir={over}/upper,workdir={over}/work"
    subprocess.run(["mount", "-t", "overlay", "overlay", "-o", layers, root], check=True)
    subprocess.run(["umount", "--lazy", over], check=True)
    return root


def kept() -> Path:
    """The system itself, not to be written to; made where it is not there yet."""
    if not BASE.exists():
        _bootstrap()
    return BASE


def _bootstrap() -> None:
    """From where this machine has its own packages."""
    said = subprocess.run(
        ["apt-get", "indextargets", "--format", "$(SITE) $(RELEASE)", "Component: main"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    sites = {release: site for site, release in (line.split() for line in said.splitlines())}
    release = min(sites, key=len)
    if not shutil.which("debootstrap"):
        missing("debootstrap is not on this machine", "packages")
    made = BASE.with_name(f"{BASE.name}.new")
    shutil.rmtree(made, ignore_errors=True)
    words = ["debootstrap", "--variant=minbase", f"--include={_HOLDS}", release, made]
    subprocess.run([*words, sites[release]], check=True, capture_output=True)
    made.rename(BASE)


def _leader(spawned: subprocess.Popen[bytes], at: Path) -> int:
    """The process outside that is number one inside."""
    until = time.monotonic() + _PATIENCE
    children = Path(f"/proc/{spawned.pid}/task/{spawned.pid}/children")
    while time.monotonic() < until and spawned.poll() is None:
        for child in children.read_text().split():
            if Path(f"/proc/{child}/comm").read_text().strip() == "systemd":
                return int(child)
        time.sleep(0.2)
    pytest.skip(f"no container boots here: {(at / 'console').read_text(errors='replace')[-500:]}")
