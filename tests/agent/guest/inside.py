"""What the guest does once it runs: its owner makes mistakes, and after each the agent is asked.

A service of systemd. What the collectors answer goes, as one line of JSON for each scene, to the
second serial port; what goes wrong goes to the console, and the guest ends.
"""

import ctypes
import json
import struct
import subprocess
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from agent.facts.base import About
from agent.facts.gather import gather
from agent.facts.memory import Memory
from agent.host.local import LocalHost
from agent.paths import Home
from agent.settings import Settings
from rules.facts.base import Reading, Why
from rules.facts.form import to_json

_REPORT = "/dev/ttyS1"
_AGENTS = Path("/var/lib/dentinel")
UNDER_THE_UNIT = "under_the_unit"
"""The name of what is asked last: nothing has changed, but who asks is bound."""
_KEY = ("--key-file", "/run/key")
_FAST = ("-q", "--type", "luks2", "--pbkdf", "pbkdf2", "--pbkdf-force-iterations", "1000")
_PATIENCE = 60.0
_TIMES = 5
_ADJ_STATUS, _ADJ_MAXERROR = 0x10, 0x04
"""Of adjtimex(2): what keeps a clock says so by a status without STA_UNSYNC and a small error."""

_MODPROBE = Path("/etc/modprobe.d/usb-storage.conf")
_BLOCKED = "install usb-storage /bin/false\ninstall uas /bin/false\n"
_CLOSED = (
    "add table inet f; add chain inet f in { type filter hook input priority 0; policy drop; }"
)


def tool(*words: str) -> str:
    """Run a program of the guest; its errors end the guest."""
    return subprocess.run(words, check=True, stdout=subprocess.PIPE, text=True).stdout


def plug_in() -> None:
    """As udev does it: each USB interface asks for its driver by its alias, blocks obeyed."""
    tool("modprobe", "-a", "xhci_pci", "sd_mod")
    _wait_for(lambda: list(Path("/sys/bus/usb/devices").glob("*:*/bInterfaceClass")))
    for alias in Path("/sys/bus/usb/devices").glob("*:*/modalias"):
        subprocess.run(["modprobe", "-b", alias.read_text().strip()], check=False)


def as_it_should_be() -> None:
    """All encrypted, the drivers of the stick in it blocked, its firewall closed, all recorded."""
    _MODPROBE.parent.mkdir()
    _MODPROBE.write_text(_BLOCKED)
    tool("nft", _CLOSED)
    Path("/var/log/audit").mkdir(parents=True)
    tool("auditd")
    tool("auditctl", "-w", "/etc/sudoers", "-p", "wa")
    tool("auditctl", "-a", "always,exit", "-F", "arch=b64", "-S", "adjtimex", "-k", "time")
    plug_in()


def one_driver_is_blacklisted() -> None:
    """The block of the drivers gives way to what is read of most often; nothing is plugged in."""
    _MODPROBE.write_text("blacklist usb-storage\n")


def a_disk_is_added() -> None:
    """The root grows onto a plain disk, the stick is plugged in anew, the firewall is gone.

    And a service that does not start by itself was started.
    """
    tool("lvm", "pvcreate", "-q", "/dev/vdc")
    tool("lvm", "vgextend", "-q", "clinic", "/dev/vdc")
    tool("lvm", "lvextend", "-q", "-l", "+100%FREE", "/dev/clinic/root", "/dev/vdc")
    tool("nft", "flush ruleset")
    tool("auditctl", "-D")
    tool("systemctl", "start", "telnet.service")
    plug_in()
    _wait_for(lambda: Path("/sys/class/block/sda").exists())


def a_week_later() -> None:
    """A disk under LUKS without a cipher, one under LUKS that is closed, a clock that is kept."""
    tool("cryptsetup", "luksFormat", *_FAST, "-c", "cipher_null-ecb", "/dev/vdd", _KEY[1])
    tool("cryptsetup", "open", *_KEY, "/dev/vdd", "null")
    tool("mke2fs", "-q", "/dev/mapper/null")
    Path("/srv").mkdir()
    tool("busybox", "mount", "/dev/mapper/null", "/srv")
    tool("cryptsetup", "luksFormat", *_FAST, "/dev/vde", _KEY[1])
    timex = struct.pack("<I4x4qi", _ADJ_STATUS | _ADJ_MAXERROR, 0, 0, 0, 0, 0).ljust(208, b"\0")
    assert ctypes.CDLL(None).adjtimex(ctypes.create_string_buffer(timex, 208)) >= 0


SCENES: tuple[Callable[[], None], ...] = (
    as_it_should_be,
    one_driver_is_blacklisted,
    a_disk_is_added,
    a_week_later,
)


def _wait_for(holds: Callable[[], object]) -> None:
    """What is plugged in is found in the kernel's own time."""
    until = time.monotonic() + _PATIENCE
    while not holds():
        if time.monotonic() > until:
            raise TimeoutError(f"the kernel has not found it within {_PATIENCE:g} s")
        time.sleep(0.1)


def ask() -> dict[str, object]:
    """All facts of the guest, by fact; what an emulator on a busy machine was late with, again."""
    about = About(Settings(), Home(Path("/nowhere")), Memory.none(), datetime.now(tz=UTC))
    readings = gather(LocalHost(), about)
    for _ in range(_TIMES):
        late = {name for name, reading in readings.items() if _is_late(reading)}
        again = gather(LocalHost(), about, late) if late else {}
        readings |= {name: again[name] for name in late}
    return {name: to_json(reading) for name, reading in readings.items()}


def _is_late(reading: Reading) -> bool:
    return any(reason.code is Why.TIMEOUT for reason in reading.reasons)


def main() -> None:
    """Play all scenes, and stop the guest."""
    with Path(_REPORT).open("w", encoding="ascii") as report:
        for scene in SCENES:
            scene()
            report.write(json.dumps({"scene": scene.__name__, "facts": ask()}) + "\n")
            report.flush()
        report.write(json.dumps(under_the_unit()) + "\n")


def under_the_unit() -> dict[str, object]:
    """What is found under the restrictions of the guard's unit, in the last scene."""
    (_AGENTS / "run").mkdir(parents=True)
    tool("systemctl", "start", "bound.service")
    found: dict[str, object] = json.loads((_AGENTS / "found.json").read_text())
    return {"scene": UNDER_THE_UNIT, **found}


if __name__ == "__main__":
    main()
