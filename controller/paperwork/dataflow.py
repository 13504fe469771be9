"""What is the map of the way that images take: what was declared, and what do machines show? Pure.

45 CFR 164.308(a)(1)(ii)(A). A declared flow names what machines show of it; what they show and no
flow names is `seen`, what is declared and no machine shows is `declared`, and both are said. A
flow may well be declared that no machine can show: a disk in a bag, a portal of the laboratory.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias
from uuid import UUID

from controller.paperwork import stays
from controller.paperwork.binder import Binder
from controller.paperwork.flows import GAP
from controller.paperwork.models import Entry, Sighting

REGISTER, LINKED = "dataflow", "shown_by"
"""The register of declared flows, and its field that names what machines show of one."""

Standing: TypeAlias = Literal["both", "declared", "seen"]
_WORDS = {
    "flow_folder": "folder",
    "flow_share": "share",
    "flow_dicom": "dicom",
    "flow_copy": "copy",
    "facts": "anything",
}
_CLOUDS = {
    "onedrive": "OneDrive",
    "dropbox": "Dropbox",
    "google": "Google Drive",
    "icloud": "iCloud",
    "other": "a cloud",
}
_TO = {
    "local": "the same computer",
    "usb": "a USB disk",
    "nas": "a NAS",
    "share": "a share",
    "cloud": "the cloud",
    "tape": "tape",
}
CAPTURE, OTHERS, SENDERS = "X-ray devices", "Other computers", "DICOM senders"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the map. `seen` are the names of what machines show of it now.

    `gone` are those that it names and no machine shows any more; `entry` is null for what nobody
    declared; `encrypted` null where it is not known, or nothing is on its way.
    """

    source: str
    target: str
    way: str
    encrypted: bool | None
    standing: Standing
    seen: tuple[str, ...]
    gone: tuple[str, ...] = ()
    entry: UUID | None = None
    vendor: str = ""


@dataclass(frozen=True, slots=True)
class Map:
    """The lines, what nobody declared first; `gaps` are machines and what they do not say."""

    lines: tuple[Line, ...]
    gaps: tuple[tuple[str, tuple[str, ...]], ...]

    def of(self, standing: Standing) -> list[Line]:
        """The lines of one standing."""
        return [one for one in self.lines if one.standing == standing]


def drawn(held: Binder) -> Map:
    """The map of one clinic, by its register and by what its machines showed."""
    present = [one for one in held.sightings if one.what in stays.WHAT and one.gone_at is None]
    hosts = _hosts(present)
    seen = {_key(hosts, one): one for one in present if one.what != GAP}
    rows = [row for row in held.entries.get(REGISTER, ()) if not row.is_struck]
    declared = [_declared(row, seen) for row in rows]
    named = {key for line in declared for key in line.seen}
    undeclared = [_seen(hosts, key, one) for key, one in seen.items() if key not in named]
    order = {"seen": 0, "declared": 1, "both": 2}
    lines = sorted(
        (*undeclared, *declared), key=lambda one: (order[one.standing], one.source, one.target)
    )
    return Map(tuple(lines), tuple(_gaps(hosts, present)))


def _hosts(present: Iterable[Sighting]) -> dict[str, str]:
    """Each machine by the name that it goes by; two of one name are told apart by their ids."""
    names = {stays.machine_of(one): one.label for one in present}
    often = Counter(names.values())
    return {
        machine: host if often[host] == 1 else f"{host}~{machine[:4]}"
        for machine, host in names.items()
    }


def _key(hosts: dict[str, str], one: Sighting) -> str:
    """`PANO-01/folder/store`: what a declared flow names it by."""
    return f"{hosts[stays.machine_of(one)]}/{_WORDS[one.what]}/{stays.name_of(one)}"


def _declared(row: Entry, seen: dict[str, Sighting]) -> Line:
    named = [str(key) for key in row.data.get(LINKED) or ()]
    there = tuple(key for key in named if key in seen)
    return Line(
        source=str(row.data.get("source") or ""),
        target=str(row.data.get("target") or ""),
        way=str(row.data.get("way") or ""),
        encrypted=row.data.get("encrypted"),
        standing="both" if there else "declared",
        seen=there,
        gone=tuple(key for key in named if key not in seen),
        entry=row.entry,
        vendor=str(row.data.get("vendor") or ""),
    )


def _seen(hosts: dict[str, str], key: str, one: Sighting) -> Line:
    source, target, way = _ends(hosts[stays.machine_of(one)], one)
    return Line(source, target, way, one.more.get("encrypted"), "seen", (key,))


def _ends(host: str, one: Sighting) -> tuple[str, str, str]:
    """From where to where something leads that a machine shows, and by which way."""
    name, more = stays.name_of(one), one.more
    match one.what:
        case "flow_share":
            return OTHERS, host, f"{str(more.get('kind') or '').upper()} {name}".strip()
        case "flow_dicom":
            return SENDERS, host, f"DICOM, port {name}"
        case "flow_copy":
            return host, _TO.get(str(more.get("to")), "a copy"), f"backup {name}"
    return _folder(host, name, more)


def _folder(host: str, name: str, more: dict[str, str | None]) -> tuple[str, str, str]:
    cloud = more.get("cloud_sync")
    if cloud and cloud != "none":
        return host, _CLOUDS.get(cloud, "a cloud"), f"folder {name}"
    if more.get("owner") == "other_host":
        return host, more.get("served_by") or "another computer", f"network folder {name}"
    return CAPTURE, host, f"folder {name}"


def _gaps(
    hosts: dict[str, str], present: Iterable[Sighting]
) -> Iterator[tuple[str, tuple[str, ...]]]:
    gaps = [one for one in present if one.what == GAP]
    for one in sorted(gaps, key=lambda one: hosts[stays.machine_of(one)]):
        kinds = [str(kind) for kind in one.more.get("kinds", ())]
        yield hosts[stays.machine_of(one)], tuple(sorted(_WORDS.get(kind, kind) for kind in kinds))
