"""What did the log record? Whether the reader trusts it: evidence.verify.signers.

A log that was begun anew after a restore has earlier generations. Their lines are numbered below
zero here, so that the order of all lines is one: `Log.leaves` holds them all.
"""

from dataclasses import dataclass

from evidence import checkpoint, leaf, merkle, strict_json
from evidence.bundle import CHECKPOINT, RESTARTS, LogRange, Manifest
from evidence.checkpoint import Checkpoint
from evidence.errors import BadProof, Malformed
from evidence.leaf import Leaf, RestartLeaf
from evidence.merkle import Frontier, Tree
from evidence.verify.case import Case, Place
from evidence.verify.opened import Opened

_LOG = "log/"
_APART = 1 << 48
"""How far the numbers of two generations lie from one another."""


@dataclass(frozen=True, slots=True)
class Log:
    """The lines of the bundle by their place in the log, and the tree over all before and these."""

    folder: str
    shift: int
    first: int
    leaves: dict[int, Leaf]
    tree: Tree
    note: str
    checkpoint: Checkpoint | None
    earlier: tuple["Log", ...] = ()

    @property
    def origin(self) -> str:
        """The name of the log, empty if its checkpoint could not be read."""
        return self.checkpoint.origin if self.checkpoint else ""

    @property
    def generations(self) -> tuple["Log", ...]:
        """All that the bundle holds of it, the oldest first."""
        return (*self.earlier, self)

    @property
    def was_restarted(self) -> bool:
        """Does a line say that it was begun anew?"""
        return any(isinstance(said, RestartLeaf) for said in self.leaves.values())

    def place(self, index: int) -> Place:
        """Where a line stands."""
        held = next(each for each in reversed(self.generations) if index >= each.shift)
        return Place(file=f"{held.folder}entries.jsonl", line=index - held.shift - held.first + 1)

    def generation(self, number: int | None) -> "Log":
        """An earlier generation by its number, or this one; Malformed if it is not here."""
        if number is None:
            return self
        for each in self.earlier:
            if each.folder == f"{RESTARTS}{number}/":
                return each
        raise Malformed("it is of a generation of the log that is not in the bundle")

    def was(self, size: int, root: bytes) -> bool | None:
        """Was this its root at that size? None where the bundle cannot tell."""
        held = [each for each in self.generations if each.first <= size <= each.tree.size]
        if any(each.tree.root_at(size) == root for each in held):
            return True
        # Before a restart the log may have been longer than what was restored of it.
        is_lost = self.was_restarted and not any(each.folder != _LOG for each in held)
        return None if is_lost or (not held and size < self.first) else False


def read_log(opened: Opened, case: Case) -> Log:
    """The log with its earlier generations, each folded from its frontier and all its lines."""
    numbers = {
        int(name.removeprefix(RESTARTS).partition("/")[0])
        for name in opened.members
        if name.startswith(RESTARTS)
    }
    earlier = tuple(
        _read(opened, f"{RESTARTS}{number}/", -back * _APART, case)
        for back, number in reversed(list(enumerate(sorted(numbers, reverse=True), 1)))
    )
    own = _read(opened, _LOG, 0, case)
    leaves = {index: said for each in (*earlier, own) for index, said in each.leaves.items()}
    return Log(_LOG, 0, own.first, leaves, own.tree, own.note, own.checkpoint, earlier)


def _read(opened: Opened, folder: str, shift: int, case: Case) -> Log:
    text, signed = _checkpoint(opened, f"{folder}checkpoint", case)
    tree = Tree(_frontier(opened, f"{folder}frontier.json", case))
    entries = f"{folder}entries.jsonl"
    leaves: dict[int, Leaf] = {}
    try:
        for number, line in opened.lines(entries):
            try:
                leaves[shift + tree.size] = leaf.read(line)
            except Malformed as wrong:
                what = f"a line of the log says what cannot be read here: {wrong}"
                case.lacks("G1", what, Place(file=entries, line=number))
            tree.append(merkle.leaf_hash(line))
    except Malformed as wrong:
        case.false("L1", str(wrong), Place(file=entries))
    return Log(folder, shift, tree.first, leaves, tree, text, signed)


def check_root(log: Log, manifest: Manifest | None, case: Case) -> None:
    """L1: frontier and lines lead to the root that was signed, and to nothing more or less."""
    for each in log.generations:
        _check_root(each, case)
    signed = log.checkpoint
    found = signed and LogRange(origin=signed.origin, first=log.first, end=signed.size)
    if manifest and found and manifest.log != found:
        case.false(
            "L1",
            "the manifest speaks of another log, or of other lines of it",
            Place(file=CHECKPOINT, expected=_range(manifest.log), found=_range(found)),
        )
    for each in log.generations:
        _check_beginning(each, log.leaves.get(each.shift), case)
    for index, said in log.leaves.items():
        if isinstance(said, RestartLeaf):
            _check_restart(log, index, said, case)


def _check_beginning(log: Log, said: Leaf | None, case: Case) -> None:
    """A later generation begins with what was before: else it could have been written to hide it.

    The number of a generation is the last part of its name.
    """
    number = log.origin.rpartition("/")[2]
    is_later = number.isdecimal() and number != "1"
    if log.first == 0 and is_later and not isinstance(said, RestartLeaf):
        what = f"{log.origin} goes on for an earlier log, and does not begin with what that was"
        case.false("L1", what, Place(file=f"{log.folder}entries.jsonl", line=1))


def _check_root(log: Log, case: Case) -> None:
    signed = log.checkpoint
    if signed is None:
        case.false("L1", "without a checkpoint nothing says what the log was")
    elif (signed.size, signed.root) != (log.tree.size, log.tree.root):
        case.false(
            "L1",
            "the lines of the log were changed, moved or taken out after they were signed",
            Place(
                file=f"{log.folder}entries.jsonl",
                expected=f"{signed.size} entries, root {signed.root.hex()}",
                found=f"{log.tree.size} entries, root {log.tree.root.hex()}",
            ),
        )


def _check_restart(log: Log, index: int, said: RestartLeaf, case: Case) -> None:
    """What a restart says of the log before must be true of that log, as far as it is here."""
    for each in log.earlier:
        is_it = each.origin == said.old and each.first <= said.size <= each.tree.size
        if is_it and each.tree.root_at(said.size).hex() != said.root:
            what = "the log was begun anew after another one than the bundle holds"
            case.false("L1", what, log.place(index))


def _range(of: LogRange) -> str:
    return f"{of.origin}, {of.first} to {of.end}"


def _checkpoint(opened: Opened, name: str, case: Case) -> tuple[str, Checkpoint | None]:
    try:
        text = opened.whole(name).decode("utf-8")
        return text, checkpoint.parse(text)
    except (Malformed, UnicodeDecodeError):
        case.false("C1", "the checkpoint is missing or is none", Place(file=name))
        return "", None


def _frontier(opened: Opened, name: str, case: Case) -> Frontier:
    try:
        hashes = strict_json.read(opened.whole(name))
        raw = tuple(bytes.fromhex(each) for each in hashes["hashes"])
        return Frontier(hashes["size"], raw)
    except (Malformed, BadProof, AttributeError, KeyError, TypeError, ValueError):
        case.false("L1", "the frontier of the log is missing or is none", Place(file=name))
        return Frontier()
