"""Whose keys are these, and from which line to which do they count?

The log says: an `enroll` line commits to the request in which a machine named its keys and signed
with them, a `keys` line to a notice about the controller's own keys. Each such line has its
record in keys.jsonl, and each record its line. The key of a log may change: the notice of the next
names the one whose place it takes. From before the bundle come, with their proofs,
enrolments, notices, and each machine's rotations and revocations. H1 is that nothing of this is
missing or wrong.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime

from evidence import leaf, messages, report
from evidence.bodies import KeyRotate
from evidence.bundle import KEYS, Manifest
from evidence.checkpoint import parse_proof
from evidence.envelope import Envelope, PayloadType
from evidence.errors import EvidenceError, Malformed
from evidence.keys import PublicKey
from evidence.leaf import EnrollLeaf, KeysLeaf, Leaf, ReportLeaf, RevokeLeaf
from evidence.messages import Notice
from evidence.note import Verifier
from evidence.records import KeyRecord, Where
from evidence.verify.case import Case, Place
from evidence.verify.log import Log
from evidence.verify.opened import Opened


@dataclass(frozen=True, slots=True)
class Enrolment:
    """How a machine joined: its name, its anchor, its report key, and at which line.

    The key is the one with which it comes into the bundle: a rotation before it was applied.
    """

    agent: str
    hostname: str
    anchor: str
    key: PublicKey
    leaf: int


@dataclass(frozen=True, slots=True)
class LogKey:
    """A key that a log names for itself: from the line of its notice on, and when that was.

    `is_theft`: the keys before it are not to be trusted any more.
    """

    verifier: Verifier
    since: int
    at: datetime
    is_theft: bool = False


@dataclass(slots=True)
class KeyHistory:
    """Who may have signed what."""

    machines: dict[str, Enrolment] = field(default_factory=dict)
    receipt: dict[str, PublicKey] = field(default_factory=dict)
    log: list[LogKey] = field(default_factory=list)
    revoked: dict[tuple[str, str], int] = field(default_factory=dict)

    def keys_of(self, origin: str) -> tuple[LogKey, ...]:
        """The keys of one generation of the log, in the order in which they came."""
        mine = [each for each in self.log if each.verifier.name == origin]
        return tuple(sorted(mine, key=lambda each: each.since))

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
    reading = _Reading(log, manifest, history)
    shown: set[int] = set()
    try:
        for number, line in opened.lines(KEYS):
            try:
                record = KeyRecord.from_line(line)
                at, said = placed(record, log)
                _require(at not in shown, "it stands twice")
                reading.take(record, at, said)
                shown.add(at)
            except EvidenceError as wrong:
                case.false(
                    "H1", f"a record of keys does not hold: {wrong}", Place(file=KEYS, line=number)
                )
    except Malformed as wrong:
        case.false("H1", str(wrong), Place(file=KEYS))
    for index, said in log.leaves.items():
        if isinstance(said, EnrollLeaf | KeysLeaf) and index not in shown:
            where = log.place(index)
            case.false(
                "H1",
                f"line {where.line} of {where.file} is about keys, and its record is missing",
                Place(file=KEYS),
            )
        if isinstance(said, RevokeLeaf):
            history.revoked.setdefault((said.agent, said.keyid), index)
    return history


def placed(record: Where, log: Log) -> tuple[int, Leaf]:
    """The line that a record stands for, and its place; one that is not here must be proven."""
    of = log.generation(record.generation)
    if record.elsewhere is None:
        said = log.leaves.get(of.shift + record.leaf) if record.leaf >= of.first else None
        if said is None:
            raise Malformed("its line is not in the bundle, and there is no proof of it")
        return of.shift + record.leaf, said
    proof = parse_proof(record.elsewhere.proof)
    whole = proof.check(record.elsewhere.line)
    found = (proof.index, whole.origin, whole.size, whole.root)
    is_of = found == (record.leaf, of.origin, of.tree.size, of.tree.root)
    _require(is_of, "its proof is of another log")
    return of.shift + record.leaf, leaf.read(record.elsewhere.line)


@dataclass(frozen=True, slots=True)
class _Reading:
    """Takes what records say into the history, in their order; Malformed for what cannot be."""

    log: Log
    manifest: Manifest | None
    history: KeyHistory

    def take(self, record: KeyRecord, at: int, said: Leaf) -> None:
        """A record, and the line that it stands for."""
        sealed = record.envelope
        kind = sealed.payload_type if sealed else None
        if sealed is None and isinstance(said, RevokeLeaf):
            self.history.revoked.setdefault((said.agent, said.keyid), at)
        elif sealed and kind == PayloadType.ENROLL and isinstance(said, EnrollLeaf):
            self._enrolment(sealed, at, said)
        elif sealed and kind == PayloadType.NOTICE and isinstance(said, KeysLeaf):
            _require(said.env == sealed.sha, "it is not the notice that was logged")
            self._notice(sealed, record, at, said)
        elif sealed and kind == PayloadType.REPORT and isinstance(said, ReportLeaf):
            self._rotation(sealed, said)
        else:
            raise Malformed("it is not of the kind of its line")

    def _rotation(self, sealed: Envelope, said: ReportLeaf) -> None:
        """A machine's new key, from before the bundle: signed by the one before, and by itself."""
        joined = self.history.machines.get(said.agent)
        if joined is None or said.env != sealed.sha:
            raise Malformed(
                "it is not the report that was logged, or of a machine that never joined"
            )
        rotated = report.unseal(sealed, {joined.key.keyid: joined.key})
        if not isinstance(rotated.body, KeyRotate) or rotated.header.agent != said.agent:
            raise Malformed("it is no rotation of this machine's key")
        if rotated.body.purpose == "report":
            key = PublicKey.from_hex(rotated.body.public)
            self.history.machines[said.agent] = replace(joined, key=key)

    def _enrolment(self, sealed: Envelope, at: int, said: EnrollLeaf) -> None:
        asked = messages.unseal_enroll(sealed)
        key = PublicKey.from_hex(asked.report.public)
        courier = PublicKey.from_hex(asked.courier.public)
        named = (sealed.sha, key.keyid, courier.keyid)
        known = self.history.machines
        _require((said.env, said.report_key, said.courier_key) == named, "its line names others")
        _require(said.agent not in known, "the same machine joins twice")
        of = self.manifest
        _require(not of or (of.org, of.clinic) == (asked.org, asked.clinic), "of another clinic")
        known[said.agent] = Enrolment(said.agent, asked.hostname, said.anchor, key, at)

    def _notice(self, sealed: Envelope, record: KeyRecord, at: int, said: KeysLeaf) -> None:
        known = {**self.history.receipt, **_introduced(sealed, self.history)}
        notice = messages.unseal_notice(sealed, known)
        if notice.kind == "receipt":
            key = PublicKey.from_hex(notice.new)
            self.history.receipt[key.keyid] = key
        if notice.kind == "log":
            self._log_key(notice, record, LogKey(Verifier.parse(notice.new), at, said.at))

    def _log_key(self, notice: Notice, record: KeyRecord, key: LogKey) -> None:
        """The first key of a log opens it; each later one takes the place of the one before."""
        origin = self.log.generation(record.generation).origin
        _require(key.verifier.name == origin or not origin, "it brings a key of another log")
        before = self.history.keys_of(key.verifier.name)
        held = str(before[-1].verifier) if before else None
        _require(notice.old == held, "it takes the place of another key than the log had")
        _require(
            not before or before[-1].since < key.since, "it stands before the one that it ends"
        )
        _require(not before or notice.from_leaf == record.leaf, "it names another line as its own")
        self.history.log.append(replace(key, is_theft=notice.why == "compromise"))


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
