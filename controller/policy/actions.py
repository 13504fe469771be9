"""How does what an author handed over come into force, and leave its trace?

One act: the books first (packs by their digest, the publication, a row of `audit` with its leaf),
then the repository, its timestamp last. If the machine stops between the two, doing it again
completes it: nothing here minds being done twice.
"""

from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from controller.errors import Refusal
from controller.identity.home import ControllerHome
from controller.identity.secrets import Keys
from controller.identity.shelf import Shelf
from controller.ledger.actions import Act, Books, By, acting
from controller.policy.handed import Accepted, Place, accept
from controller.policy.models import Pack, Publication
from controller.policy.online import Online, named_by
from controller.policy.repository import Repository, refreshed
from controller.tenants import scope
from controller.tenants.queries import clinics
from evidence.distribution import ROOT, TARGETS
from evidence.handover import Handover
from evidence.roster import Numbers


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be published for which org; `anew` sets aside what is published now."""

    org: UUID
    handed: Handover
    anew: bool = False


def publish(home: ControllerHome, order: Order, by: By) -> Accepted:
    """Check a hand-over as a machine would, and let machines have it; Refusal if they would not."""
    held = Repository(home.tuf(order.org))
    names = {one.id: one.slug for one in clinics(scope.Place(order.org))}
    place = Place(order.org, names, Keys.load(home), held)
    with held.alone():
        seen = held.targets().signed.version if held.is_open and not order.anew else None
        with held.aside(by.at) if order.anew else nullcontext():
            accepted = accept(order.handed, place, by.at)
            with acting(home, by) as books:
                _note(books, order.org, accepted, seen)
            held.write(accepted.files)
    return accepted


def refresh(home: ControllerHome, org: UUID, now: datetime) -> bool:
    """Sign anew what is newest, if that is due; Refusal if the root names other keys than ours."""
    held = Repository(home.tuf(org))
    if not held.is_open:
        return False
    with held.alone():
        online = named_by(held.root().signed, Keys.load(home), org)
        files = refreshed(held, online, now)
        held.write(files)
    return bool(files)


def online_keys(home: ControllerHome, org: UUID, *, new: bool = False) -> Online:
    """The keys that a root is to name: those that it names now, or the generation after."""
    held, keys = Repository(home.tuf(org)), Keys.load(home)
    if not held.is_open:
        return Online.of(keys, org, 2 if new else 1)
    try:
        now = named_by(held.root().signed, keys, org)
    except Refusal:  # the seed is another one since: what it gives first is new already
        return Online.of(keys, org, 1)
    return Online.of(keys, org, now.generation + 1) if new else now


def used(home: ControllerHome, org: UUID) -> Numbers:
    """The highest numbers of roots and targets so far, of every repository that the org had."""
    shelf = Shelf(home)
    return Numbers(root=shelf.highest(org, ROOT), targets=shelf.highest(org, TARGETS))


def _note(books: Books, org: UUID, accepted: Accepted, before: int | None) -> None:
    place, at = scope.Place(org), books.by.at
    known = set(Pack.objects.at(place).values_list("digest", flat=True))
    for pack, data in accepted.packs:
        if pack.sha256 not in known:
            row = Pack(org_id=org, digest=pack.sha256, name=pack.pack, version=pack.version)
            row.data, row.known_at = data, at
            row.save(force_insert=True)
    version, root = accepted.targets.version, accepted.root.version
    publication = Publication.objects.at(place).filter(targets=version).first()
    publication = publication or Publication(org_id=org, targets=version, published_at=at)
    publication.sha256, publication.root = accepted.targets_sha256, root
    publication.save()
    act = Act(
        "packs.publish",
        f"targets {version}",
        before=None if before is None else {"targets": before},
        after={"targets": version, "sha256": accepted.targets_sha256, "root": root},
    )
    books.record(org, None, act)
