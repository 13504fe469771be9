"""Has the log been seen by the witnesses whom the reader's policy names, and by enough of them?

C2: a cosignature that claims a known witness and does not hold is false. C3: the quorum. A witness
of a signature type that cannot be checked here has not been seen.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from evidence import note
from evidence.bundle import CHECKPOINT
from evidence.errors import BadSignature, EvidenceError
from evidence.note import COSIGNATURE_ED25519, Verifier
from evidence.trust_policy import TrustPolicy
from evidence.verify.case import Case, Place


@dataclass(frozen=True, slots=True)
class Sighting:
    """That a witness saw the log, by its own clock."""

    witness: str
    at: datetime


def check(policy: TrustPolicy | None, notes: Iterable[str], case: Case) -> tuple[Sighting, ...]:
    """C2 and C3 over the notes of a log, each of which goes on from the one before."""
    if policy is None or not policy.asks_witnesses:
        return ()
    newest: dict[str, datetime] = {}
    for text in notes:
        for name, at in _seen(policy, text, case).items():
            newest[name] = max(at, newest.get(name, at))
    if not _is_met(policy, newest):
        seen = ", ".join(sorted(newest)) or "nobody"
        case.lacks("C3", f"the policy asks for more witnesses than saw this log: {seen} did")
    return tuple(Sighting(name, newest[name]) for name in sorted(newest))


def _seen(policy: TrustPolicy, text: str, case: Case) -> Mapping[str, datetime]:
    found: dict[str, datetime] = {}
    try:
        signed = note.parse(text)
    except EvidenceError:
        return found  # C1 or L3 has said so
    for witness in policy.witnesses:
        try:
            key = Verifier.parse(witness.vkey)
            at = note.cosigned(signed, key) if key.kind == COSIGNATURE_ED25519 else None
        except BadSignature as wrong:
            case.false(
                "C2", f"{witness.name} did not see this log: {wrong}", Place(file=CHECKPOINT)
            )
        except EvidenceError:
            continue
        else:
            if at is not None:
                found[witness.name] = at
    return found


def _is_met(policy: TrustPolicy, seen: Mapping[str, datetime]) -> bool:
    """Groups name only what stands above them, so one pass is enough."""
    met = set(seen)
    for group in policy.groups:
        if sum(member in met for member in group.members) >= group.least:
            met.add(group.name)
    return policy.quorum in met
