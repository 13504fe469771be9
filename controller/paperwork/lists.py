"""What stands in a clinic's registers, how did it come there, and what is missing from them?

An entry is added, corrected by a next version, or struck with a reason. Nothing is deleted.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any
from uuid import UUID, uuid4

from controller.errors import NotThere, Refusal
from controller.identity.home import ControllerHome
from controller.ledger.actions import Act, By, acting
from controller.paperwork.binder import Binder
from controller.paperwork.models import Entry, Sighting
from controller.paperwork.registers.base import Mark, Others, Register
from controller.paperwork.registers.index import REGISTERS
from controller.tenants.scope import Place

# What runs without anybody else's service: no agreement can be missing.
_NOBODYS = frozenset(
    {
        *("folder", "other", "restic", "borg", "zfs_send", "time_machine"),
        *("windows_server_backup", "orthanc", "dcm4chee"),
        *("vnc", "rustdesk", "rdp", "ssh", "apple_remote"),
    }
)
_SERVICES = ("imaging_software", "backup_software", "remote_access", "cloud_sync")


@dataclass(frozen=True, slots=True)
class Kept:
    """An entry as it stands now: its newest version, and what is open about it."""

    row: Entry
    name: str
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class Entering:
    """What is written into which register; `entry` is null for a new one."""

    place: Place
    clinic: UUID
    register: Register
    entry: UUID | None
    values: dict[str, Any]
    why: str = ""
    is_struck: bool = False


def entries(place: Place, register: Register, today: date) -> list[Kept]:
    """What stands in a register of one clinic, by name; what was struck comes last."""
    held = everything(place)
    return judged(register, held.get(register.id, ()), today, others(held))


def judged(
    register: Register, rows: Iterable[Entry], today: date, of: Others = MappingProxyType({})
) -> list[Kept]:
    """The same of rows that are at hand; `of` is what stands in every register."""
    kept = [Kept(row, name_of(register, row), marks_of(register, row, today, of)) for row in rows]
    return sorted(kept, key=lambda one: (one.row.is_struck, one.name.casefold()))


def marks_of(register: Register, row: Entry, today: date, of: Others) -> tuple[Mark, ...]:
    """What is open about an entry, by itself and by what other registers say of it."""
    if row.is_struck:
        return ()
    return (*register.marks(row.data, today), *register.against(row.data, of, today))


def others(held: Mapping[str, Iterable[Entry]]) -> Others:
    """What stands in every register, and was not struck."""
    return {name: [row.data for row in rows if not row.is_struck] for name, rows in held.items()}


@dataclass(frozen=True, slots=True)
class Overview:
    """A register at a glance: how many stand in it, and what is open."""

    register: Register
    n: int
    marks: tuple[Mark, ...]


def overview(held: Binder, today: date) -> list[Overview]:
    """Every register of one clinic, with what is open about it."""
    found, all_ = [], others(held.entries)
    for register in REGISTERS:
        ours = all_.get(register.id, ())
        marks = [mark for one in ours for mark in register.marks(one, today)]
        marks += [mark for one in ours for mark in register.against(one, all_, today)]
        marks += [*register.sums(ours, today)]
        shown = tuple(mark for mark in marks if mark.shape not in ("pass", "not-applicable"))
        found.append(Overview(register, len(ours), shown))
    return found


def everything(place: Place) -> dict[str, list[Entry]]:
    """The newest version of each entry of each register: one query however many there are."""
    rows = {row.entry: row for row in Entry.objects.at(place).order_by("n")}
    held: dict[str, list[Entry]] = {}
    for row in rows.values():
        held.setdefault(row.register, []).append(row)
    return held


def newest(place: Place, register: str) -> list[Entry]:
    """The newest version of each entry."""
    rows = Entry.objects.at(place).filter(register=register).order_by("n")
    return list({row.entry: row for row in rows}.values())


def versions(place: Place, register: Register, entry: UUID) -> list[Entry]:
    """Every version of one entry, the newest first; NotThere if it is not in the place."""
    rows = Entry.objects.at(place).filter(register=register.id, entry=entry)
    found = list(rows.order_by("-n"))
    if not found:
        raise NotThere("there is no such entry here")
    return found


def name_of(register: Register, row: Entry) -> str:
    """What an entry is called."""
    return str(row.data.get(register.name_field) or "")


def enter(home: ControllerHome, new: Entering, by: By) -> Entry:
    """Add, correct or strike an entry. NotThere elsewhere; Refusal to strike without a reason."""
    if new.is_struck and not new.why.strip():
        raise Refusal("why is it struck?", help="say it in a sentence; the entry stays on record")
    with acting(home, by) as books:
        before = None if new.entry is None else versions(new.place, new.register, new.entry)[0]
        row = Entry(
            org_id=new.place.org,
            clinic_id=new.clinic,
            register=new.register.id,
            entry=new.entry or uuid4(),
            n=before.n + 1 if before else 1,
            data=new.values,
            is_struck=new.is_struck,
            why=new.why.strip(),
            made_by=by.actor,
            made_at=by.at,
        )
        row.save(force_insert=True)
        act = _act(new, row, before)
        books.record(row.org_id, row.clinic_id, act)
    return row


def _act(new: Entering, row: Entry, before: Entry | None) -> Act:
    word = "strike" if new.is_struck else "correct" if before else "add"
    after = None if new.is_struck else row.data
    about = f"{row.register}/{row.entry}"
    return Act(f"register.{word}", about, before.data if before else None, after)


def unlisted(place: Place, register: Register, rows: Iterable[Entry]) -> list[str]:
    """Software found in use that stands on none of these entries, by what it is called."""
    if not register.lists:
        return []
    return missing(Sighting.objects.at(place).filter(what__in=_SERVICES), register, rows)


def missing(seen: Iterable[Sighting], register: Register, rows: Iterable[Entry]) -> list[str]:
    """The same of what was seen, where whoever asks has it already."""
    listed = {_plain(name) for name in _listed(rows, register)}
    found = [one for one in seen if one.what in _SERVICES and one.key not in _NOBODYS]
    return sorted({one.label for one in found if not _stands(_plain(one.label), listed)})


def _listed(rows: Iterable[Entry], register: Register) -> Iterator[str]:
    for row in rows:
        if not row.is_struck:
            yield from row.data.get(register.lists) or ()
            yield name_of(register, row)


def _stands(found: str, listed: set[str]) -> bool:
    return any(found in one or one in found for one in listed if one)


def _plain(name: str) -> str:
    return "".join(one for one in name.casefold() if one.isalnum())
