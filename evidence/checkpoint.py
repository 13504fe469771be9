"""What did the log sign: how long is it, what is its root, and what stands in it?

Checkpoints of C2SP (tlog-checkpoint.md): a signed note of origin, size and root. The name of the
log's key is the origin itself, so that one vkey says both. A tlog-proof (tlog-proof.md) is a
checkpoint with the path of one entry to its root; a continuation is the body of tlog-witness.md's
add-checkpoint: an older size, the path from there, and the newer checkpoint.
"""

import base64
import re
from dataclasses import dataclass

from evidence import merkle, note
from evidence.envelope import from_base64
from evidence.errors import Malformed
from evidence.keys import SigningKey
from evidence.merkle import HASH_BYTES
from evidence.note import Verifier

_SIZE = re.compile(r"0|[1-9][0-9]{0,18}")
_PROOF = "c2sp.org/tlog-proof@v1"
_INDEX = re.compile(r"index (0|[1-9][0-9]{0,18})")
_OLD = re.compile(r"old (0|[1-9][0-9]{0,18})")
_EXTRA = "extra "
_LONGEST_PATH = 64


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A log at one size."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """The text that is signed."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"

    def sign(self, *keys: SigningKey) -> str:
        """The note; while a log changes its key both sign."""
        return note.sign(self.text, self.origin, *keys)


@dataclass(frozen=True, slots=True)
class LogProof:
    """That an entry stands in a log: its index, the path to the root, and the signed note.

    `extra` may hold the entry itself.
    """

    index: int
    path: tuple[bytes, ...]
    note: str
    extra: bytes | None = None

    def __str__(self) -> str:
        extra = "" if self.extra is None else f"{_EXTRA}{_base64(self.extra)}\n"
        return f"{_PROOF}\n{extra}index {self.index}\n{_lines(self.path)}\n{self.note}"

    def check(self, line: bytes) -> Checkpoint:
        """The checkpoint in which this line is shown to stand; BadProof if it is not.

        Who signed that checkpoint is not asked: the caller compares it with one that he trusts.
        """
        checkpoint = parse(self.note)
        leaf = merkle.leaf_hash(line)
        merkle.check_inclusion(self.index, checkpoint.size, leaf, checkpoint.root, self.path)
        return checkpoint


@dataclass(frozen=True, slots=True)
class Continuation:
    """That a log of `old` entries goes on to that of a newer note."""

    old: int
    path: tuple[bytes, ...]
    note: str

    def __str__(self) -> str:
        return f"old {self.old}\n{_lines(self.path)}\n{self.note}"

    def check(self, root: bytes) -> Checkpoint:
        """The newer checkpoint, which begins with the tree of that root; BadProof otherwise."""
        newer = parse(self.note)
        merkle.check_consistency(self.old, newer.size, root, newer.root, self.path)
        return newer


def parse_continuation(data: str) -> Continuation:
    """Read a continuation; nothing is checked yet. Malformed if it is none."""
    head, gap, text = data.partition("\n\n")
    first, *lines = head.split("\n")
    old = _OLD.fullmatch(first)
    if old is None or not gap or len(lines) > _LONGEST_PATH:
        raise Malformed("not a proof that a log goes on: old size, hashes, checkpoint")
    return Continuation(int(old[1]), tuple(map(from_base64, lines)), text)


def parse_proof(data: str) -> LogProof:
    """Read a tlog-proof; nothing is checked yet. Malformed if it is none."""
    head, gap, text = data.partition("\n\n")
    first, *lines = head.split("\n")
    extra = None
    if lines and lines[0].startswith(_EXTRA):
        extra = from_base64(lines.pop(0).removeprefix(_EXTRA))
    index = _INDEX.fullmatch(lines[0]) if lines else None
    if first != _PROOF or index is None or not gap or len(lines) > 1 + _LONGEST_PATH:
        raise Malformed("not a proof of a log: c2sp.org/tlog-proof@v1, index, hashes, checkpoint")
    return LogProof(int(index[1]), tuple(map(from_base64, lines[1:])), text, extra)


def parse(data: str) -> Checkpoint:
    """Read a checkpoint without asking who signed it; Malformed if it is none."""
    lines = note.parse(data).text.split("\n")
    if len(lines) < 4 or not lines[0] or not _SIZE.fullmatch(lines[1]):
        raise Malformed("not a checkpoint: origin, size, root")
    root = from_base64(lines[2])
    if len(root) != HASH_BYTES:
        raise Malformed("a checkpoint whose root is no SHA-256")
    return Checkpoint(lines[0], int(lines[1]), root)


def read(data: str, verifier: Verifier) -> Checkpoint:
    """Read a checkpoint that this log signed; UnknownKey, BadSignature or Malformed otherwise."""
    checkpoint = parse(data)
    note.verify(note.parse(data), [verifier])
    if checkpoint.origin != verifier.name:
        raise Malformed("a checkpoint of another log than its key is named for")
    return checkpoint


def _lines(path: tuple[bytes, ...]) -> str:
    return "".join(f"{_base64(each)}\n" for each in path)


def _base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
