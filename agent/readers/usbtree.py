"""`system_profiler -json SPUSBDataType`: which USB disks are attached?

A tree of buses, hubs and devices. Only devices that show media are disks: sensors, scanners and
cameras have none.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from agent.readers import profiler
from agent.readers.errors import ParseError

_ID = re.compile(r"0x([0-9a-f]{4})\b.*", re.DOTALL)
_DEEPEST = 16
"""More than USB allows: seven tiers, and the buses above them."""


@dataclass(frozen=True, slots=True)
class Disk:
    """One USB disk; ids are four hexadecimal digits, None where its maker's stands as a word."""

    vendor: str | None
    product: str | None
    serial: str | None


def disks(data: bytes) -> tuple[Disk, ...]:
    """All disks; ParseError if not one bus is shown, which says nothing of what is attached."""
    buses = profiler.parse(data, "SPUSBDataType")
    if not buses:
        raise ParseError("no USB bus is shown")
    return tuple(disk for bus in buses for disk in _below(bus, 0))


def _below(item: Mapping[str, Any], depth: int) -> Iterator[Disk]:
    inner = item.get("_items", [])
    if depth > _DEEPEST or not isinstance(inner, list):
        raise ParseError("a tree that is none")
    if item.get("Media"):
        serial = item.get("serial_num")
        text = serial if isinstance(serial, str) and serial else None
        yield Disk(_id(item, "vendor_id"), _id(item, "product_id"), text)
    for one in inner:
        if not isinstance(one, dict):
            raise ParseError("a device that is none")
        yield from _below(one, depth + 1)


def _id(item: Mapping[str, Any], name: str) -> str | None:
    found = _ID.fullmatch(str(item.get(name, "")))
    return found[1] if found else None
