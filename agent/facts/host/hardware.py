r"""By which values of its hardware would this computer know that it was copied?

Linux: the board's UUID (SMBIOS, readable by root), the installation's machine-id (systemd), and
the serial of the disk that holds the system. Windows: the board's UUID as the system noted it at
its start (`HardwareConfig\LastConfig`) and the installation's MachineGuid; not yet confirmed on a
real one. macOS: agent.facts.host.hardware_mac. What cannot be read is None, which proves nothing.
"""

from collections.abc import Callable

from agent.facts.host import hardware_mac
from agent.host.base import Host, HostFault
from agent.host.registry import opened
from agent.identity.binding import Binding, known
from agent.readers.errors import ParseError
from rules.facts.host import Os

_SERIALS = ("serial", "device/serial", "wwid", "device/wwid")
_DEEPEST = 8
_BOARD = r"HKLM\SYSTEM\HardwareConfig", "LastConfig"
_INSTALL = r"HKLM\SOFTWARE\Microsoft\Cryptography", "MachineGuid"


def read(host: Host) -> Binding:
    """The three values, through the host."""
    collect = _SYSTEMS.get(host.os)
    return collect(host) if collect else Binding()


def _linux(host: Host) -> Binding:
    return Binding(
        board=_text(host, "/sys/class/dmi/id/product_uuid"),
        install=_text(host, "/etc/machine-id"),
        disk=_disk(host),
    )


def _windows(host: Host) -> Binding:
    return Binding(board=_value(host, *_BOARD), install=_value(host, *_INSTALL))


def _value(host: Host, key: str, name: str) -> str | None:
    try:
        said = opened(host, key).text(name)
    except (HostFault, ParseError):
        return None
    return known(said.strip("{} ") if said else "")


def _text(host: Host, path: str) -> str | None:
    try:
        said = host.read(path, 4096).decode("ascii").strip()
    except (HostFault, UnicodeDecodeError):
        return None
    return known(said)


def _disk(host: Host) -> str | None:
    device = _system_device(host)
    folder = device and _whole_disk(host, f"/sys/dev/block/{device}")
    serials = (_text(host, f"{folder}/{name}") for name in _SERIALS if folder)
    return next((serial for serial in serials if serial), None)


def _system_device(host: Host) -> str | None:
    """Major and minor number of what is mounted at `/` (proc(5), mountinfo)."""
    try:
        lines = host.read("/proc/self/mountinfo").decode("utf-8", "replace").splitlines()
    except HostFault:
        return None
    mounts = (line.split(" ") for line in lines)
    at_root = [fields[2] for fields in mounts if len(fields) > 4 and fields[4] == "/"]
    return at_root[-1] if at_root else None


def _whole_disk(host: Host, folder: str) -> str:
    """Down through LUKS and LVM, up from a partition: the disk that they lie on."""
    for _ in range(_DEEPEST):
        below = _names(host, f"{folder}/slaves")
        if not below:
            break
        folder = f"{folder}/slaves/{below[0]}"
    return f"{folder}/.." if "partition" in _names(host, folder) else folder


def _names(host: Host, folder: str) -> list[str]:
    try:
        return sorted(entry.name for entry in host.list(folder))
    except HostFault:
        return []


_SYSTEMS: dict[Os, Callable[[Host], Binding]] = {
    "linux": _linux,
    "windows": _windows,
    "macos": hardware_mac.read,
}
