"""How may a machine join, and who said so?

A join token is leave for one machine, for 72 hours, unless its maker says otherwise. What is kept
of its secret is a hash; the join string is shown once. Its pin is the hash of the welcome
document, which is kept byte for byte: so one line on paper pins CA, receipt key, log,
and who may sign rules.
"""

import base64
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import get_args
from uuid import UUID

from controller.errors import Refusal
from controller.fleet import notices
from controller.fleet.join_secret import hash_of
from controller.fleet.models import Approval, JoinToken, Presence
from controller.identity import succession
from controller.identity.home import ControllerHome
from controller.identity.shelf import Shelf
from controller.ledger import log_keys
from controller.ledger.actions import Act, Books, By, acting
from controller.ledger.append import log_of
from controller.tenants.models import Clinic
from controller.tenants.scope import Place
from evidence import join
from evidence.join import JoinString, Welcome
from evidence.words import MachineRole

LIFE = timedelta(hours=72)
LONGEST_LIFE = timedelta(days=30)
MOST_USES = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenOrder:
    """What a token is to allow. `approval` None: manual if it has more than one use."""

    clinic: UUID
    host: str
    port: int = 443
    site: UUID | None = None
    role: str = ""
    presence: Presence = Presence.WORKING
    platforms: tuple[str, ...] = ()
    max_uses: int = 1
    life: timedelta = LIFE
    approval: Approval | None = None


def create_token(
    home: ControllerHome,
    place: Place,
    order: TokenOrder,
    by: By,
    random: Callable[[int], bytes] = secrets.token_bytes,
) -> JoinString:
    """Make a token; `str()` of the answer is the line to hand over, and is not kept.

    Refusal if the life or the uses are out of bounds, or the clinic is not of this place.
    """
    _check(order)
    clinic = Clinic.objects.at(place).filter(id=order.clinic).first()
    if clinic is None:
        raise Refusal("there is no such clinic here", help="ask for the clinics of this org first")
    with acting(home, by) as books:
        welcome = _welcome(home, books, clinic)
        made = JoinString(random(8), random(20), join.pin_of(welcome), order.host, order.port)
        _save(books, clinic, order, made, welcome)
    return made


def withdraw_token(home: ControllerHome, place: Place, token: UUID, by: By) -> None:
    """Let nobody join by it any more; machines that did stay."""
    with acting(home, by) as books:
        held = JoinToken.objects.at(place).filter(id=token, withdrawn_at=None).first()
        if held is None:
            raise Refusal("there is no such token in force here")
        held.withdrawn_at = by.at
        held.save(update_fields=["withdrawn_at"])
        books.record(held.org_id, held.clinic_id, Act("token.withdraw", held.tid))


def _check(order: TokenOrder) -> None:
    if not timedelta() < order.life <= LONGEST_LIFE:
        raise Refusal("a join token lives 30 days at most", help="ask for less, and make another")
    if not 1 <= order.max_uses <= MOST_USES:
        raise Refusal(f"a join token has 1 to {MOST_USES} uses")
    if order.role and order.role not in get_args(MachineRole):
        raise Refusal(
            f"there is no role {order.role!r}", help=f"one of {', '.join(get_args(MachineRole))}"
        )


def _welcome(home: ControllerHome, books: Books, clinic: Clinic) -> bytes:
    log = log_of(books.cursor, clinic.org_id.hex, clinic.id.hex)
    return Welcome(
        org=str(clinic.org_id),
        clinic=str(clinic.id),
        ca=succession.trusted(home),
        tuf_root=base64.b64encode(Shelf(home).root(clinic.org_id)).decode(),
        receipt=(books.keys.receipt().public.hex,),
        log=log_keys.newest_vkey(books.cursor, books.keys, log),
        hw_salt=books.keys.hardware_salt(clinic.id).hex(),
    ).to_bytes()


def _save(
    books: Books, clinic: Clinic, order: TokenOrder, made: JoinString, welcome: bytes
) -> None:
    approval = order.approval or (Approval.AUTO if order.max_uses == 1 else Approval.MANUAL)
    tid = join.base32(made.tid)
    JoinToken(
        org_id=clinic.org_id,
        clinic=clinic,
        site_id=order.site,
        tid=tid,
        secret_sha=hash_of(join.base32(made.secret)),
        welcome=welcome,
        role=order.role,
        presence=order.presence,
        platforms=list(order.platforms),
        approval=approval,
        max_uses=order.max_uses,
        receipt=books.keys.generation,
        noticed=notices.newest(Place(clinic.org_id), clinic.id),
        made_by=books.by.actor,
        made_at=books.by.at,
        expires_at=books.by.at + order.life,
    ).save(force_insert=True)
    told = {"uses": order.max_uses, "hours": order.life // timedelta(hours=1), "approval": approval}
    books.record(clinic.org_id, clinic.id, Act("token.make", tid, after=told))
