"""Which checkpoints of one log contradict each other, by the log's own signature?

A pair of notes each: what this machine remembered, and what it was shown later. Both are signed,
so whoever reads them needs nobody's word, this machine's least of all. They are kept for ever,
by root alone, and each is said once in the chain.

- The first of a kind is what counts: the same remembered note is in one pair of each kind only,
  so that a controller that lies at every sync fills no disk.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import ClassVar

from agent import paths
from agent.outbox.witness import Turn
from evidence import shape, strict_json
from evidence.errors import EvidenceError
from evidence.words import Note

MOST = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class Exhibit:
    """Two notes; `at` is the controller's signed time of the answer that showed the new one."""

    fixed: ClassVar = {"v": 1}

    turn: Turn
    at: datetime
    old: Note
    new: Note

    @property
    def is_doubt(self) -> bool:
        """Does it contradict? A restart that was announced does not, by itself."""
        return self.turn != "log_restarted"


def load(path: Path) -> tuple[Exhibit, ...]:
    """What is kept, oldest first; a line that cannot be read is passed over and stays."""
    try:
        lines = path.read_bytes().splitlines()
    except FileNotFoundError:
        return ()
    found = []
    for line in lines:
        try:
            found.append(shape.read(Exhibit, strict_json.read(line), closed=True))
        except EvidenceError:
            continue
    return tuple(found)


def unknown(path: Path, shown: Iterable[Exhibit]) -> tuple[Exhibit, ...]:
    """Those of the new ones that are not kept yet, each remembered note once of a kind."""
    kept = load(path)
    known = {(one.turn, one.old) for one in kept}
    new: dict[tuple[Turn, str], Exhibit] = {}
    for one in shown:
        if (one.turn, one.old) not in known and len(kept) + len(new) < MOST:
            new.setdefault((one.turn, one.old), one)
    return tuple(new.values())


def keep(path: Path, new: Iterable[Exhibit]) -> None:
    """Add to what is kept; HomeError if it cannot be written."""
    added = [strict_json.write(shape.to_json(one)) for one in new]
    if added:
        before = path.read_bytes() if path.exists() else b""
        paths.write(path, before + b"".join(line + b"\n" for line in added), mode=0o600)
