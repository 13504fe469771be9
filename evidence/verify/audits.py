"""Do others who saw this log before, or see it now, have the same one?

L2: the last audit's checkpoint, one that the reader kept on paper or was mailed, and those that
machines quote in their signed reports. L3: a newer checkpoint goes on from this one. Whoever shows
two people two histories must have signed both: a contradiction is false, and is named.
"""

from dataclasses import dataclass

from evidence import checkpoint, note
from evidence.bundle import BEFORE, CHECKPOINT, NEWEST
from evidence.checkpoint import Checkpoint, Continuation
from evidence.errors import EvidenceError, Malformed, UnknownKey
from evidence.note import Verifier
from evidence.verify.case import Case, Place
from evidence.verify.log import Log
from evidence.verify.opened import Opened

BROUGHT = "the checkpoint that you brought"
_BEFORE = "the checkpoint of the last audit"


@dataclass(frozen=True, slots=True)
class Newest:
    """A checkpoint that goes on from the one of the bundle, and the note that says so."""

    checkpoint: Checkpoint
    note: str


@dataclass(frozen=True, slots=True)
class Audits:
    """L2 and L3 over one log, with the keys that may sign for it."""

    log: Log
    keys: tuple[Verifier, ...]
    case: Case

    def check_before(self, opened: Opened) -> None:
        """L2: the root that the last audit saw."""
        if BEFORE not in opened.members:
            return
        try:
            seen = self._signed(opened.whole(BEFORE).decode("utf-8"))
        except (EvidenceError, UnicodeDecodeError) as wrong:
            self.case.false("L2", f"{_BEFORE} does not hold: {wrong}", Place(file=BEFORE))
            return
        self._compare(_BEFORE, seen, None, Place(file=BEFORE))

    def check_brought(self, text: str, newest: Checkpoint | None) -> None:
        """L2: the root that the reader was handed at another time, by another way."""
        try:
            seen = self._signed(text)
        except EvidenceError as wrong:
            self.case.lacks("L2", f"{BROUGHT} says nothing of this log: {wrong}")
            return
        self._compare(BROUGHT, seen, newest, Place(file=CHECKPOINT))

    def check_newest(self, opened: Opened) -> Newest | None:
        """L3: the newest checkpoint and its note, if the bundle has one and its proof holds."""
        if NEWEST not in opened.members:
            return None
        try:
            newest = checkpoint.parse_continuation(opened.whole(NEWEST).decode("utf-8"))
            self._signed(newest.note)
            return Newest(self._goes_on(newest), newest.note)
        except UnknownKey:
            what = "the newest checkpoint is signed by a key of the log from after this bundle ends"
            self.case.lacks("L3", f"{what}, or by a stranger's", Place(file=NEWEST))
            return None
        except (EvidenceError, UnicodeDecodeError) as wrong:
            what = f"the newest checkpoint does not go on from this log: {wrong}"
            self.case.false("L3", what, Place(file=NEWEST))
            return None

    def _goes_on(self, newest: Continuation) -> Checkpoint:
        if newest.old != self.log.tree.size:
            raise Malformed(f"its proof begins at {newest.old} entries, not {self.log.tree.size}")
        return newest.check(self.log.tree.root)

    def _signed(self, text: str) -> Checkpoint:
        seen = checkpoint.parse(text)
        if seen.origin not in {each.origin for each in self.log.generations}:
            raise Malformed("it is of another log")
        mine = [key for key in self.keys if key.name == seen.origin]
        if mine:
            note.verify(note.parse(text), mine)
        return seen

    def _compare(
        self, what: str, seen: Checkpoint, newest: Checkpoint | None, place: Place
    ) -> None:
        if newest and seen.size == newest.size and seen.origin == newest.origin:
            same: bool | None = seen.root == newest.root
        else:
            is_later = seen.size > self.log.tree.size
            same = None if is_later else self.log.was(seen.size, seen.root)
        if same is None:
            said = "before this bundle begins" if seen.size < self.log.first else "after it ends"
            self.case.lacks("L2", f"{what} is from {said}: ask for a longer one")
        elif not same:
            self.case.false(
                "L2",
                f"{what} is of another history of this log: at {seen.size} entries it had another"
                " root",
                Place(file=place.file, found=seen.root.hex()),
            )
