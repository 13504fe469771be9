"""Did the controller's log only grow, and does it hold what was acknowledged?

Each machine remembers the newest checkpoint that it verified, and quotes it in its reports: a
controller that shows two histories must lie to every machine for ever.

- The first checkpoint is believed on the log's key, which the join string pinned.
- A newer one counts only with a proof that it goes on from the remembered one; without a proof
  nothing changes, and it is asked for again. The log may also have stood still.
- A smaller one, or one that the proof does not lead to, is believed nowhere: the old one stays.
- A log that begins anew after a restore, and one with a new key, is followed only where signed
  notices lead to it (agent.identity.notices); what was remembered of the one before a restore is
  kept for ever (agent.outbox.exhibits).
"""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from evidence import checkpoint, leaf, merkle
from evidence.checkpoint import Checkpoint
from evidence.errors import BadProof, EvidenceError
from evidence.leaf import RejectedLeaf, ReportLeaf
from evidence.messages import Inclusion
from evidence.note import Verifier

Turn: TypeAlias = Literal["log_rollback", "log_fork", "log_restarted"]
Proof: TypeAlias = tuple[str, ...] | None
"""Hashes in hex; None if the controller gave none this time."""


@dataclass(frozen=True, slots=True)
class Seen:
    """The checkpoint to remember from now on, as a note.

    `turn` is set when the new note does not simply go on from the old one.
    """

    note: str | None
    turn: Turn | None = None


@dataclass(frozen=True, slots=True)
class Sent:
    """A report of this machine, as a line of the log would name it."""

    agent: str
    epoch: int
    seq: int
    env: str


def signed(note: str, vkey: str) -> bool:
    """Is this a checkpoint of the log that is followed, by the key that is believed?"""
    try:
        checkpoint.read(note, Verifier.parse(vkey))
    except EvidenceError:
        return False
    return True


def compare(old: str | None, new: str | None, proof: Proof, vkey: str) -> Seen:
    """What to remember; a note that the log did not sign says nothing and is passed over.

    A key of another log than the remembered one is there because a signed restart led to it.
    """
    try:
        now = checkpoint.read(new, Verifier.parse(vkey)) if new else None
    except EvidenceError:
        return Seen(old)
    if now is None or new is None:
        return Seen(old)
    if old is None:
        return Seen(new)
    before = checkpoint.parse(old)
    if before.origin != now.origin:
        return Seen(new, "log_restarted")
    return _grown(old, before, new, now, proof)


def holds(inclusion: Inclusion, note: str, vkey: str, sent: Sent) -> bool:
    """Is this report's line in the log that the note signs, where the inclusion says?"""
    try:
        now = checkpoint.read(note, Verifier.parse(vkey))
        line = (inclusion.line or "").encode()
        said = leaf.read(line)
        path = [bytes.fromhex(text) for text in inclusion.path]
        merkle.check_inclusion(inclusion.leaf, now.size, merkle.leaf_hash(line), now.root, path)
    except EvidenceError:
        return False
    if not isinstance(said, ReportLeaf | RejectedLeaf):
        return False
    return Sent(said.agent, said.epoch, said.seq, said.env) == sent


def _grown(old: str, before: Checkpoint, new: str, now: Checkpoint, proof: Proof) -> Seen:
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
