"""Start the guest in an emulator, and read what it said of each scene.

By software alone, so that it runs in a container and in another virtual machine too.
"""

import json
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rules.facts.base import Reading
from rules.facts.form import from_json
from tests.agent.guest.contents import contents
from tests.agent.guest.initramfs import archive
from tests.agent.guest.inside import SCENES, UNDER_THE_UNIT

Readings = dict[str, Reading]

_DEADLINE = 600.0
"""Seconds. It takes about a tenth of it on two cores."""

FIRMWARE = Path("/usr/share/OVMF")
_MIB = 1 << 20
_DISKS = {"vda": 320, "vdb": 320, "vdc": 64, "vdd": 32, "vde": 32}
"""MiB. The first two are mirrored, the others join in the scenes (tests/agent/guest/inside.py)."""

_MACHINE = (
    *("-nodefaults", "-no-reboot", "-display", "none"),
    *("-accel", "tcg", "-cpu", "max", "-m", "1536"),
    *("-append", "console=ttyS0 panic=-1 quiet"),
)


@dataclass(frozen=True, slots=True)
class Said:
    """What the collectors answer inside, by scene, and how an errand fared that ate memory."""

    scenes: dict[str, Readings]
    errand: dict[str, Any]


def boot(kernel: Path, folder: Path, needs: Callable[[str], str]) -> Said:
    """What was said inside; `folder` takes what the guest is made of."""
    (image,) = (kernel / "boot").glob("vmlinuz-*")
    with (folder / "initramfs").open("wb") as file:
        file.writelines(archive(contents(kernel, needs)))
    words = [needs("qemu-system-x86_64"), *_MACHINE, "-kernel", image]
    words += ["-initrd", folder / "initramfs", *_firmware(folder), *_serial(folder)]
    words += [*_disks(folder), *_stick(folder)]
    with _tpm(folder, needs("swtpm")) as tpm:
        try:
            subprocess.run([*words, *tpm], check=True, timeout=_DEADLINE, capture_output=True)
        except subprocess.TimeoutExpired:
            said = f"the guest does not come to an end:\n{_console(folder)}"
            raise AssertionError(said) from None
    # The firmware speaks to all serial ports before the guest does.
    report = (folder / "report").read_text(encoding="ascii")
    scenes = [json.loads(line[line.index("{") :]) for line in report.splitlines() if "{" in line]
    expected = [*(scene.__name__ for scene in SCENES), UNDER_THE_UNIT]
    if [scene["scene"] for scene in scenes] != expected:
        raise AssertionError(f"the guest ended before its last scene:\n{_console(folder)}")
    facts = {
        scene["scene"]: {name: from_json(fact) for name, fact in scene["facts"].items()}
        for scene in scenes
    }
    return Said(facts, scenes[-1]["errand"])


def _console(folder: Path) -> str:
    """The last that the guest said to a person."""
    return (folder / "console").read_text(encoding="utf-8", errors="replace")[-4000:]


def _firmware(folder: Path) -> list[str]:
    """UEFI, its variables as they leave the factory: Secure Boot is off and waits for its keys."""
    variables = shutil.copy(FIRMWARE / "OVMF_VARS_4M.fd", folder)
    words = ["-drive", f"if=pflash,format=raw,readonly=on,file={FIRMWARE / 'OVMF_CODE_4M.fd'}"]
    return [*words, "-drive", f"if=pflash,format=raw,file={variables}"]


@contextmanager
def _tpm(folder: Path, swtpm: str) -> Iterator[list[str]]:
    """A TPM 2.0, which lives as long as its socket is asked."""
    state, path = folder / "tpm", folder / "tpm.sock"
    state.mkdir()
    words = [swtpm, "socket", "--tpm2", "--tpmstate", f"dir={state}", "--terminate"]
    process = subprocess.Popen([*words, "--ctrl", f"type=unixio,path={path}"])
    try:
        while not path.exists() and process.poll() is None:
            time.sleep(0.05)
        words = ["-chardev", f"socket,id=tpm,path={path}", "-tpmdev", "emulator,id=tpm,chardev=tpm"]
        yield [*words, "-device", "tpm-tis,tpmdev=tpm"]
    finally:
        process.terminate()
        process.wait()


def _serial(folder: Path) -> list[str]:
    return [word for name in ("console", "report") for word in ("-serial", f"file:{folder / name}")]


def _disks(folder: Path) -> list[str]:
    words = []
    for name, size in _DISKS.items():
        with (folder / name).open("wb") as file:
            file.truncate(size * _MIB)
        words += ["-drive", f"file={folder / name},format=raw,if=virtio"]
    return words


def _stick(folder: Path) -> list[str]:
    """A USB stick with a file system that anybody can read."""
    path = folder / "stick"
    with path.open("wb") as file:
        file.truncate(8 * _MIB)
    subprocess.run(["mke2fs", "-q", "-F", path], check=True)
    words = ["-device", "qemu-xhci", "-drive", f"file={path},format=raw,if=none,id=stick"]
    return [*words, "-device", "usb-storage,drive=stick,serial=4C530001"]
