"""What meets a USB disk that is plugged in? The answer for Linux.

Two drivers serve USB disks, usb-storage and uas: blocking one leaves a gap. A driver that is
loaded already, or built into the kernel, is stopped by no configuration.

- Only devices of interface class 08 are looked at: sensors, scanners and dongles are no storage.
- Signs that are no proof (udev rules, desktop settings) change nothing here.
"""

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass

from agent.facts.base import About, answers, part
from agent.host.base import Absent, Host, HostError, is_there, list_if_there, read_if_there
from agent.readers import modprobe, text, usbguard
from agent.readers.errors import ParseError
from agent.readers.usbguard import Lets
from agent.storage.survey import survey
from rules.facts.base import Items, Maybe, Unknown, Why
from rules.facts.usb_storage import (
    USB_STORAGE,
    Control,
    Device,
    Gap,
    Layer,
    UsbStorage,
)
from rules.facts.volumes import Protection

_DRIVERS = ("usb_storage", "uas")
_USB = "/sys/bus/usb/devices"
_MTP = ("/usr/libexec/gvfsd-mtp", "/usr/lib/gvfs/gvfsd-mtp")
_GUARD = "/etc/usbguard/usbguard-daemon.conf"
_GUARD_GROUPS = (
    "/sys/fs/cgroup/system.slice/usbguard.service/cgroup.procs",
    "/sys/fs/cgroup/systemd/system.slice/usbguard.service/cgroup.procs",
)


@answers(USB_STORAGE, on="linux", confidence="derived")
def linux(host: Host, about: About) -> UsbStorage:
    """From the kernel's drivers, modprobe's configuration and USBGuard."""
    driver = part(lambda: _driver(host))
    guard = part(lambda: _guard(host))
    phone = part(lambda: any(is_there(host, path) for path in _MTP))
    return UsbStorage(
        control=_control(driver, guard),
        gaps=_gaps(driver, guard, phone),
        layers=Items((_driver_layer(driver), *_guard_layer(guard))),
        devices=_devices(host, about),
    )


@dataclass(frozen=True, slots=True)
class _Driver:
    """Which drivers can still come to a disk that is plugged in, and what gets round the block."""

    stick: bool
    uas: bool
    gaps: tuple[Gap, ...] = ()


def _driver(host: Host) -> _Driver:
    loaded = {entry.name for entry in host.list("/sys/module")}
    if loaded & set(_DRIVERS):
        return _Driver(stick=True, uas=True, gaps=(_why_loaded(host),))
    builtin, there = _known(host)
    if builtin & set(_DRIVERS):
        return _Driver(stick=True, uas=True, gaps=("built_in",))
    blocks = modprobe.parse(_files(host), host.read("/proc/cmdline"))
    by_alias = {name: name not in there or blocks.by_alias(name) for name in _DRIVERS}
    stick_by_name = "usb_storage" not in there or blocks.by_name("usb_storage")
    # The aliases of uas match any disk, and usb-storage is loaded first, as what uas is built on:
    # only a blacklist of uas stops that, its `install` line comes too late.
    uas_is_sought = "uas" in there and "uas" not in blocks.blacklist
    stick = not (stick_by_name or (by_alias["usb_storage"] and not uas_is_sought))
    uas = not by_alias["uas"]
    gaps: list[Gap] = ["uas"] if uas and not stick else []
    gaps += ["explicit_load"] if not stick_by_name else []
    return _Driver(stick, uas, tuple(gaps) if not stick else ())


def _why_loaded(host: Host) -> Gap:
    """A module that can be unloaded counts its users; a built-in one has no such file."""
    modules = [name for name in _DRIVERS if is_there(host, f"/sys/module/{name}")]
    loose = any(is_there(host, f"/sys/module/{name}/refcnt") for name in modules)
    return "already_loaded" if loose else "built_in"


def _known(host: Host) -> tuple[frozenset[str], frozenset[str]]:
    """Modules that are built in, and modules that can be loaded; none of a kernel from outside."""
    release = text.line(host.read("/proc/sys/kernel/osrelease"))
    folder = f"/lib/modules/{release}"
    try:
        builtin = modprobe.modules(host.read(f"{folder}/modules.builtin"))
        listed = modprobe.modules(host.read(f"{folder}/modules.dep", 16 << 20))
    except Absent as error:
        raise HostError(Why.CONTAINER, "the modules of this kernel are not here") from error
    if not builtin:
        raise ParseError("a kernel without built-in modules")
    files = {entry.name for entry in list_if_there(host, f"{folder}/kernel/drivers/usb/storage")}
    return builtin, listed | {modprobe.plain(name.partition(".")[0]) for name in files}


