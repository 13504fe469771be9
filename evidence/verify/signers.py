"""Whose signatures stand under the checkpoints of a log?

C1: the key that spoke for the log at that size has signed. A log names its keys itself, by notices
(evidence.verify.keys): the first opens it, a later one counts from the line of its notice on, and
for a while both sign. K1: a key that the reader's policy names for this log has signed too, or has
signed a newer checkpoint that goes on from this one.

- A policy that names only another key than those under the checkpoint proves nothing and refutes
  nothing: a true bundle from before a change looks so, and so does one that somebody made up. K1
  is incomplete, and says which of the keys it is about.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from evidence import checkpoint, note
from evidence.bundle import NEWEST
from evidence.errors import EvidenceError
from evidence.note import Verifier
from evidence.trust_policy import TrustPolicy
from evidence.verify.case import Case, Place
from evidence.verify.keys import KeyHistory, LogKey
from evidence.verify.log import Log
from evidence.verify.opened import Opened


@dataclass(frozen=True, slots=True)
class Known:
    """The keys of one generation of a log: those of the policy, and those that it names itself."""

    log: Log
    trusted: tuple[Verifier, ...]
    own: tuple[LogKey, ...]

    @classmethod
    def of(cls, log: Log, policy: TrustPolicy | None, history: KeyHistory) -> "Known":
        """By the name of the log, which is the name of its keys."""
        trusted = tuple(each for each in (policy.logs if policy else ()) if each.name == log.origin)
        return cls(log, trusted, history.keys_of(log.origin))

    @property
    def all(self) -> tuple[Verifier, ...]:
        """Each once, those of the policy first."""
        return tuple(dict.fromkeys((*self.trusted, *(each.verifier for each in self.own))))

    @property
    def speaking(self) -> LogKey | None:
        """The key that speaks for the log at its end."""
        end = self.log.shift + self.log.tree.size
        return next((each for each in reversed(self.own) if each.since < end), None)


def known_keys(log: Log, policy: TrustPolicy | None, history: KeyHistory) -> tuple[Verifier, ...]:
    """Every key that ever signed for any generation of a log, as far as is known here."""
    return tuple(key for each in log.generations for key in Known.of(each, policy, history).all)


def check(
    opened: Opened, log: Log, policy: TrustPolicy | None, history: KeyHistory, case: Case
) -> Verifier | None:
    """K1 and C1, of each generation; the key that speaks for the newest."""
    key = None
    for each in log.generations:
        known = Known.of(each, policy, history)
        signed = _signed(known, case)
        if not known.trusted:
            found = str(known.all[0]) if known.all else None
            case.lacks("K1", _unnamed(policy), Place(found=found))
        elif signed and not {*known.trusted} & {*signed} and not _goes_on(opened, known):
            speaks = known.speaking
            found = str(speaks.verifier if speaks else signed[0])
            case.lacks("K1", _another(known), Place(expected=str(known.trusted[0]), found=found))
        key = known.speaking.verifier if known.speaking else next(iter(known.all), None)
    return key


def _signed(known: Known, case: Case) -> Sequence[Verifier]:
    """C1: which of the keys have signed; the one that speaks must be among them."""
    log, speaking = known.log, known.speaking
    file = f"{log.folder}checkpoint"
    if not known.all or log.checkpoint is None:
        what = "no key is known by which the log's signature could be checked"
        case.lacks("C1", what, Place(file=file))
        return ()
    try:
        signed = note.verify(note.parse(log.note), known.all)
    except EvidenceError as wrong:
        what = f"the checkpoint is not signed by the log: {wrong}"
        case.false("C1", what, Place(file=file, expected=str(known.all[0])))
        return ()
    if speaking and speaking.verifier not in signed:
        what = "the checkpoint is signed by a key of the log that another had taken the place of"
        place = Place(file=file, expected=str(speaking.verifier), found=str(signed[0]))
        case.false("C1", what, place)
    return signed


def _goes_on(opened: Opened, known: Known) -> bool:
    """Did a key of the policy sign a newer checkpoint, which holds the tree of this one?"""
    if known.log.shift or NEWEST not in opened.members:
        return False
    try:
        newest = checkpoint.parse_continuation(opened.whole(NEWEST).decode("utf-8"))
        signed = note.verify(note.parse(newest.note), known.trusted)
        whole = newest.check(known.log.tree.root)
    except (EvidenceError, UnicodeDecodeError):
        return False  # L3 says so, if it has to be said
    mine = (newest.old, whole.origin) == (known.log.tree.size, known.log.origin)
    return mine and bool(signed)


def _unnamed(policy: TrustPolicy | None) -> str:
    says = "the policy does not name this log" if policy else "no policy was given"
    return f"the bundle agrees with itself, but nobody has said whose key this is: {says}"


def _another(known: Known) -> str:
    """Why a policy that names this log does not name the key that signed."""
    held = [at for at, each in enumerate(known.own) if each.verifier in known.trusted]
    if not held or held[-1] + 1 == len(known.own):
        return (
            "the log is signed by another key than the policy names for it: either this bundle is"
            " from before the log got that key, or somebody made it up under the log's name"
        )
    after = known.own[held[-1] + 1]
    line = f"line {after.since - known.log.shift:,} of the log, {after.at:%Y-%m-%d}"
    if after.is_theft:
        return (
            f"the policy names a key that was given up as stolen ({line}): it must not be believed;"
            " ask for the policy of today, by the way by which you got that one"
        )
    return (
        f"the policy names a former key of the log, which another took the place of ({line}): ask"
        " for the policy of today, by the way by which you got that one"
    )
