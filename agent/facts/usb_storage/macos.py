"""What meets a USB disk that is plugged in? The answer for macOS.

macOS has no switch of its own: on a Mac that nobody manages, disks are open to all. What a manager
declares (`com.apple.configuration.diskmanagement.settings`, macOS 15 and newer) cannot be read
here yet, nor what an endpoint agent blocks, so a managed Mac is not known. `mount-controls` has had
no effect since macOS 11 and is not read; `allowUSBRestrictedMode` blocks no storage.
"""

from agent.facts.base import About, answers, part
from agent.host import mac
from agent.host.base import Host, HostError, output
from agent.host.programs import Program
from agent.readers import usbtree
from agent.readers.errors import ParseError
from agent.readers.usbtree import Disk
from rules.facts.base import Items, Maybe, Unknown, Why
from rules.facts.usb_storage import USB_STORAGE, Control, Device, UsbStorage


@answers(USB_STORAGE, on="macos", confidence="derived", pace="heavy")
def macos(host: Host, about: About) -> UsbStorage:
    """From the enrolment, and the disks that `system_profiler` shows."""
    control = part(lambda: _control(host))
    return UsbStorage(
        control=control,
        gaps=Items((), control.why if isinstance(control, Unknown) else None),
        layers=Items((), Why.NOT_COLLECTED),
        devices=_devices(host, about),
    )


def _control(host: Host) -> Control:
    if mac.managed(host):
        raise HostError(Why.NOT_COLLECTED, "what the manager declares is not read")
    return "open"


def _devices(host: Host, about: About) -> Items[Device]:
    try:
        said = output(host, Program.SYSTEM_PROFILER, "-json", "SPUSBDataType")
        disks = usbtree.disks(said)
    except HostError as error:
        return Items((), error.why)
    except ParseError:
        return Items((), Why.PARSE_ERROR)
    return Items(tuple(_device(disk, about) for disk in disks))


def _device(disk: Disk, about: About) -> Device:
    """Whether its volumes are encrypted is the matter of the fact `volumes`."""
    key = f"{disk.vendor}:{disk.product}:{disk.serial}"
    return Device(
        name=about.memory.number("usb", key),
        serial=_or_unknown(disk.serial),
        vendor_id=_or_unknown(disk.vendor),
        product_id=_or_unknown(disk.product),
        allowed=None,
        protection=Unknown(Why.NOT_COLLECTED),
        attached=True,
        first_seen=about.memory.since("usb_storage", key, "seen", about.now),
    )


def _or_unknown(said: str | None) -> Maybe[str]:
    return Unknown(Why.UNRECOGNISED) if said is None else said
