"""Are these the documents of waivers and attestations that people signed off?

W1: the log holds the hash of each. A document without its line, or one that was changed, is false;
a line whose document is not here is missing.
"""

import hashlib
from dataclasses import dataclass, field

from evidence.bundle import ATTESTATIONS, WAIVERS
from evidence.errors import EvidenceError, Malformed
from evidence.leaf import AttestationLeaf, WaiverLeaf
from evidence.records import DocumentRecord
from evidence.verify.case import Case, Place
from evidence.verify.keys import placed
from evidence.verify.log import Log
from evidence.verify.opened import Opened

_FILES: dict[str, type[WaiverLeaf | AttestationLeaf]] = {
    WAIVERS: WaiverLeaf,
    ATTESTATIONS: AttestationLeaf,
}


@dataclass(slots=True)
class Stated:
    """What people granted and stated, as lines of the log in the bundle, in their order."""

    waivers: list[WaiverLeaf] = field(default_factory=list)
    attestations: list[AttestationLeaf] = field(default_factory=list)


def check(opened: Opened, log: Log, case: Case) -> Stated:
    """W1, and what was found."""
    shown: set[int] = set()
    for name in _FILES:
        try:
            for number, line in opened.lines(name):
                _record(line, log, shown, case, Place(file=name, line=number))
        except Malformed as wrong:
            case.false("W1", str(wrong), Place(file=name))
    stated = Stated()
    for index, said in log.leaves.items():
        if isinstance(said, WaiverLeaf):
            stated.waivers.append(said)
        elif isinstance(said, AttestationLeaf):
            stated.attestations.append(said)
        else:
            continue
        if index not in shown:
            what = f"the document of {said.kind} {said.id} ({said.act}) is not in the bundle"
            case.lacks("W1", what, log.place(index))
    return stated


def _record(line: bytes, log: Log, shown: set[int], case: Case, place: Place) -> None:
    try:
        record = DocumentRecord.from_line(line)
        at, said = placed(record, log)
        if not isinstance(said, WaiverLeaf | AttestationLeaf) or at in shown:
            raise Malformed("its line is of another kind, or it stands twice")
        if _FILES.get(place.file or "") is not type(said):
            raise Malformed("it stands in the wrong file")
    except EvidenceError as wrong:
        case.false("W1", f"a document does not hold: {wrong}", place)
        return
    shown.add(at)
    found = hashlib.sha256(record.document).hexdigest()
    if found != said.doc:
        what = f"the document of {said.kind} {said.id} ({said.act}) was changed after it was logged"
        at_fault = Place(file=place.file, line=place.line, expected=said.doc, found=found)
        case.false("W1", what, at_fault)
