"""How is a machine reached, and which keys of its own may it show?

A pin is a key type and the SHA-256 fingerprint that `ssh-keygen -lf` prints, of one address and
port: `ssh-ed25519 SHA256:…`. Nothing is ever added to the pins by a program.
"""

import base64
import hashlib
import sys
from dataclasses import dataclass
from pathlib import Path

from agent.errors import UnknownHost
from agent.host.base import HostError
from agent.settings import HostSetting
from rules.facts.base import Why


@dataclass(frozen=True, slots=True)
class Shown:
    """The key that a machine showed."""

    type: str
    blob: bytes

    @property
    def pin(self) -> str:
        """As it is written in the settings."""
        digest = base64.b64encode(hashlib.sha256(self.blob).digest()).decode().rstrip("=")
        return f"{self.type} SHA256:{digest}"


def _unknown(setting: HostSetting, shown: Shown) -> UnknownHost:
    lines = (
        "[[host]]",
        f'name = "{setting.name}"',
        f'address = "{setting.address}"',
        f"port = {setting.port}",
        f'user = "{setting.user}"',
        'key_file = "/etc/dentinel/visit.key"  # mode 0600',
        f'pins = ["{shown.pin}"]',
    )
    return UnknownHost(
        f"{setting.address} port {setting.port} shows a key that nobody has pinned: {shown.pin}",
        "compare it with what ssh-keygen -lf prints at that machine itself; if it is the same, "
        "write into agent.toml:\n\n    " + "\n    ".join(lines) + "\n",
    )


def check(setting: HostSetting, shown: Shown) -> None:
    """UnknownHost without any pin; `untrusted_host` if the key shown is none of those pinned."""
    if not setting.pins:
        raise _unknown(setting, shown)
    if shown.pin not in setting.pins:
        raise HostError(
            Why.UNTRUSTED_HOST,
            f"{setting.address} port {setting.port} shows {shown.pin}, which is not pinned: "
            "somebody may stand between, or the machine was set up anew",
        )


def check_key_file(path: Path) -> None:
    """A private key that others can read is no secret: it must be mode 0600, or less."""
    try:
        mode = path.stat().st_mode
    except OSError as error:
        raise HostError(Why.ACCESS_DENIED, f"{path} cannot be read: {error.strerror}") from error
    if sys.platform != "win32" and mode & 0o077:
        raise HostError(Why.ACCESS_DENIED, f"{path} can be read by others: chmod 600 {path}")
