"""Is the outbox what it was when this machine last sealed?

At each start of the patrol: the file is whole, every report hashes and links as it must, and the
head equals `chain.json` or is one report ahead of it (a crash between commit and mark). Anything
else was lost, damaged or rolled back, and is answered by a new epoch that says so.

Nothing is mended and nothing deleted here; that is agent.outbox.recovery.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from agent.errors import OutboxDamaged
from agent.outbox.store import Outbox, Sealed
from evidence import chain, strict_json
from evidence.chain import Head, Link, Step
from evidence.errors import EvidenceError, Malformed
from evidence.keys import PublicKey

Keys: TypeAlias = Mapping[str, PublicKey]

Loss: TypeAlias = Literal["outbox_lost", "outbox_corrupt", "state_rollback"]


@dataclass(frozen=True, slots=True)
class Sound:
    """The chain goes on from here."""

    head: Head


@dataclass(frozen=True, slots=True)
class Broken:
    """A new epoch is due; `last` is the newest report that is known to have been sealed."""

    why: Loss
    last: Head


@dataclass(frozen=True, slots=True)
class Forgotten:
    """Outbox and mark are both lost: only the controller knows which epoch comes next."""


Soundness: TypeAlias = Sound | Broken | Forgotten


def is_intact(outbox: Outbox, keys: Keys) -> bool:
    """Is the file whole for SQLite, do the kept reports link, and is the unsent signed?"""
    try:
        return outbox.is_whole() and _is_linked(outbox, keys)
    except OutboxDamaged:
        return False


def compare(outbox: Outbox, mark: Head | None, loss: Loss) -> Soundness:
    """Outbox against mark; `loss` is what to call it when the outbox holds no chain."""
    held = outbox.head()
    match held, mark:
        case None, None:
            return Forgotten()
        case None, Head(seq=0):
            return Sound(mark)
        case None, Head():
            return Broken(loss, mark)
        case Head(seq=0), None:
            return Sound(held)
    if held is None:
        raise TypeError("all pairs without a head are matched above")
    if held == mark or (mark is not None and _is_next(outbox, held, mark)):
        return Sound(held)
    return Broken("state_rollback", mark or held)


def _is_next(outbox: Outbox, held: Head, mark: Head) -> bool:
    """Was the head sealed right after the mark, with nothing in between?"""
    newest = outbox.at((held.epoch, held.seq))
    if newest is None:
        return False
    step = step_of(newest)
    opens_epoch = step.epoch > mark.epoch and step.seq == 1 and step.kind == "gap"
    return opens_epoch or ((step.epoch, step.seq) == mark.expected and step.prev == mark.sha)


def _is_linked(outbox: Outbox, keys: Keys) -> bool:
    """Does every kept report hash to its row and follow the kept one before it?"""
    before: Step | None = None
    anchor, head = outbox.anchor() or "", outbox.head()
    try:
        for sealed in outbox.kept():
            step = step_of(sealed)
            if (step.epoch, step.seq, step.sha) != (*sealed.place, sealed.sha) or not _follows(
                before, step, anchor
            ):
                return False
            if sealed.state == "waiting" and not sealed.is_signed_by(keys):
                return False
            before = step
    except EvidenceError:
        return False
    return before is None or _ends_at(before, head)


def _follows(before: Step | None, step: Step, anchor: str) -> bool:
    """The oldest kept report may follow anything; epochs may have been skipped, seqs not."""
    if step.seq == 1:
        return step.prev == anchor and (before is None or step.epoch > before.epoch)
    return before is None or chain.link(before.head, step, anchor, None) is Link.ACCEPT


def _ends_at(last: Step, head: Head | None) -> bool:
    return head is None or head == last.head or head.seq == 0


def step_of(sealed: Sealed) -> Step:
    """The chain's view of a stored report; its claims are read from the bytes that were signed."""
    said = strict_json.read(sealed.envelope.payload)
    try:
        return Step(said["epoch"], said["seq"], said["prev"], sealed.envelope.sha, said["kind"])
    except (KeyError, TypeError) as error:
        raise Malformed("a stored report without its header") from error
