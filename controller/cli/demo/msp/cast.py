"""Which practices does the made-up MSP look after, and which computers stand in them?

Twelve, with four to eleven computers each: operatories, front desks, an imaging server, sometimes
a server of its own, an office and a scanner's PC, and one storage box without an agent.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from rules.facts.host import Role

System: TypeAlias = Literal["windows", "windows_server", "linux"]


@dataclass(frozen=True, slots=True)
class Box:
    """One computer. `visitor` names the one that asks it over SSH, if it carries no agent."""

    host: str
    role: Role
    system: System = "windows"
    visitor: str | None = None

    @property
    def is_server(self) -> bool:
        """Does nobody sit at it?"""
        return self.role in ("server", "imaging_server", "nas")


@dataclass(frozen=True, slots=True)
class Ward:
    """One practice: its name, where its clock is set, and its computers."""

    name: str
    zone: str
    boxes: tuple[Box, ...]

    @property
    def agents(self) -> tuple[Box, ...]:
        """The computers that report themselves."""
        return tuple(box for box in self.boxes if box.visitor is None)


_EAST, _CENTRAL = "America/New_York", "America/Chicago"
_MOUNTAIN, _WEST = "America/Denver", "America/Los_Angeles"


def _ward(name: str, zone: str, operatories: int, desks: int, *more: Box) -> Ward:
    chairs = [Box(f"OP{number}", "operatory") for number in range(1, operatories + 1)]
    fronts = [Box(f"FRONT{number}", "front_desk") for number in range(1, desks + 1)]
    return Ward(name, zone, (*chairs, *fronts, *more))


_OFFICE = Box("OFFICE1", "workstation")
_SCANNER = Box("SCAN1", "workstation")
_SERVER = Box("SRV1", "server", "windows_server")
_IMAGES = Box("PANO-01", "imaging_server", "windows_server")
_NAS = Box("nas", "nas", "linux", visitor="PANO-01")

WARDS = (
    _ward("Bright Smiles", _EAST, 4, 2, _SCANNER, _OFFICE, _SERVER, _IMAGES),
    _ward("Harbor Dental", _EAST, 3, 1, _IMAGES),
    _ward("Old Mill Dental", _EAST, 2, 1, _IMAGES),
    _ward("Willow Creek Dental", _EAST, 4, 2, _OFFICE, _SERVER, _IMAGES),
    _ward("Juniper Family Dentistry", _CENTRAL, 4, 1, _SERVER, _IMAGES),
    _ward("Cedar Park Orthodontics", _CENTRAL, 3, 2, _OFFICE, _IMAGES, _NAS),
    _ward("Lakeside Endodontics", _CENTRAL, 2, 1, _IMAGES),
    _ward("Red Rock Dental", _MOUNTAIN, 3, 1, _SERVER, _IMAGES),
    _ward("Summit Oral Surgery", _MOUNTAIN, 3, 1, _OFFICE, _IMAGES),
    _ward("Bayview Pediatric Dentistry", _WEST, 4, 1, _IMAGES),
    _ward("Mission Street Dental", _WEST, 3, 1, _SERVER, _IMAGES),
    _ward("Alder Periodontics", _WEST, 2, 1, _IMAGES),
)


def wards(times: int = 1) -> Iterator[Ward]:
    """The twelve practices; with `times` above 1 as often again, numbered, for a large look."""
    for copy in range(1, times + 1):
        for ward in WARDS:
            yield ward if copy == 1 else replace(ward, name=f"{ward.name} {copy}")