def _files(host: Host) -> dict[str, bytes]:
    """The files of modprobe by name; the first folder that has a name wins."""
    files: dict[str, bytes] = {}
    for folder in modprobe.FOLDERS:
        for entry in list_if_there(host, folder):
            if entry.name.endswith(".conf") and entry.name not in files:
                files[entry.name] = host.read(f"{folder}/{entry.name}")
    return files


def _guard(host: Host) -> Lets | None:
    """Which disks USBGuard lets in; None if it is not at work here, or blocks nothing."""
    configuration = read_if_there(host, _GUARD)
    running = any(read_if_there(host, path) for path in _GUARD_GROUPS)
    if configuration is None or not running:
        return None
    if not usbguard.blocks_by_default(configuration):
        return None
    said = text.assignments(configuration)
    rules = [read_if_there(host, said.get("RuleFile", "/etc/usbguard/rules.conf")) or b""]
    folder = said.get("RuleFolder", "/etc/usbguard/rules.d/").rstrip("/")
    rules.extend(host.read(f"{folder}/{entry.name}") for entry in list_if_there(host, folder))
    return usbguard.storage(b"\n".join(rules))


def _control(driver: Maybe[_Driver], guard: Maybe[Lets | None]) -> Maybe[Control]:
    if guard in ("none", "some"):
        return "blocked"
    if isinstance(driver, Unknown):
        return driver
    if not driver.stick and not driver.uas:
        return "blocked"
    if isinstance(guard, Unknown):
        return guard
    return "open" if driver.stick else "partial"


def _gaps(driver: Maybe[_Driver], guard: Maybe[Lets | None], phone: Maybe[bool]) -> Items[Gap]:
    unread = next((part for part in (driver, guard, phone) if isinstance(part, Unknown)), None)
    gaps: list[Gap] = [] if isinstance(driver, Unknown) else list(driver.gaps)
    if guard == "some":
        gaps.append("allow_list")
    if phone is True:
        gaps.append("phone")
    return Items(tuple(gaps), None if unread is None else unread.why)


def _driver_layer(driver: Maybe[_Driver]) -> Layer:
    if isinstance(driver, Unknown):
        return Layer(name="driver", effective=driver)
    return Layer(name="driver", effective=not driver.stick and not driver.uas)


def _guard_layer(guard: Maybe[Lets | None]) -> tuple[Layer, ...]:
    if guard is None:
        return ()
    effective = guard if isinstance(guard, Unknown) else guard != "any"
    return (Layer(name="usbguard", effective=effective),)


def _devices(host: Host, about: About) -> Items[Device]:
    try:
        return Items(tuple(_attached(host, about)))
    except HostError as error:
        return Items((), error.why)
    except ParseError:
        return Items((), Why.PARSE_ERROR)


def _attached(host: Host, about: About) -> Iterator[Device]:
    for entry in list_if_there(host, _USB):
        kind = read_if_there(host, f"{_USB}/{entry.name}/bInterfaceClass") or b""
        if ":" in entry.name and kind.strip() == b"08":  # one that was pulled meanwhile is none
            yield _device(host, about, entry.name)


def _device(host: Host, about: About, interface: str) -> Device:
    at = f"{_USB}/{interface.partition(':')[0]}"
    vendor = part(lambda: text.line(host.read(f"{at}/idVendor")))
    product = part(lambda: text.line(host.read(f"{at}/idProduct")))
    serial = part(lambda: text.line(host.read(f"{at}/serial")))
    key = f"{vendor}:{product}:{serial if isinstance(serial, str) else at}"
    return Device(
        name=about.memory.number("usb", key),
        serial=serial,
        vendor_id=vendor,
        product_id=product,
        allowed=part(lambda: text.number(host.read(f"{at}/authorized")) == 1),
        protection=part(lambda: _protection(host, interface)),
        attached=True,
        first_seen=about.memory.since("usb_storage", key, "seen", about.now),
    )


def _protection(host: Host, interface: str) -> Maybe[Protection | None]:
    """Of the disks behind this interface; null if it holds none, as a card reader without card."""
    standing = survey(host).beneath(posixpath.join("/", interface, ""))
    return standing.protection if standing else None
