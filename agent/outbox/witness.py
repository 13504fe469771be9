"""Did the controller's log only grow?

Each machine remembers the newest checkpoint that it verified, and quotes it in its reports: a
controller that shows two histories must lie to every machine for ever.

- The first checkpoint is believed on the log's key, which the join string pinned.
- A newer one counts only with a proof that it goes on from the remembered one; without a proof
  nothing changes, and it is asked for again. The log may also have stood still.
- A smaller one, or one that the proof does not lead to, is kept nowhere: the old one stays.
"""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from evidence import checkpoint, merkle
from evidence.checkpoint import Checkpoint
from evidence.errors import BadProof, EvidenceError
from evidence.note import Verifier

Doubt: TypeAlias = Literal["log_rollback", "log_fork"]
Proof: TypeAlias = tuple[str, ...] | None
"""Hashes in hex; None if the controller gave none this time."""


@dataclass(frozen=True, slots=True)
class Seen:
    """The checkpoint to remember from now on (as a note), and what is wrong with the new one."""

    note: str | None
    doubt: Doubt | None = None


def compare(old: str | None, new: str | None, proof: Proof, vkey: str) -> Seen:
    """What to remember; a note that the log did not sign says nothing and is passed over."""
    verifier = Verifier.parse(vkey)
    try:
        now = checkpoint.read(new, verifier) if new else None
    except EvidenceError:
        return Seen(old)
    if now is None or old is None:
        return Seen(new or old)
    return _grown(old, checkpoint.parse(old), new or old, now, proof)


def _grown(old: str, before: Checkpoint, new: str, now: Checkpoint, proof: Proof) -> Seen:
    if before.origin != now.origin:
        return Seen(old, "log_fork")
    if now.size < before.size:
        return Seen(old, "log_rollback")
    if before.size == 0 or now == before:
        return Seen(new)
    if now.size > before.size and not proof:
        return Seen(old)
    hashes = [bytes.fromhex(text) for text in proof or ()]
    try:
        merkle.check_consistency(before.size, now.size, before.root, now.root, hashes)
    except BadProof:
        return Seen(old, "log_fork")
    return Seen(new)
