"""What did the log sign: how long is it, and what is its root?

Checkpoints of C2SP (tlog-checkpoint.md): a signed note of origin, size and root. The name of the
log's key is the origin itself, so that one vkey says both.
"""

import base64
import re
from dataclasses import dataclass

from evidence import note
from evidence.envelope import from_base64
from evidence.errors import Malformed
from evidence.keys import SigningKey
from evidence.merkle import HASH_BYTES
from evidence.note import Verifier

_SIZE = re.compile(r"0|[1-9][0-9]{0,18}")


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
