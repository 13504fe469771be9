"""Is this log, as it stands in the tables, the one that was signed?

Its lines are folded anew; every node, every checkpoint and the row of the log itself must be what
follows from them, each checkpoint signed by the keys of its time and no others, and the lock must
not know better.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from uuid import UUID

from controller.identity.home import ControllerHome
from controller.identity.secrets import Keys
from controller.ledger import log_keys
from controller.ledger.append import is_stored
from controller.ledger.lock import CheckpointLock, Held
from controller.ledger.log_keys import BOTH_SIGN, FIRST, Change
from controller.ledger.models import Checkpoint, Log, LogEntry, LogKey, LogNode
from controller.ledger.sql import to_millisecond
from controller.tenants.models import Clinic
from controller.tenants.scope import Place
from evidence import checkpoint, leaf, merkle, note
from evidence.errors import EvidenceError
from evidence.leaf import KeysLeaf, Leaf
from evidence.merkle import Frontier, Tree
from evidence.note import Verifier

_LEVEL_SHIFT = 48


@dataclass(frozen=True, slots=True)
class Difference:
    """What of a table is not as it should be: a row, and why."""

    table: str
    row: str
    what: str

    def __str__(self) -> str:
        return f"{self.table} {self.row}: {self.what}"


@dataclass(slots=True)
class Lines:
    """A log as its lines say: what each means, the tree over them, what was wrong on the way."""

    place: Place
    log: Log
    keys: tuple[Verifier, ...]
    changes: tuple[Change, ...]
    held: Held | None
    leaves: dict[int, Leaf] = field(default_factory=dict)
    tree: Tree = field(default_factory=lambda: Tree(Frontier()))
    nodes: dict[int, bytes] = field(default_factory=dict)
    found: list[Difference] = field(default_factory=list)

    def differs(self, table: str, row: object, what: str) -> Difference:
        """Something wrong in this log."""
        return Difference(table, f"{row} of {self.log.origin}", what)


def read(place: Place, log: Log, keys: Keys, lock: CheckpointLock) -> Lines:
    """Fold every line; a column that does not say what its line says is noted."""
    rows = LogKey.objects.at(place).filter(log_id=log.id).order_by("number")
    changes = tuple(Change(row.number, row.leaf, row.at, row.both_until) for row in rows)
    numbers = (FIRST, *(change.number for change in changes))
    known = (keys.log(log.uuid, log.generation, number).public for number in numbers)
    named = tuple(Verifier(log.origin, public) for public in known)
    lines = Lines(place, log, named, changes, lock.held(log.origin))
    frontier = Frontier()
    for entry in LogEntry.objects.at(place).filter(log_id=log.id).order_by("idx").iterator():
        size = lines.tree.size
        if entry.idx != size:
            lines.found.append(lines.differs("log_entry", size, "the line is missing"))
        line = bytes(entry.line)
        try:
            lines.leaves[entry.idx] = said = leaf.read(line)
            if _columns(entry) != _said(said, entry):
                what = "its columns do not say what its line says"
                lines.found.append(lines.differs("log_entry", entry.idx, what))
        except EvidenceError as wrong:
            lines.found.append(lines.differs("log_entry", entry.idx, str(wrong)))
        frontier, made = frontier.append(merkle.leaf_hash(line))
        lines.tree.append(merkle.leaf_hash(line))
        lines.nodes |= {
            level << _LEVEL_SHIFT | at: node for level, at, node in made if is_stored(level)
        }
    return lines


def check(lines: Lines, exported: set[int]) -> Iterator[Difference]:
    """Everything in the tables of one log that does not follow from its lines."""
    yield from lines.found
    yield from _check_nodes(lines)
    yield from _check_keys(lines)
    yield from _check_checkpoints(lines, exported)
    log, tree, held = lines.log, lines.tree, lines.held
    if log.size != tree.size:
        yield lines.differs("log", "size", f"{log.size} entries, and {tree.size} lines")
    is_lost = log.state == "closed"  # after a restore: the next generation says what is missing
    if not is_lost and (
        held is None or held.size > tree.size or tree.root_at(held.size) != held.root
    ):
        yield lines.differs("log", "root", "another history than was signed last")


def check_rows(home: ControllerHome, logs: list[Log]) -> Iterator[Difference]:
    """The row of each log: what its name says, and which generation is the open one."""
    newest: dict[UUID, int] = {}
    for log in logs:
        newest[log.uuid] = max(log.generation, newest.get(log.uuid, 0))
    clinics: set[tuple[UUID | None, int]] = set()
    for log in logs:
        named = f"{home.log_names()}/{log.uuid}/{log.generation}"
        is_newest = log.generation == newest[log.uuid]
        once = (log.clinic_id, log.generation) not in clinics
        clinics.add((log.clinic_id, log.generation))
        if log.origin != named or not once:
            yield Difference("log", log.origin, "not the name of this log, or of two")
        if (log.state == "open") != is_newest:
            yield Difference("log", log.origin, "open and not the newest, or closed and the newest")


def check_owners(place: Place, logs: list[Log]) -> Iterator[Difference]:
    """Each clinic of the org has a log, and the org has one."""
    owners = {log.clinic_id for log in logs}
    wanted = {None, *Clinic.objects.at(place).values_list("id", flat=True)}
    for clinic in wanted ^ owners:
        yield Difference("log", str(clinic or "the organisation"), "no log, or one of nobody")


def _columns(entry: LogEntry) -> tuple[object, ...]:
    machine = str(entry.machine_id) if entry.machine_id else None
    return (entry.kind, machine, entry.epoch, entry.seq, entry.env)


def _said(said: Leaf, entry: LogEntry) -> tuple[object, ...]:
    """What the columns should be; a line about a key names its machine only since it has to."""
    agent = getattr(said, "agent", None)
    if said.kind == "revoke" and entry.machine_id is None:
        agent = None
    place = (getattr(said, "epoch", None), getattr(said, "seq", None))
    return (said.kind, agent, *place, getattr(said, "env", None))


def _check_nodes(lines: Lines) -> Iterator[Difference]:
    stored = LogNode.objects.at(lines.place).filter(log_id=lines.log.id)
    held = {k: bytes(node) for k, node in stored.values_list("k", "hash").iterator()}
    for k in sorted(held.keys() | lines.nodes.keys()):
        if held.get(k) != lines.nodes.get(k):
            row = f"{k >> _LEVEL_SHIFT}/{k & ((1 << _LEVEL_SHIFT) - 1)}"
            yield lines.differs("log_node", row, "not the hash over its lines")


def _check_keys(lines: Lines) -> Iterator[Difference]:
    """Each change of the key has its line, in order, and its time."""
    for number, change in enumerate(lines.changes, FIRST + 1):
        said = lines.leaves.get(change.leaf)
        ends = {change.at, change.at + BOTH_SIGN}
        holds = isinstance(said, KeysLeaf) and to_millisecond(said.at) == change.at
        if not holds or change.number != number or change.both_until not in ends:
            yield lines.differs("log_key", change.number, "not what was logged of this key")


def _check_checkpoints(lines: Lines, exported: set[int]) -> Iterator[Difference]:
    """The last of each day, those that somebody was handed, and the newest must be there."""
    rows = Checkpoint.objects.at(lines.place).filter(log_id=lines.log.id).order_by("size")
    kept, wanted = exported | _day_ends(lines), {lines.log.size} - {0}
    for row in rows.iterator():
        wanted.discard(row.size)
        is_kept = row.keep or row.size not in kept
        if not _is_signed(lines, row) or not is_kept or _last_at(lines, row.size) != row.at:
            yield lines.differs("checkpoint", row.size, "not what was signed, or not as it is kept")
        kept.discard(row.size)
    for size in sorted(kept | wanted):
        yield lines.differs("checkpoint", size, "it is missing")


def _day_ends(lines: Lines) -> set[int]:
    """The sizes of the log at the end of each day on which it grew, but for the last."""
    days = [(index, said.at.date()) for index, said in lines.leaves.items()]
    return {index + 1 for (index, day), (_, next_) in pairwise(days) if day != next_}


def _is_signed(lines: Lines, row: Checkpoint) -> bool:
    try:
        signed, whole = checkpoint.parse(row.note), note.parse(row.note)
        signers = {*note.verify(whole, lines.keys)}
        root = lines.tree.root_at(row.size)
    except EvidenceError:
        return False
    found = (signed.origin, signed.size, signed.root, root.hex())
    mine = sum(one.name == lines.log.origin for one in whole.signatures)
    is_so = found == (lines.log.origin, row.size, root, row.root)
    return is_so and signers == _due(lines, row) and mine == len(signers)


def _due(lines: Lines, row: Checkpoint) -> set[Verifier]:
    """The keys that had to sign a checkpoint of that size at that time."""
    heard = tuple(change for change in lines.changes if change.leaf < row.size)
    due = log_keys.signing(heard, row.at)
    return {lines.keys[number - FIRST] for number in due if number <= len(lines.keys)}


def _last_at(lines: Lines, size: int) -> object:
    """A checkpoint is signed with its last line, and has its time."""
    last = lines.leaves.get(size - 1)
    return to_millisecond(last.at) if last else None
