"""Whose keys are these, and from which line to which do they count?

The log says: an `enroll` line commits to the request in which a machine named its keys and signed
with them, a `keys` line to a notice about the controller's own keys. Each such line has its
record in keys.jsonl, and each record its line. H1 is that nothing of this is missing or wrong.
"""

from dataclasses import dataclass, field

from evidence import leaf, messages
from evidence.bundle import KEYS, KeyRecord, Manifest
from evidence.checkpoint import parse_proof
from evidence.envelope import Envelope, PayloadType
from evidence.errors import EvidenceError, Malformed
from evidence.keys import PublicKey
from evidence.leaf import EnrollLeaf, KeysLeaf, Leaf, RevokeLeaf
from evidence.messages import Notice
from evidence.note import Verifier
from evidence.verify.case import Case, Place
from evidence.verify.log import Log
from evidence.verify.opened import Opened


@dataclass(frozen=True, slots=True)
class Enrolment:
    """How a machine joined: its name, its anchor, its first report key, and at which line."""

    agent: str
    hostname: str
    anchor: str
    key: PublicKey
    leaf: int


@dataclass(slots=True)
class KeyHistory:
    """Who may have signed what."""

    machines: dict[str, Enrolment] = field(default_factory=dict)
    receipt: dict[str, PublicKey] = field(default_factory=dict)
    log: list[Verifier] = field(default_factory=list)
    revoked: dict[tuple[str, str], int] = field(default_factory=dict)

    def name_of(self, agent: str) -> str:
        """By which name people know a machine: as it called itself when it joined."""
        known = self.machines.get(agent)
        same = [
            each for each in self.machines.values() if known and each.hostname == known.hostname
        ]
        if known is None:
            return f"computer {agent[:8]}"
        return known.hostname if len(same) == 1 else f"{known.hostname} ({agent[:8]})"


def read_keys(opened: Opened, log: Log, manifest: Manifest | None, case: Case) -> KeyHistory:
    """H1, and what the records of keys give."""
    history = KeyHistory()
    shown: set[int] = set()
    try:
        for number, line in opened.lines(KEYS):
            try:
                record = KeyRecord.from_line(line)
                _require(record.leaf not in shown, "it stands twice")
                shown.add(_record(record, log, manifest, history))
            except EvidenceError as wrong:
                case.false(
                    "H1", f"a record of keys does not hold: {wrong}", Place(file=KEYS, line=number)
                )
    except Malformed as wrong:
        case.false("H1", str(wrong), Place(file=KEYS))
    for index, said in log.leaves.items():
        if isinstance(said, EnrollLeaf | KeysLeaf) and index not in shown:
            case.false(
                "H1",
                f"line {index} of the log is about keys, and its record is missing",
                Place(file=KEYS),
            )
        if isinstance(said, RevokeLeaf):
            history.revoked.setdefault((said.agent, said.keyid), index)
    return history


def _record(record: KeyRecord, log: Log, manifest: Manifest | None, history: KeyHistory) -> int:
    said = _line_of(record, log)
    if record.envelope.payload_type == PayloadType.ENROLL and isinstance(said, EnrollLeaf):
        _enrolment(record, said, manifest, history)
    elif record.envelope.payload_type == PayloadType.NOTICE and isinstance(said, KeysLeaf):
        _require(said.env == record.envelope.sha, "it is not the notice that was logged")
        _notice(record.envelope, history)
    else:
        raise Malformed("it is not of the kind of its line")
    return record.leaf


def _line_of(record: KeyRecord, log: Log) -> Leaf:
    """The line that a record stands for; one from before the bundle must be proven."""
    said = log.leaves.get(record.leaf)
    if said is not None:
        return said
    if record.line is None or record.proof is None:
        raise Malformed("its line is not in the bundle, and there is no proof of it")
    proof = parse_proof(record.proof)
    whole = proof.check(record.line)
    found = (proof.index, whole.size, whole.root)
    _require(found == (record.leaf, log.tree.size, log.tree.root), "its proof is of another log")
    return leaf.read(record.line)


def _enrolment(
    record: KeyRecord, said: EnrollLeaf, manifest: Manifest | None, history: KeyHistory
) -> None:
    asked = messages.unseal_enroll(record.envelope)
    key, courier = PublicKey.from_hex(asked.report.public), PublicKey.from_hex(asked.courier.public)
    named = (record.envelope.sha, key.keyid, courier.keyid)
    _require((said.env, said.report_key, said.courier_key) == named, "its line names other keys")
    _require(said.agent not in history.machines, "the same machine joins twice")
    whose = (asked.org, asked.clinic)
    _require(not manifest or (manifest.org, manifest.clinic) == whose, "it is of another clinic")
    history.machines[said.agent] = Enrolment(
        said.agent, asked.hostname, said.anchor, key, record.leaf
    )


def _notice(sealed: Envelope, history: KeyHistory) -> None:
    notice = messages.unseal_notice(sealed, {**history.receipt, **_introduced(sealed, history)})
    if notice.kind == "receipt":
        key = PublicKey.from_hex(notice.new)
        history.receipt[key.keyid] = key
    if notice.kind == "log":
        history.log.append(Verifier.parse(notice.new))


def _introduced(sealed: Envelope, history: KeyHistory) -> dict[str, PublicKey]:
    """The first receipt key of a log vouches for itself: its line in the log is what binds it."""
    if history.receipt:
        return {}
    notice = Notice.from_bytes(sealed.payload)
    if notice.kind != "receipt" or notice.old is not None:
        return {}
    key = PublicKey.from_hex(notice.new)
    return {key.keyid: key}


def _require(holds: bool, otherwise: str) -> None:  # noqa: FBT001 - a claim and what it is if not
    if not holds:
        raise Malformed(otherwise)
