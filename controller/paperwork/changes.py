"""What happened in a clinic that its statements must answer, and when?

Joining and leaving machines, software seen for the first time, rules of a new major version, a
vendor that changed, an incident that was closed, a part of the way of images. Each
is a fact with a time; which statement it makes due is decided by its kind (states.py).
"""

from collections.abc import Iterator

from controller.paperwork import flows, stays
from controller.paperwork.binder import Binder
from controller.paperwork.models import Entry, Sighting
from controller.paperwork.registers.index import REGISTERS
from controller.paperwork.states import Change
from rules.compiled import names

_SEEN = {
    "imaging_machine": "{} holds images",
    "imaging_software": "imaging software {} was found",
    "backup_software": "backup software {} was found",
    "remote_access": "remote access by {} was found",
    "cloud_sync": "images lie in a folder of the cloud {}",
}
FLOW = "dataflow"
_FLOWS = {
    "flow_folder": "Imaging folder",
    "flow_share": "Share",
    "flow_dicom": "DICOM port",
    "flow_copy": "Backup copy",
}


def changes(held: Binder) -> list[Change]:
    """Everything that ever fired in one clinic."""
    return [*_seen(held), *_majors(held), *_entered(held)]


def _seen(held: Binder) -> Iterator[Change]:
    for one in held.sightings:
        if one.what in stays.WHAT:
            yield from _flow(one)
            continue
        said = _SEEN.get(one.what, "{} was found").format(one.label)
        yield Change(one.what, one.first_at, said[:1].upper() + said[1:])
        if one.gone_at is not None:
            yield Change(one.what, one.gone_at, f"{one.label} left")


def _flow(one: Sighting) -> Iterator[Change]:
    """A part of the way of images that came or went; what nobody knows is no change."""
    if one.what == flows.GAP:
        return
    name = f"{_FLOWS[one.what]} {stays.name_of(one)} of {one.label}"
    yield Change(FLOW, one.first_at, f"{name} was seen")
    if one.gone_at is not None:
        yield Change(FLOW, one.gone_at, f"{name} is seen no more, or has changed")


def _majors(held: Binder) -> Iterator[Change]:
    """When a pack came in a higher major version than any before it; the first is no change."""
    highest: dict[str, int] = {}
    for pack in held.shelf.stored:
        major = (names.semver(pack.version) or (0,))[0]
        if major > highest.get(pack.name, major):
            yield Change("pack_major", pack.known_at, f"The rules are {pack.name} {pack.version}")
        highest[pack.name] = max(major, highest.get(pack.name, major))


def _entered(held: Binder) -> Iterator[Change]:
    """What was written into a register that statements depend on."""
    watching = {one.id: one for one in REGISTERS if one.trigger}
    before: dict[object, Entry] = {}
    for row in held.versions:
        if row.register not in watching:
            continue
        register, earlier = watching[row.register], before.get(row.entry)
        if row.is_struck or register.fires(earlier.data if earlier else None, row.data):
            name = row.data.get(register.name_field)
            yield Change(register.trigger, row.made_at, f"{register.title}: {name}")
        before[row.entry] = row
