"""What did the log sign: how long is it, what is its root, and what stands in it?

Checkpoints of C2SP (tlog-checkpoint.md): a signed note of origin, size and root. The name of the
log's key is the origin itself, so that one vkey says both. A tlog-proof (tlog-proof.md) is a
checkpoint with the path of one entry to its root.
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
    """That an entry stands in a log: its index, the path to the root, and the signed note."""

    index: int
    path: tuple[bytes, ...]
    note: str

    def __str__(self) -> str:
        hashes = "".join(f"{base64.b64encode(each).decode()}\n" for each in self.path)
        return f"{_PROOF}\nindex {self.index}\n{hashes}\n{self.note}"

    def check(self, line: bytes) -> Checkpoint:
        """The checkpoint in which this line is shown to stand; BadProof if it is not.

        Who signed that checkpoint is not asked: the caller compares it with one that he trusts.
        """
        checkpoint = parse(self.note)
        leaf = merkle.leaf_hash(line)
        merkle.check_inclusion(self.index, checkpoint.size, leaf, checkpoint.root, self.path)
        return checkpoint


def parse_proof(data: str) -> LogProof:
    """Read a tlog-proof; nothing is checked yet. Malformed if it is none."""
    head, gap, text = data.partition("\n\n")
    first, *lines = head.split("\n")
    if lines and lines[0].startswith("extra "):
        del lines[0]
    index = _INDEX.fullmatch(lines[0]) if lines else None
    if first != _PROOF or index is None or not gap or len(lines) > 1 + _LONGEST_PATH:
        raise Malformed("not a proof of a log: c2sp.org/tlog-proof@v1, index, hashes, checkpoint")
    return LogProof(int(index[1]), tuple(map(from_base64, lines[1:])), text)


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
