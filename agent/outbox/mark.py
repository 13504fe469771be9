"""What was the last report sealed here, said beside the outbox and not in it?

`chain.json`, for root alone: (epoch, seq, hash). The courier may write the outbox, and a stolen
one could take rows out of it; it cannot make this file agree.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, ClassVar

from agent import paths
from agent.errors import OutboxError
from evidence import shape, strict_json
from evidence.chain import Head
from evidence.errors import EvidenceError
from evidence.marks import Between
from evidence.words import Count, Hash


@dataclass(frozen=True, slots=True)
class Mark:
    """The head of the chain of one enrolment, as it was after the last seal."""

    fixed: ClassVar = {"v": 1}

    anchor: Hash
    epoch: Annotated[int, Between(1)]
    seq: Count
    hash: Hash

    @property
    def head(self) -> Head:
        """The same as the chain's functions take it."""
        return Head(self.epoch, self.seq, self.hash)


def save(path: Path, anchor: str, head: Head) -> None:
    """Write it whole: temporary file, fsync, rename."""
    mark = Mark(anchor, head.epoch, head.seq, head.sha)
    paths.write(path, strict_json.write(shape.to_json(mark)), mode=0o600)


def load(path: Path, anchor: str) -> Head | None:
    """The mark of this enrolment; None if it is missing, damaged, or of another one.

    OutboxError if it is there and may not be read.
    """
    try:
        mark = shape.read(Mark, strict_json.read(path.read_bytes()), closed=True)
    except (FileNotFoundError, EvidenceError):
        return None
    except OSError as error:
        raise OutboxError(f"{path} cannot be read: {error.strerror}", "run as root") from error
    return mark.head if mark.anchor == anchor else None
