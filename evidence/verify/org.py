"""Do the entries of the organisation's log hold, one by one?

W2. They are a selection: what is not shown of that log, nothing here speaks of. Each proof brings
its entry and leads to a checkpoint, which a log that the reader's policy names must have signed.
"""

import re

from evidence import leaf, note
from evidence.bundle import ORG
from evidence.checkpoint import parse_proof
from evidence.errors import EvidenceError, Malformed, UnknownKey
from evidence.leaf import Leaf
from evidence.note import Verifier
from evidence.trust_policy import TrustPolicy
from evidence.verify.case import Case, Place
from evidence.verify.log import Log
from evidence.verify.opened import Opened

_NAME = re.compile(rf"{ORG}([0-9]+)\.tlog-proof")


def check(opened: Opened, log: Log, policy: TrustPolicy | None, case: Case) -> list[Leaf]:
    """W2, and the entries that hold, in the order of their log."""
    found: dict[int, Leaf] = {}
    signed: dict[str, Verifier | None] = {}
    known = [each for each in (policy.logs if policy else ()) if each.name != log.origin]
    for name in opened.members:
        match = _NAME.fullmatch(name)
        if match:
            try:
                found[int(match[1])] = _entry(opened.whole(name), int(match[1]), known, signed)
            except (EvidenceError, UnicodeDecodeError) as wrong:
                what = f"an entry of the organisation's log does not hold: {wrong}"
                case.false("W2", what, Place(file=name))
    if found and None in signed.values():
        case.lacks("W2", "nobody has said whose key signed the organisation's log", Place(file=ORG))
    return [found[index] for index in sorted(found)]


def _entry(
    data: bytes, index: int, known: list[Verifier], signed: dict[str, Verifier | None]
) -> Leaf:
    proof = parse_proof(data.decode("utf-8"))
    if proof.extra is None or proof.index != index:
        raise Malformed("a proof without its entry, or under another number")
    whole = proof.check(proof.extra)
    if proof.note not in signed:
        mine = [each for each in known if each.name == whole.origin]
        signed[proof.note] = _signer(proof.note, mine)
    return leaf.read(proof.extra)


def _signer(text: str, mine: list[Verifier]) -> Verifier | None:
    """Who of those signed; None for nobody: that log may have another key by now, or had before."""
    try:
        return note.verify(note.parse(text), mine)[0]
    except UnknownKey:
        return None
