"""Which sites and groups does a clinic have, and which machines are in them?

A site is a building, a group a set of machines that are meant alike, such as the operatories. Each
act is one transaction with a line in the clinic's log. What a machine is in decides here what lists
show, and nothing on the machine: which settings bind it says the assignment that the author of
rules signs (docs/tailoring.md). The list that the author takes along (`online-keys.json`) names
both.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import TypeAlias
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.utils.text import slugify

from controller.errors import AlreadyDone, NotThere, Refusal
from controller.fleet import standing
from controller.fleet.models import Machine
from controller.fleet.queries import ENDED
from controller.fleet.standing import LONGEST_REASON, Call
from controller.identity.home import ControllerHome
from controller.ledger.actions import Act, By, acting
from controller.tenants.models import Clinic, Group, Site
from controller.tenants.scope import Place

Part: TypeAlias = Site | Group
KINDS: dict[str, type[Site] | type[Group]] = {"site": Site, "group": Group}
"""What a machine can be in, by the name of its column."""
MOST_AT_ONCE = 200
_LONGEST_NAME = 80
_LONGEST_SLUG = 64


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asks for an act in which clinic."""

    home: ControllerHome
    clinic: Clinic
    by: By

    @property
    def place(self) -> Place:
        """The clinic."""
        return Place(self.clinic.org_id).clinic(self.clinic.id)


def parts(place: Place, kind: str) -> "QuerySet[Part]":
    """The sites or groups in use, by name, each with `n` machines."""
    live = Count("machine", filter=~Q(machine__state__in=ENDED))
    rows = KINDS[kind].objects.at(place).filter(ended_at__isnull=True)
    return rows.annotate(n=live).order_by("name", "id")


def named(place: Place, kind: str) -> "QuerySet[Part]":
    """The same without their numbers: for a list to choose from."""
    rows = KINDS[kind].objects.at(place).filter(ended_at__isnull=True)
    return rows.order_by("name", "id")


def add(asked: Asked, kind: str, name: str) -> Part:
    """A new one; AlreadyDone for a short name that the clinic has used, Refusal for no name."""
    name = _name(name)
    slug = slugify(name)[:_LONGEST_SLUG].strip("-_")
    slug = slug.replace("_", "-")
    if not slug:
        raise Refusal(f"{name!r} has no letter or digit", help="as: Annex on Elm Street")
    with acting(asked.home, asked.by) as books:
        for word, model in KINDS.items():
            if model.objects.at(asked.place).filter(slug=slug).exists():
                raise AlreadyDone(
                    f"{asked.clinic.name} has or had a {word} with the short name {slug}",
                    help="rules call both by it: choose another name",
                )
        made = KINDS[kind](org_id=asked.clinic.org_id, clinic=asked.clinic, name=name, slug=slug)
        made.save(force_insert=True)
        act = Act(f"{kind}.add", str(made.id), after={"name": name, "slug": slug})
        books.record(asked.clinic.org_id, asked.clinic.id, act)
    return made


def rename(asked: Asked, kind: str, part: UUID, name: str) -> None:
    """Another name for people; the short name, by which rules call it, stays."""
    name = _name(name)
    with acting(asked.home, asked.by) as books:
        held = _part(asked.place, kind, part)
        if held.name == name:
            return
        before, held.name = held.name, name
        held.save(update_fields=["name"])
        act = Act(f"{kind}.rename", str(held.id), before, name)
        books.record(asked.clinic.org_id, asked.clinic.id, act)


def end(asked: Asked, kind: str, part: UUID, record: str) -> None:
    """Give one up; Refusal while machines are in it, and without a word on what became of it."""
    record = record.strip()
    if not record or len(record) > LONGEST_REASON:
        raise Refusal(
            f"say what became of it, in {LONGEST_REASON} characters at most",
            help='"lease ended 30 Nov, all disks shredded by Iron Box"; it stays on record',
        )
    with acting(asked.home, asked.by) as books:
        held = _part(asked.place, kind, part)
        inside = Machine.objects.at(asked.place).filter(**{kind: held}).exclude(state__in=ENDED)
        count = inside.count()
        if count:
            raise Refusal(
                f"{count} machine{'s are' if count > 1 else ' is'} still in {held.name}",
                help="move them elsewhere or retire them first",
            )
        held.ended_at, held.record = asked.by.at, record
        held.save(update_fields=["ended_at", "record"])
        act = Act(f"{kind}.end", str(held.id), {"name": held.name}, {"record": record})
        books.record(asked.clinic.org_id, asked.clinic.id, act)


def put(asked: Asked, machines: Collection[UUID], kind: str, part: UUID | None) -> list[Machine]:
    """Put machines into a site or group, or with None out of it; those whose place changed.

    NotThere if one of them is not of this clinic, and then none is moved.
    """
    _require_some(machines)
    with acting(asked.home, asked.by) as books:
        held = _part(asked.place, kind, part) if part else None
        rows = _machines(asked.place, machines)
        moved = [one for one in rows if getattr(one, f"{kind}_id") != part]
        for one in moved:
            before = getattr(one, kind)
            setattr(one, kind, held)
            one.save(update_fields=[kind])
            told = {kind: before.slug if before else None}, {kind: held.slug if held else None}
            books.record(one.org_id, one.clinic_id, Act("machine.move", str(one.id), *told))
    return moved


def retire(asked: Asked, machines: Collection[UUID], disposal: str) -> list[Machine]:
    """Retire machines with what became of their disks, all of them or none; Refusal names one."""
    _require_some(machines)
    with transaction.atomic():
        rows = _machines(asked.place, machines)
        for one in rows:
            standing.retire(Call(asked.home, asked.place, one.id, asked.by), disposal)
    return rows


def _require_some(machines: Collection[UUID]) -> None:
    if not 0 < len(machines) <= MOST_AT_ONCE:
        raise Refusal(
            "no machine is chosen" if not machines else f"{MOST_AT_ONCE} machines are the most",
            help="tick those that are meant, then choose what is to be done",
        )


def _machines(place: Place, keys: Collection[UUID]) -> list[Machine]:
    rows = Machine.objects.at(place).filter(pk__in=keys).exclude(state__in=ENDED)
    found = list(rows.select_related("site", "group").order_by("host", "id"))
    if len(found) != len(set(keys)):
        raise NotThere("one of these machines is not of this clinic any more")
    return found


def _part(place: Place, kind: str, part: UUID) -> Part:
    rows = KINDS[kind].objects.at(place).filter(pk=part, ended_at__isnull=True)
    found: Part | None = rows.first()
    if found is None:
        raise NotThere(f"there is no such {kind} here")
    return found


def _name(text: str) -> str:
    name = " ".join(text.split())
    if not 0 < len(name) <= _LONGEST_NAME:
        raise Refusal(f"a name has 1 to {_LONGEST_NAME} characters", help="as: Main Street")
    return name
