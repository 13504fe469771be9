"""How do the controller's own keys change, so that nobody has to take it on its word?

Each change is a notice in every log (controller.fleet.notices) and an act in the org's. Nobody may
serve meanwhile: the caller holds the home alone (controller.identity.sole).
"""

from datetime import timedelta
from typing import Literal, TypeAlias

from django.db.models import Max

from controller.fleet import notices
from controller.fleet.models import Notice as Row
from controller.identity.home import ControllerHome, write_private
from controller.identity.secrets import Keys
from controller.ledger.actions import Act, Books, By, acting
from controller.tenants.queries import orgs
from controller.tenants.scope import Place
from evidence.messages import Notice

Why: TypeAlias = Literal["age", "order", "compromise"]
RECEIPT_LASTS = timedelta(days=365)


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


def settle(home: ControllerHome) -> None:
    """Put the newest receipt key in force that the logs know of."""
    known = max([_newest(Place(org.id)) for org in orgs()], default=1)
    if known > home.generation():
        write_private(home.receipt_generation, f"{known}\n".encode())


def _newest(place: Place) -> int:
    told = Row.objects.at(place).filter(kind="receipt").aggregate(newest=Max("generation"))
    return int(told["newest"] or 1)


def _record(books: Books, action: str, after: dict[str, object]) -> None:
    for org in orgs():
        books.record(org.id, None, Act(action, after=after))
