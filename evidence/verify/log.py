"""What did the log record, and is it the log that the reader trusts?"""

from dataclasses import dataclass

from evidence import checkpoint, leaf, merkle, note, strict_json
from evidence.bundle import CHECKPOINT, ENTRIES, FRONTIER, LogRange, Manifest
from evidence.checkpoint import Checkpoint
from evidence.errors import BadProof, EvidenceError, Malformed
from evidence.leaf import Leaf
from evidence.merkle import Frontier
from evidence.note import Verifier
from evidence.trust_policy import TrustPolicy
from evidence.verify.case import Case, Place
from evidence.verify.opened import Opened


@dataclass(frozen=True, slots=True)
class Log:
    """The lines of the bundle by their place in the log, and the tree over all before and these."""

    first: int
    leaves: dict[int, Leaf]
    tree: Frontier
    note: str
    checkpoint: Checkpoint | None

    @property
    def origin(self) -> str:
        """The name of the log, empty if its checkpoint could not be read."""
        return self.checkpoint.origin if self.checkpoint else ""


def read_log(opened: Opened, case: Case) -> Log:
    """Fold the frontier and all lines; a line that cannot be read is folded all the same."""
    text, signed = _checkpoint(opened, case)
    tree = _frontier(opened, case)
    first = tree.size
    leaves: dict[int, Leaf] = {}
    try:
        for number, line in opened.lines(ENTRIES):
            try:
                leaves[tree.size] = leaf.read(line)
            except Malformed as wrong:
                case.lacks(
                    "G1",
                    f"a line of the log says what cannot be read here: {wrong}",
                    Place(file=ENTRIES, line=number),
                )
            tree, _ = tree.append(merkle.leaf_hash(line))
    except Malformed as wrong:
        case.false("L1", str(wrong), Place(file=ENTRIES))
    return Log(first, leaves, tree, text, signed)


def check_root(log: Log, manifest: Manifest | None, case: Case) -> None:
    """L1: frontier and lines lead to the root that was signed, and to nothing more or less."""
    signed = log.checkpoint
    if signed is None:
        case.false("L1", "without a checkpoint nothing says what the log was")
        return
    if (signed.size, signed.root) != (log.tree.size, log.tree.root):
        case.false(
            "L1",
            "the lines of the log were changed, moved or taken out after they were signed",
            Place(
                file=ENTRIES,
                expected=f"{signed.size} entries, root {signed.root.hex()}",
                found=f"{log.tree.size} entries, root {log.tree.root.hex()}",
            ),
        )
    found = LogRange(origin=signed.origin, first=log.first, end=signed.size)
    if manifest and manifest.log != found:
        case.false(
            "L1",
            "the manifest speaks of another log, or of other lines of it",
            Place(file=CHECKPOINT, expected=_range(manifest.log), found=_range(found)),
        )


def check_signature(
    log: Log, policy: TrustPolicy | None, named: tuple[Verifier, ...], case: Case
) -> Verifier | None:
    """K1 and C1: by which key the log is known, and whether that key signed the checkpoint.

    The reader's policy has the last word; `named` are the keys that the log itself names.
    """
    trusted = [each for each in policy.logs if each.name == log.origin] if policy else []
    known = trusted or [each for each in named if each.name == log.origin]
    if not trusted:
        case.lacks("K1", _unnamed(policy), Place(found=str(known[0]) if known else None))
    if policy and policy.asks_witnesses:
        case.lacks("C3", "the policy asks for witnesses, and this version cannot check them")
    if not known or log.checkpoint is None:
        case.lacks(
            "C1",
            "no key is known by which the log's signature could be checked",
            Place(file=CHECKPOINT),
        )
        return None
    try:
        return note.verify(note.parse(log.note), known)[0]
    except EvidenceError as wrong:
        case.false(
            "C1",
            f"the checkpoint is not signed by the log: {wrong}",
            Place(file=CHECKPOINT, expected=str(known[0])),
        )
        return known[0]


def _unnamed(policy: TrustPolicy | None) -> str:
    says = "the policy does not name this log" if policy else "no policy was given"
    return f"the bundle agrees with itself, but nobody has said whose key this is: {says}"


def _range(of: LogRange) -> str:
    return f"{of.origin}, {of.first} to {of.end}"


def _checkpoint(opened: Opened, case: Case) -> tuple[str, Checkpoint | None]:
    try:
        text = opened.whole(CHECKPOINT).decode("utf-8")
        return text, checkpoint.parse(text)
    except (Malformed, UnicodeDecodeError):
        case.false("C1", "the checkpoint is missing or is none", Place(file=CHECKPOINT))
        return "", None


def _frontier(opened: Opened, case: Case) -> Frontier:
    try:
        hashes = strict_json.read(opened.whole(FRONTIER))
        raw = tuple(bytes.fromhex(each) for each in hashes["hashes"])
        return Frontier(hashes["size"], raw)
    except (Malformed, BadProof, AttributeError, KeyError, TypeError, ValueError):
        case.false("L1", "the frontier of the log is missing or is none", Place(file=FRONTIER))
        return Frontier()
