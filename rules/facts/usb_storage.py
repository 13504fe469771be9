"""What meets a USB disk that is plugged in now, and which are attached?

Only devices of interface class 08 are storage. X-ray sensors, scanners, cameras and dongles are
never listed, and no rule may ask to block them.
"""

from datetime import datetime, timedelta
from typing import Annotated, Literal, TypeAlias

from rules.facts.base import Fact, Items, Maybe
from rules.facts.record import record
from rules.facts.types import KEYED, Open
from rules.facts.volumes import Protection

Control: TypeAlias = Literal["blocked", "read_only", "encrypted_only", "partial", "open"]
Gap: TypeAlias = Literal[
    "uas",
    "phone",
    "already_loaded",
    "built_in",
    "per_user",
    "reboot_pending",
    "allow_list",
    "explicit_load",
]
LayerName: TypeAlias = Literal[
    "driver",
    "removable_policy",
    "device_install",
    "write_protect",
    "bitlocker_to_go",
    "defender",
    "usbguard",
    "udev",
    "mdm",
    "endpoint_agent",
]


@record
class Layer:
    """One thing that may stand between a USB disk and the machine."""

    name: Maybe[LayerName]
    effective: Maybe[bool]


@record
class Device:
    """One USB mass storage device that is, or was, attached; vendor and product are USB ids."""

    name: Maybe[Annotated[str, Open(r"usb-[0-9]{1,4}")]]
    serial: Maybe[Annotated[str, KEYED]]
    vendor_id: Maybe[Annotated[str, Open(r"[0-9a-f]{4}")]]
    product_id: Maybe[Annotated[str, Open(r"[0-9a-f]{4}")]]
    allowed: Maybe[bool | None]
    protection: Maybe[Protection | None]
    attached: Maybe[bool]
    first_seen: Maybe[datetime | None]


@record
class UsbStorage:
    """How the machine treats USB disks."""

    control: Maybe[Control]
    gaps: Maybe[Items[Gap]]
    layers: Maybe[Items[Layer]]
    devices: Maybe[Items[Device]]


USB_STORAGE = Fact(
    "usb_storage",
    UsbStorage,
    asks="Can a USB disk be used here, and which are attached?",
    ttl=timedelta(minutes=5),
    cost="cheap",
)
