"""By which values would a Mac know that it was copied?

The board's `platform_UUID` (the IOPlatformUUID of the registry, as system_profiler(8) tells it);
the UUID of the APFS volume that holds the data of the running system, which updates keep and a new
installation does not; the serial of the disk below it. Written from documents and from what other
programs read, and not yet confirmed on a real Mac. A disk that is soldered to its board goes with
it: what Apple repairs so is a copy to us, and joins again.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from agent.host.base import Host, HostFault, output
from agent.host.programs import Program
from agent.identity.binding import Binding, known
from agent.readers import diskutil, profiler
from agent.readers.diskutil import Apfs
from agent.readers.errors import ParseError

_DATA = "/System/Volumes/Data"
_WHOLE = re.compile(r"(disk[0-9]+)(s[0-9]+)*")
_SECTIONS = ("SPNVMeDataType", "SPSerialATADataType")


def read(host: Host) -> Binding:
    """The three values, through the host."""
    data = _data(host)
    return Binding(
        board=_tried(lambda: _board(host)),
        install=known(data.uuid) if data else None,
        disk=_disk(host, data.stores) if data else None,
    )


def _board(host: Host) -> str:
    said = output(host, Program.SYSTEM_PROFILER, "-json", "SPHardwareDataType")
    return profiler.text(profiler.only(said, "SPHardwareDataType"), "platform_UUID")


def _data(host: Host) -> Apfs | None:
    """The volume on which the running system keeps what is not Apple's."""
    try:
        mounts = diskutil.layout(output(host, Program.DISKUTIL, "list", "-plist")).mounts
        volumes = diskutil.volumes(output(host, Program.DISKUTIL, "apfs", "list", "-plist"))
    except (HostFault, ParseError):
        return None
    return next((one for one in volumes if mounts.get(one.device) == _DATA), None)


def _disk(host: Host, stores: tuple[str, ...]) -> str | None:
    """The serial of the disk that the first of these partitions lies on."""
    whole = _WHOLE.fullmatch(stores[0]) if stores else None
    if whole is None:
        return None
    devices = (one for section in _SECTIONS for one in _devices(host, section))
    serial = next(
        (one.get("device_serial") for one in devices if one.get("bsd_name") == whole[1]), ""
    )
    return known(serial.strip()) if isinstance(serial, str) else None


def _devices(host: Host, section: str) -> Iterator[Mapping[str, Any]]:
    """The disks below each controller of a section."""
    try:
        controllers = profiler.parse(
            output(host, Program.SYSTEM_PROFILER, "-json", section), section
        )
    except (HostFault, ParseError):
        return
    for controller in controllers:
        below = controller.get("_items")
        devices = below if isinstance(below, list) else []
        yield from (one for one in devices if isinstance(one, dict))


def _tried(ask: Callable[[], str]) -> str | None:
    try:
        return known(ask())
    except (HostFault, ParseError):
        return None
