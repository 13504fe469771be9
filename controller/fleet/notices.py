"""How do agents, and whoever checks a log later, learn of a change of the controller's own keys?

A signed notice: its hash is a `keys` line in every log that it concerns, its bytes a row of
`notice`, which intake hands to the machines of the clinic (controller.intake.notices) and which
evidence bundles carry.
"""

from dataclasses import dataclass, replace
from uuid import UUID

from django.db.models import Max

from controller.fleet.models import Notice as Row
from controller.ledger.actions import Books
from controller.ledger.append import Line, LogRow, log_of
from controller.tenants.queries import clinics, orgs
from controller.tenants.scope import Place
from evidence import envelope, messages
from evidence.keys import SigningKey
from evidence.leaf import KeysLeaf
from evidence.messages import Notice


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose log it is: a clinic's, or with None the org's own."""

    org: UUID
    clinic: UUID | None


def owners() -> list[Owner]:
    """Every log of this controller."""
    found = []
    for org in orgs():
        found += [Owner(org.id, None), *(Owner(org.id, one.id) for one in clinics(Place(org.id)))]
    return found


def log_of_owner(books: Books, owner: Owner) -> LogRow:
    """The log that is open now."""
    return log_of(books.cursor, owner.org.hex, owner.clinic.hex if owner.clinic else None)


def newest(place: Place, clinic: UUID | None) -> int:
    """The number of a clinic's last notice, or with None of the org's own; 0 for none."""
    given = Row.objects.at(place)
    given = given.filter(clinic_id=clinic) if clinic else given.filter(clinic__isnull=True)
    return int(given.aggregate(n=Max("n"))["n"] or 0)


def publish(
    books: Books, owner: Owner, notice: Notice, generation: int | None, *signers: SigningKey
) -> None:
    """Sign a notice for one log, log it, and keep it for the machines of the clinic.

    `from_leaf` becomes the place of its line. A change of the receipt key is signed by the old and
    then by the new one.
    """
    log = log_of_owner(books, owner)
    sealed = messages.seal(replace(notice, from_leaf=log.size), *signers)
    leaf = KeysLeaf(at=books.by.at, env=sealed.sha)
    index = books.leaf(owner.org, owner.clinic, Line("keys", leaf.to_line(), env=sealed.sha))
    Row(
        org_id=owner.org,
        clinic_id=owner.clinic,
        log_id=UUID(log.id),
        n=newest(Place(owner.org), owner.clinic) + 1,
        leaf=index,
        kind=notice.kind,
        generation=generation,
        at=books.by.at,
        envelope=envelope.to_json(sealed),
    ).save(force_insert=True)
