"""What does the controller's answer do to the outbox?

Receipts mark their reports. `head` is what the controller has committed: whatever was
acknowledged beyond it is sent again, because the controller was restored from a backup. What only
a signature can mend (a fork, a gap that cannot be filled) is left to the patrol.
"""

from dataclasses import dataclass
from enum import Enum, auto

from agent.outbox.parcel import Parcel
from agent.outbox.store import Outbox, State
from evidence.messages import Answer


class Next(Enum):
    """How the conversation goes on."""

    SEND = auto()
    """There is more to send, or there may be: look again."""
    RETRY = auto()
    """The nonce was not the one expected; the right one came with the answer."""
    SEEK = auto()
    """No key that was tried is known: ask by another, without reports, where the chain stands."""
    SMALLER = auto()
    """One report of several was refused: find out which, by sending fewer."""
    PATROL = auto()
    """Only the patrol can go on: a new epoch is due."""
    STOP = auto()
    """This machine is no longer wanted: ask again once a day."""


@dataclass(frozen=True, slots=True)
class Settled:
    """How it goes on, and whether the patrol has something to look at."""

    next: Next
    for_patrol: bool
    went_back: bool = False
    """Does the controller have less than it acknowledged?"""


_STATES: dict[str, State] = {"stored": "stored", "duplicate": "stored", "rejected": "rejected"}


def settle(outbox: Outbox, parcel: Parcel, answer: Answer) -> Settled:
    """Bring the rows up to the answer to this parcel, in one transaction."""
    sent = {sealed.place for sealed in parcel.reports}
    with outbox.transaction():
        for receipt in answer.receipts:
            place = receipt.epoch, receipt.seq
            if place in sent:
                outbox.mark(place, _STATES[receipt.outcome], receipt.leaf, receipt.why)
        went_back = outbox.rewind(answer.head) > 0
    step = _next(outbox, parcel, answer)
    was_rejected = any(receipt.outcome == "rejected" for receipt in answer.receipts)
    rotates = any(sealed.kind == "key_rotate" for sealed in parcel.reports)
    odd = was_rejected or went_back or rotates or bool(answer.directives)
    return Settled(step, step is Next.PATROL or odd, went_back)


def _next(outbox: Outbox, parcel: Parcel, answer: Answer) -> Next:
    match answer.code:
        case "nonce":
            return Next.RETRY
        case "stopped":
            return Next.STOP
        case "fork":
            return Next.PATROL
        case "gap":
            return Next.SEND if _holds(outbox, answer) else Next.PATROL
        case "header":
            return Next.SMALLER if len(parcel.reports) > 1 else Next.PATROL
        case "ok":
            return Next.PATROL if outbox.head() is None else Next.SEND


def _holds(outbox: Outbox, answer: Answer) -> bool:
    """Is the report that the controller expects still here, and waiting to be sent?"""
    wanted = outbox.at(answer.expected) if answer.expected else None
    return wanted is not None and wanted.state == "waiting"
