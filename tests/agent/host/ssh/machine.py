"""Machines without an agent: a real sshd on loopback, shells that are asked without one, liars."""

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from agent.facts.base import About
from agent.facts.memory import Memory
from agent.host.ssh.rounds import Heard
from agent.paths import Home
from agent.settings import HostSetting, Settings

SSHD = shutil.which("sshd", path="/usr/sbin:/usr/bin") or ""
KEYGEN = shutil.which("ssh-keygen") or ""
needs_sshd = pytest.mark.skipif(not (SSHD and KEYGEN), reason="openssh-server is not installed")
TYPES = {"ed25519": "ssh-ed25519", "ecdsa": "ecdsa-sha2-nistp256", "rsa": "ssh-rsa"}


def about(home: Path) -> About:
    """No settings, no memory."""
    return About(Settings(), Home.at(home), Memory.none(), datetime.now(UTC))


@dataclass(slots=True)
class Shell:
    """A shell on this machine, asked as if it were another one; counts what it was sent."""

    words: tuple[str, ...] = ("sh", "-s")
    user: int | None = None
    sent: int = 0

    def ask(self, script: str) -> Heard:
        self.sent += 1
        done = subprocess.run(
            self.words, input=script.encode(), capture_output=True, user=self.user, check=False
        )
        return Heard(done.stdout)


def keygen(path: Path, kind: str = "ed25519") -> Path:
    subprocess.run([KEYGEN, "-q", "-t", kind, "-N", "", "-f", path], check=True)
    return path


def pin(public: Path) -> str:
    """What `ssh-keygen -lf` says, as a pin."""
    said = subprocess.run(
        [KEYGEN, "-lf", public], capture_output=True, text=True, check=True
    ).stdout.split()
    name = public.read_text().split()[0]
    return f"{name} {said[1]}"


@dataclass(frozen=True, slots=True)
class Server:
    """A running sshd, and how to get in."""

    port: int
    folder: Path
    process: "subprocess.Popen[bytes]"

    def reload(self) -> None:
        """Read configuration and keys anew, as SIGHUP makes sshd do."""
        self.process.send_signal(signal.SIGHUP)
        time.sleep(0.3)
        wait_for(self.port)

    def setting(self, **other: object) -> HostSetting:
        said: dict[str, object] = {
            "name": "nas",
            "address": "127.0.0.1",
            "port": self.port,
            "user": os.environ.get("USER") or "root",
            "key_file": self.folder / "visit",
            "pins": tuple(pin(one) for one in sorted(self.folder.glob("host_*.pub"))),
        }
        return HostSetting(**said | other)


@contextmanager
def sshd(folder: Path, *lines: str, kinds: tuple[str, ...] = ("ed25519",)) -> Iterator[Server]:
    """An OpenSSH server with host keys of its own, and the `lines` in its configuration."""
    if os.geteuid() == 0:
        Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
    keygen(folder / "visit")
    (folder / "authorized").write_text((folder / "visit.pub").read_text())
    keys = [f"HostKey {keygen(folder / f'host_{kind}', kind)}" for kind in kinds]
    port = free_port()
    said = (
        f"ListenAddress 127.0.0.1:{port}",
        *keys,
        f"AuthorizedKeysFile {folder / 'authorized'}",
        *("PidFile none", "UsePAM no", "StrictModes no", "PasswordAuthentication no"),
        *("KbdInteractiveAuthentication no", "PermitRootLogin prohibit-password"),
        *lines,
    )
    (folder / "sshd_config").write_text("\n".join(said) + "\n")
    process = subprocess.Popen(
        [SSHD, "-D", "-e", "-f", folder / "sshd_config"], stderr=subprocess.DEVNULL
    )
    try:
        wait_for(port)
        yield Server(port, folder, process)
    finally:
        process.terminate()
        process.wait()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return listening.getsockname()[1]


def wait_for(port: int) -> None:
    for _ in range(500):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.01)
        else:
            return
    pytest.fail("sshd did not start")
