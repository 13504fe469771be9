"""What lies in the guest: this project, this machine's Python and tools, modules of its kernel.

Nothing of it is kept in the repository: programs and their libraries are those that are installed
on the machine that runs the tests, and the kernel is Debian's own package (tests/prepare.py).
"""

import re
import subprocess
import sys
import sysconfig
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import cryptography

from tests.agent.guest.initramfs import Link, Text
from tests.agent.guest.units import UNITS
from tests.prepare import UNPACKED

Entries = dict[str, Path | Text | Link]

HOUSE = Path(__file__).parents[3]
PROJECT = Path("/dentinel")
"""Where the project lies in the guest."""

_PROGRAMS = (
    *("busybox", "cryptsetup", "dmsetup", "lsattr", "lvm", "mdadm", "mke2fs", "modprobe", "nft"),
    *("auditctl", "auditd", "dbus-daemon", "systemctl", "systemd", "timedatectl"),
)
_STARTED_BY_SYSTEMD = ("systemd-executor", "systemd-timedated")
_MODULES = (
    *("virtio_pci", "virtio_blk", "ext4", "dm_mod", "dm_crypt", "raid1", "crc32c_generic"),
    *("aesni_intel", "aes_generic", "xts", "ecb", "essiv", "crypto_null", "sha256_generic"),
    *("algif_skcipher", "algif_hash", "xhci_pci", "usb_storage", "uas", "sd_mod", "nf_tables"),
    "efivarfs",
)
_UNUSED = re.compile(
    r"/(test|tests|asyncio|distutils|ensurepip|idlelib|lib2to3|multiprocessing|pydoc_data|tkinter"
    r"|turtledemo|unittest|config-[^/]*|(dist|site)-packages)/|/_(tkinter|test)[^/]*$|\.opt-\d\.pyc$"
)
_AUDITD = """\
log_file = /var/log/audit/audit.log
max_log_file = 8
num_logs = 5
space_left = 2
admin_space_left = 1
"""
_TEXTS = {
    "/etc/passwd": "root:x:0:0::/root:/bin/sh\nmessagebus:x:100:100::/nonexistent:/bin/false\n",
    "/etc/group": "root:x:0:\nmessagebus:x:100:\ndentinel:x:990:\n",
    "/etc/machine-id": f"{'c11c' * 8}\n",
    "/etc/os-release": 'ID=debian\nVERSION_ID="12"\nNAME="Debian GNU/Linux"\n',
    "/etc/mke2fs.conf": "[fs_types]\next4 = {\nfeatures = has_journal,extent\n}\n",
    "/etc/audit/auditd.conf": _AUDITD,
    "/etc/lvm/lvm.conf": "activation { udev_sync=0 udev_rules=0 verify_udev_operations=1 }\n",
}


def contents(kernel: Path, needs: Callable[[str], str]) -> Entries:
    """All files of the guest; `kernel` is the unpacked package, `needs` finds a program."""
    programs = [*(_sought(name, needs) for name in _PROGRAMS), *_helpers()]
    python = {str(path): path.resolve() for path in _python()}
    project = {str(PROJECT / name): path for name, path in _project()}
    modules = _modules(kernel, needs("modprobe"))
    files = (*python.values(), *project.values())
    linked = [*programs, *(str(path) for path in files if _is_linked(path))]
    return {
        **{f"/{name}": Link(f"usr/{name}") for name in ("bin", "sbin", "lib", "lib64")},
        **{name: Text(text) for name, text in _TEXTS.items()},
        "/init": HOUSE / "tests/agent/guest/init",
        **{f"/usr/bin/{name}": Link("busybox") for name in ("sh", "false")},
        **UNITS,
        **{str(path): path for path in Path("/usr/share/dbus-1").rglob("*") if path.is_file()},
        "/usr/bin/python3": Link(str(Path(sys.executable).resolve())),
        **{_merged(name): Path(name).resolve() for name in (*programs, *_libraries(linked))},
        **{f"/usr/{path.relative_to(kernel)}": path for path in modules},
        **python,
        **project,
    }


def _sought(name: str, needs: Callable[[str], str]) -> str:
    """A program that is installed here, or lies unpacked."""
    unpacked = [str(path) for path in UNPACKED.glob(f"usr/*bin/{name}")]
    return unpacked[0] if unpacked else needs(name)


def _merged(name: str) -> str:
    """Where a file lies on a system that keeps its programs and libraries under /usr."""
    name = name.removeprefix(str(UNPACKED))
    return f"/usr{name}" if name.startswith(("/bin/", "/sbin/", "/lib/", "/lib64/")) else name


def _helpers() -> list[str]:
    """What systemd starts by itself, as far as this version has it."""
    paths = (Path("/usr/lib/systemd") / name for name in _STARTED_BY_SYSTEMD)
    return [str(path) for path in paths if path.exists()]


def _is_linked(path: Path) -> bool:
    return path.suffix == ".so" or path == Path(sys.executable).resolve()


def _libraries(programs: Iterable[str]) -> set[str]:
    """The shared libraries that they are linked with, by the names under which they are sought."""
    environment = {"LD_LIBRARY_PATH": ":".join(map(str, UNPACKED.glob("usr/lib/*-linux-gnu")))}
    words = ["/usr/bin/ldd", *programs]
    said = subprocess.run(
        words, env=environment, capture_output=True, text=True, check=False
    ).stdout
    return set(re.findall(r"(/\S+) \(0x", said))


def _python() -> Iterator[Path]:
    """The interpreter and its own library, without its tests and its other toys."""
    yield Path(sys.executable).resolve()
    library = Path(sysconfig.get_path("stdlib"))
    for path in library.rglob("*"):
        if path.is_file() and not _UNUSED.search(str(path)):
            yield path


def _project() -> Iterator[tuple[str, Path]]:
    """What the collectors import, and what sets the scene."""
    parts = [
        *(HOUSE / room for room in ("agent", "evidence", "rules")),
        HOUSE / "tests/agent/guest",
    ]
    for part in parts:
        for path in part.rglob("*"):
            if path.is_file():
                yield str(path.relative_to(HOUSE)), path
    packages = Path(cryptography.__file__).parents[1]
    for path in (*packages.glob("cryptography/**/*"), *packages.glob("_cffi_backend*")):
        if path.is_file():
            yield str(path.relative_to(packages)), path


def _modules(kernel: Path, modprobe: str) -> Iterator[Path]:
    """The modules that the guest loads, what they stand on, and the indexes of all."""
    (folder,) = (kernel / "lib/modules").iterdir()
    yield from folder.glob("modules.*")
    words = [modprobe, "-d", kernel, "-S", folder.name, "-C", "/dev/null", "-a", "--show-depends"]
    said = subprocess.run([*words, *_MODULES], capture_output=True, text=True, check=True).stdout
    yield from {Path(path) for path in re.findall(r"^insmod (\S+)", said, re.MULTILINE)}
