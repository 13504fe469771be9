"""How do the controller's own keys change, so that nobody has to take it on its word?

Each change is a notice in every log (controller.fleet.notices) and an act in the org's. Nobody may
serve meanwhile: the caller holds the home alone (controller.identity.sole).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, TypeAlias

from django.db import connection
from django.db.models import Max

from controller.errors import Refusal
from controller.fleet import notices, queries
from controller.fleet.models import Machine, MachineState
from controller.fleet.models import Notice as Row
from controller.fleet.notices import Owner
from controller.identity import authority, succession
from controller.identity.home import ControllerHome, write_private
from controller.identity.secrets import Keys
from controller.ledger import log_keys
from controller.ledger.actions import Act, Books, By, acting
from controller.ledger.log_keys import Beside
from controller.tenants.models import Org
from controller.tenants.queries import orgs
from controller.tenants.scope import Place
from evidence.messages import Notice

Why: TypeAlias = Literal["age", "order", "compromise"]
RECEIPT_LASTS = timedelta(days=365)
ENOUGH = 99
"""Of a hundred active machines, so many must trust a CA before it serves."""

_NAMED = 20
_ORDERED: dict[str, Any] = {"from_leaf": 0, "why": "order"}


def rotate_receipt(home: ControllerHome, by: By, why: Why) -> int:
    """A new receipt key in place of the old one; its generation.

    The log knows it before the file that puts it in force: after a crash between the two,
    `settle` finishes.
    """
    keys = Keys.load(home)
    coming = keys.generation + 1
    old, new = keys.receipt(), keys.receipt(coming)
    notice = Notice(kind="receipt", old=old.public.hex, new=new.public.hex, from_leaf=0, why=why)
    with acting(home, by) as books:
        for owner in notices.owners():
            notices.publish(books, owner, notice, coming, old, new)
        _record(books, "keys.receipt", {"generation": coming, "why": why})
    settle(home)
    return coming


def rotate_logs(home: ControllerHome, by: By, why: Why) -> datetime | None:
    """A new key for every log; until when the former sign too, None after a theft: not at all.

    Each log's notice is its next line, and the new key signs from that line on.
    """
    with acting(home, by) as books:
        for owner in notices.owners():
            _renew_log(books, owner, why)
        _record(books, "keys.log", {"why": why})
    return None if why == "compromise" else by.at + log_keys.BOTH_SIGN


def beside(at: datetime) -> Beside:
    """How far a change of the logs' keys is."""
    return log_keys.beside(connection.cursor(), at)


def _renew_log(books: Books, owner: Owner, why: Why) -> None:
    log = notices.log_of_owner(books, owner)
    former = log_keys.newest_vkey(books.cursor, books.keys, log)
    change = log_keys.begin(books.cursor, log, books.by.at, is_theft=why == "compromise")
    new = str(log_keys.verifier(books.keys, log, change.number))
    notice = Notice(kind="log", old=former, new=new, from_leaf=change.leaf, why=why)
    notices.publish(books, owner, notice, change.number, books.keys.receipt())


def receipt_since(org: Org) -> datetime:
    """Since when the receipt key of now is in force: its notice, or the beginning of the org."""
    told = Row.objects.at(Place(org.id)).filter(kind="receipt").aggregate(newest=Max("at"))
    newest: datetime | None = told["newest"]
    return newest or org.made_at


def settle(home: ControllerHome) -> None:
    """Put the newest receipt key in force that the logs know of."""
    known = max([_newest(Place(org.id)) for org in orgs()], default=1)
    if known > home.generation():
        write_private(home.receipt_generation, f"{known}\n".encode())


@dataclass(frozen=True, slots=True)
class Readiness:
    """How many active machines say that they trust the coming CA, and which do not."""

    holders: int
    lacking: tuple[Machine, ...]

    @property
    def is_enough(self) -> bool:
        """Do 99 of 100 trust it?"""
        whole = self.holders + len(self.lacking)
        return self.holders * 100 >= whole * ENOUGH


def readiness(home: ControllerHome) -> Readiness:
    """Who could still be reached if the coming CA served now."""
    coming = authority.spki(succession.other(home))
    active = [one for org in orgs() for one in _active(Place(org.id))]
    lacking = tuple(one for one in active if coming not in one.ca.split(","))
    return Readiness(len(active) - len(lacking), lacking)


def start_ca(home: ControllerHome, by: By) -> None:
    """Tell agents of a new CA; they trust both."""
    coming = succession.draft(home, Keys.load(home), by.at)
    _tell(home, by, Notice(kind="ca", old=authority.ca_pem(home), new=coming, **_ORDERED))
    succession.start(home, coming)


def serve_ca(home: ControllerHome, by: By, *, give_up: bool = False) -> Readiness:
    """Have the new CA serve; Refusal while too many machines would be left outside.

    `give_up`: the machines that lack it are named in the audit log, and join anew.
    """
    found = readiness(home) if succession.phase(home) is succession.Phase.STARTED else None
    if found is not None and not (found.is_enough or give_up):
        names = ", ".join(one.host for one in found.lacking[:_NAMED])
        raise Refusal(
            f"{len(found.lacking)} of {found.holders + len(found.lacking)} active machines do not"
            f" trust the new CA yet: {names}",
            help="wait until they have synced, or give them up with --give-up: each then needs"
            " `dentinel enroll JOIN`",
        )
    succession.serve(home)
    given_up = [str(one.id) for one in found.lacking] if found else []
    with acting(home, by) as books:
        _record(books, "keys.ca", {"step": "serve", "given_up": given_up})
    return found or Readiness(0, ())


def finish_ca(home: ControllerHome, by: By) -> None:
    """Have agents trust the new CA alone."""
    if succession.phase(home) is succession.Phase.SERVING:
        _tell(home, by, Notice(kind="ca", old=None, new=authority.ca_pem(home), **_ORDERED))
    succession.finish(home)


def roll_back_ca(home: ControllerHome, by: By) -> None:
    """Have agents trust the former CA alone, and serve by it."""
    found = succession.phase(home)
    if found is not succession.Phase.STANDBY:
        is_serving = found is succession.Phase.SERVING
        former = succession.other(home) if is_serving else authority.ca_pem(home)
        _tell(home, by, Notice(kind="ca", old=None, new=former, **_ORDERED))
    succession.rollback(home)


def _tell(home: ControllerHome, by: By, notice: Notice) -> None:
    with acting(home, by) as books:
        for owner in notices.owners():
            notices.publish(books, owner, notice, None, books.keys.receipt())
        trusts = [authority.spki(pem) for pem in (notice.old, notice.new) if pem]
        _record(books, "keys.ca", {"trusts": trusts})


def _active(place: Place) -> list[Machine]:
    whole = queries.joined(place).filter(state=MachineState.ACTIVE)
    return list(whole.order_by("clinic__name", "host"))


def _newest(place: Place) -> int:
    told = Row.objects.at(place).filter(kind="receipt").aggregate(newest=Max("generation"))
    return int(told["newest"] or 1)


def _record(books: Books, action: str, after: dict[str, object]) -> None:
    for org in orgs():
        books.record(org.id, None, Act(action, after=after))
