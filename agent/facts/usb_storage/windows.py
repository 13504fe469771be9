r"""What meets a USB disk that is plugged in? The answer for Windows, as the registry has it.

Two drivers serve USB disks, USBSTOR and UASPStor: blocking one leaves a gap, as a policy against
disks leaves phones. Only what holds for the whole machine makes `control` better; what is set for
one person, or against devices that are installed anew, at most `partial`.

- Deny_Read and Deny_Write count **inside** the key of their class alone.
- StorageDevicePolicies is not honoured by the driver of UAS disks.
- A switch that was written since the system started may not be in force yet: `reboot_pending`.

Not yet confirmed on a real Windows, least of all what UASPStor 4 does.
Policies: RemovableStorage.admx, DeviceInstallation.admx, VolumeEncryption.admx, Microsoft.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from agent.facts.base import About, answers, part
from agent.host.base import Host, HostError
from agent.host.profiles import persons
from agent.host.registry import POLICIES, SERVICES, SYSTEM, UNPROBED, Opened, opened
from agent.readers.errors import ParseError
from rules.facts.base import Items, Maybe, Unknown, Why
from rules.facts.usb_storage import USB_STORAGE, Control, Device, Gap, Layer, LayerName, UsbStorage

_DRIVERS = ("USBSTOR", "UASPStor")
_DISABLED = 4
_CLASSES = r"Microsoft\Windows\RemovableStorageDevices"
_DISKS = "{53f5630d-b6bf-11d0-94f2-00a0c91efb8b}"
_PHONES = ("{6AC27878-A6FA-4155-BA85-F98F491D4F33}", "{F33FDC04-D1AC-4E8E-9A30-19BBD4B108AE}")
_INSTALL = rf"{POLICIES}\Microsoft\Windows\DeviceInstall\Restrictions"
_MANAGED = r"HKLM\SOFTWARE\Microsoft\PolicyManager\current\device\Storage"
_WRITE_PROTECT = rf"{SYSTEM}\Control\StorageDevicePolicies"
_BITLOCKER = rf"{SYSTEM}\Policies\Microsoft\FVE"
_STARTED = r"HKLM\HARDWARE\DESCRIPTION\System"
"""A key that Windows makes anew at each start, and writes to never again."""

_INSTANCE = re.compile(r"USB\\VID_([0-9A-F]{4})&PID_([0-9A-F]{4})(?:&[^\\]*)?\\(.+)", re.IGNORECASE)


@answers(USB_STORAGE, on="windows", confidence="derived")
def windows(host: Host, about: About) -> UsbStorage:
    """From the drivers, and the policies of the machine and of each person."""
    stands = part(lambda: _stands(host))
    per_user = part(lambda: _is_denied_to_somebody(host))
    if isinstance(stands, Unknown):
        layers: tuple[Layer, ...] = (Layer(name="driver", effective=stands),)
        control: Maybe[Control] = stands
    else:
        layers = tuple(Layer(name=name, effective=True) for name in stands.layers())
        control = stands.control()
        if control == "open" and per_user is not False:
            control = "partial" if per_user is True else per_user
    return UsbStorage(
        control=control,
        gaps=_gaps(stands, per_user),
        layers=Items(layers),
        devices=_devices(host, about),
    )


@dataclass(frozen=True, slots=True)
class _Class:
    """What a policy denies of one class of devices."""

    read: bool
    write: bool


@dataclass(frozen=True, slots=True)
class _Stands:
    """All that may stand between a USB disk and this machine."""

    disabled: frozenset[str]
    all_denied: bool
    disks: _Class
    phones: bool
    install: bool
    allow_list: bool
    managed: bool
    write_protect: bool
    bitlocker: bool
    changed: bool

    def control(self) -> Control:
        """What meets the disk."""
        drivers = len(self.disabled) == len(_DRIVERS)
        if self.all_denied or (drivers and self.phones):
            return "blocked"
        read_only = self.disks.write or self.managed
        if read_only or (self.write_protect and "UASPStor" in self.disabled):
            return "read_only"
        if self.bitlocker:
            return "encrypted_only"
        return "partial" if self.layers() else "open"

    def layers(self) -> tuple[LayerName, ...]:
        """The layers that do something."""
        known: tuple[tuple[LayerName, bool], ...] = (
            ("driver", bool(self.disabled)),
            ("removable_policy", self.all_denied or self.disks.read or self.disks.write),
            ("device_install", self.install),
            ("mdm", self.managed),
            ("write_protect", self.write_protect),
            ("bitlocker_to_go", self.bitlocker),
        )
        return tuple(name for name, works in known if works)

    def gaps(self) -> Iterator[Gap]:
        """What gets round them."""
        if self.changed:
            yield "reboot_pending"
        if self.all_denied:
            return
        only_one = self.disabled == {"USBSTOR"}
        if only_one or (self.write_protect and "UASPStor" not in self.disabled):
            yield "uas"
        if not self.phones:
            yield "phone"
        if self.allow_list:
            yield "allow_list"


def _stands(host: Host) -> _Stands:
    drivers = {name: opened(host, rf"{SERVICES}\{name}") for name in _DRIVERS}
    policy = rf"{POLICIES}\{_CLASSES}"
    install = opened(host, _INSTALL)
    disabled = {name for name, key in drivers.items() if key.number("Start") == _DISABLED}
    top = opened(host, policy)
    started = opened(host, _STARTED).written_at
    return _Stands(
        disabled=frozenset(disabled),
        all_denied=top.number("Deny_All") == 1,
        disks=_class(host, policy, _DISKS),
        phones=all(_class(host, policy, name).read for name in _PHONES),
        install=_denies_installing(install),
        allow_list=any(install.number(f"Allow{what}") == 1 for what in _ALLOWED),
        managed=opened(host, _MANAGED).number("RemovableDiskDenyWriteAccess") == 1,
        write_protect=opened(host, _WRITE_PROTECT).number("WriteProtect") == 1,
        bitlocker=opened(host, _BITLOCKER).number("RDVDenyWriteAccess") == 1,
        changed=any(_is_newer(key, started) for key in (top, *map(drivers.get, sorted(disabled)))),
    )


_ALLOWED = ("DeviceClasses", "DeviceIDs", "InstanceIDs", "AdminInstall")


def _class(host: Host, policy: str, name: str) -> _Class:
    key = opened(host, rf"{policy}\{name}")
    return _Class(read=key.number("Deny_Read") == 1, write=key.number("Deny_Write") == 1)


def _denies_installing(key: Opened) -> bool:
    """Removable devices, or by lists that also hold for what was installed before."""
    lists = [f"Deny{what}" for what in ("DeviceClasses", "DeviceIDs", "InstanceIDs")]
    by_list = any(key.number(n) == 1 and key.number(f"{n}Retroactive") == 1 for n in lists)
    return by_list or key.number("DenyRemovableDevices") == 1


def _is_newer(key: Opened | None, started: datetime | None) -> bool:
    if key is None or key.written_at is None:
        return False
    return started is None or key.written_at > started


def _is_denied_to_somebody(host: Host) -> bool:
    """Does a policy for one person deny disks?"""
    for sid in persons(host):
        policy = rf"HKU\{sid}\Software\Policies\{_CLASSES}"
        disks = _class(host, policy, _DISKS)
        if opened(host, policy).number("Deny_All") == 1 or disks.read or disks.write:
            return True
    return False


def _gaps(stands: Maybe[_Stands], per_user: Maybe[bool]) -> Items[Gap]:
    unread = next((one for one in (stands, per_user) if isinstance(one, Unknown)), None)
    gaps = [] if isinstance(stands, Unknown) else list(stands.gaps())
    if per_user is True:
        gaps.append("per_user")
    return Items(tuple(gaps), None if unread is None else unread.why)


def _devices(host: Host, about: About) -> Items[Device]:
    """What the drivers say that they serve now."""
    try:
        found = [_device(about, *one) for name in _DRIVERS for one in _served(host, name)]
    except HostError as error:
        return Items((), error.why)
    except ParseError:
        return Items((), Why.PARSE_ERROR)
    return Items(tuple(found))


def _served(host: Host, driver: str) -> Iterator[tuple[str, str, str]]:
    """Vendor, product and instance of each device of a driver; the key is there while it runs."""
    key = opened(host, rf"{SERVICES}\{driver}\Enum")
    for number in range(key.number("Count") or 0):
        said = _INSTANCE.fullmatch(key.text(str(number)) or "")
        if not said:
            raise ParseError(f"a device of {driver} that is not on USB")
        yield said[1].lower(), said[2].lower(), said[3]


def _device(about: About, vendor: str, product: str, instance: str) -> Device:
    """One device; an instance with `&` is made up by Windows where a device has no serial."""
    key = f"{vendor}:{product}:{instance}"
    return Device(
        name=about.memory.number("usb", key),
        serial=Unknown(Why.UNRECOGNISED) if "&" in instance else instance,
        vendor_id=vendor,
        product_id=product,
        allowed=None,
        protection=Unknown(UNPROBED),
        attached=True,
        first_seen=about.memory.since("usb_storage", key, "seen", about.now),
    )
