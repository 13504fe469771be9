"""Bright Smiles with everything that a bundle may hold: audits, witnesses, authors, people's word.

Its packs are signed by python-tuf, which shares no line with the verifier's own reader.
"""

from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from securesystemslib.signer import CryptoSigner
from tuf.api.metadata import (
    DelegatedRole,
    Delegations,
    Key,
    Metadata,
    Root,
    TargetFile,
    Targets,
)

from evidence import note
from evidence.bodies import Full
from evidence.bundle import WAIVERS, Contents
from evidence.checkpoint import Checkpoint, Continuation, LogProof
from evidence.keys import SigningKey
from evidence.leaf import AdminLeaf, AttestationLeaf, PolicyLeaf, WaiverLeaf
from evidence.merkle import Frontier, leaf_hash, prove_consistency, prove_inclusion
from evidence.note import COSIGNATURE_ED25519, Note, NoteSignature, Verifier
from evidence.records import DocumentRecord
from evidence.report import LogSeen
from evidence.trust_policy import FirstRoot, TrustPolicy, Witness
from tests.evidence.clinic import (
    CLINIC,
    ORG,
    ORIGIN,
    PACK,
    STARTED,
    BrightSmiles,
    full,
    key,
    uuid,
    written,
)

ORG_ORIGIN = f"dentinel/{ORG}/{uuid('org log')}/1"
ORG_LOG = Verifier(ORG_ORIGIN, key("org log").public)
ACCOUNTANT = Verifier("accountant.example/w", key("accountant").public, COSIGNATURE_ED25519)
SEEN_AT = datetime(2026, 11, 9, 22, 10, tzinfo=UTC)
DOCUMENT = b'{"why":"the panoramic is replaced in spring","until":"2027-03-31"}'
PACK_PATH = "packs/dental-baseline/1.0.0.json"
ASSIGNMENT = b"which packs the machines of Bright Smiles take, with which settings"
ASSIGNMENT_PATH = f"tenants/{CLINIC}/assignment.json"


def signer(name: str) -> CryptoSigner:
    """The author's key of that name, as securesystemslib holds it."""
    return CryptoSigner(Ed25519PrivateKey.from_private_bytes(sha256(name.encode()).digest()))


def root(version: int, *names: str, signed_by: tuple[str, ...] = ()) -> bytes:
    """A root whose keys are these, and of targets one; signed by others if so said."""
    made = Root(version=version, expires=datetime(2027, 11, 1, tzinfo=UTC))
    for name in names:
        made.add_key(_key(name), "root")
    made.add_key(_key("author"), "targets")
    return _signed(Metadata(made), *(signed_by or names))


def targets(version: int, *names: str, pack: bytes = PACK, assignment: bytes = ASSIGNMENT) -> bytes:
    """Targets that name the one pack, and the one clinic's assignment."""
    made = Targets(version=version, expires=datetime(2027, 5, 1, tzinfo=UTC))
    for path, data in ((PACK_PATH, pack), (ASSIGNMENT_PATH, assignment)):
        made.targets[path] = TargetFile.from_data(path, data, ["sha256"])
    return _signed(Metadata(made), *names)


def delegating(version: int, *names: str) -> bytes:
    """Targets that leave the assignment to the clinic's own author."""
    made = Targets(version=version, expires=datetime(2027, 5, 1, tzinfo=UTC))
    made.targets[PACK_PATH] = TargetFile.from_data(PACK_PATH, PACK, ["sha256"])
    theirs = DelegatedRole(
        f"c-{CLINIC}", [_key("dr_oak").keyid], 1, terminating=True, paths=[f"tenants/{CLINIC}/*"]
    )
    made.delegations = Delegations({_key("dr_oak").keyid: _key("dr_oak")}, {theirs.name: theirs})
    return _signed(Metadata(made), *names)


def _key(name: str) -> Key:
    return signer(name).public_key


def _signed(metadata: "Metadata[Root] | Metadata[Targets]", *names: str) -> bytes:
    for name in names:
        metadata.sign(signer(name), append=True)
    return metadata.to_bytes()


ROOT_1 = sha256(root(1, "safe", "spare")).hexdigest()


class Practice(BrightSmiles):
    """Two machines; an author's rules; a waiver, an attestation; an audit before, a witness."""

    def __init__(self, machines: int = 2, reports: int = 2) -> None:
        super().__init__()
        self.policy_leaf = self.log(
            PolicyLeaf(at=self.now, targets=7, sha256=sha256(targets(7, "author")).hexdigest())
        )
        self.documents: dict[str, list[DocumentRecord]] = {WAIVERS: [], "attestations.jsonl": []}
        for number in range(machines):
            self.enroll(f"OP{number}")
        for _ in range(reports):
            for machine in list(self.machines.values()):
                self.send(machine, STARTED)
                self.send(machine, by_author())
        self.audited = len(self.lines)
        self.before = self.noted(self.audited)
        self.state(WaiverLeaf, WAIVERS)
        self.state(AttestationLeaf, "attestations.jsonl")

    def state(self, of: type[WaiverLeaf] | type[AttestationLeaf], file: str) -> None:
        """A person signs something off."""
        sha = sha256(DOCUMENT).hexdigest()
        leaf = self.log(of(at=self.now, id=uuid(file), act="grant", doc=sha))
        self.documents[file].append(DocumentRecord(leaf, DOCUMENT))

    def noted(self, size: int) -> str:
        """What the log signed at that size."""
        return Checkpoint(ORIGIN, size, self.tree()[0][size].root).sign(self.log_key)

    def seen(self, size: int) -> LogSeen:
        """What a machine quotes that saw the log at that size."""
        return LogSeen(size=size, root=self.tree()[0][size].root.hex())

    @property
    def policy(self) -> TrustPolicy:
        """The clinic's log, the org's, an accountant who must have seen it; the author's root."""
        witness = Witness("accountant", str(ACCOUNTANT))
        logs = (self.verifier, ORG_LOG)
        return TrustPolicy(logs, (witness,), (), "accountant", (FirstRoot(ORG, ROOT_1),))

    def whole(self, end: int | None = None) -> Contents:
        """Everything up to a line; the newest checkpoint is that of all lines."""
        end = len(self.lines) if end is None else end
        contents = self.contents()
        nodes = self.tree()[1]
        path = prove_consistency(end, len(self.lines), lambda *at: nodes[at])
        newest = Continuation(end, tuple(path), cosigned(self.noted(len(self.lines))))
        return replace(
            contents,
            lines=self.lines[:end],
            checkpoint=self.noted(end),
            before=self.before,
            newest=newest,
            org=org_proofs(),
            tuf={
                "1.root.json": root(1, "safe", "spare"),
                "2.root.json": root(2, "safe", "new spare"),
                "7.targets.json": targets(7, "author"),
            },
            waivers=self.documents[WAIVERS],
            attestations=self.documents["attestations.jsonl"],
            derived={"report.html": b"derived"},
        )

    def export(self, first: int = 0) -> bytes:
        """A true bundle of all of it."""
        return written(self.whole(), self.receipt)


def by_author() -> Full:
    """A full report that was judged by an author's rules."""
    assigned = sha256(ASSIGNMENT).hexdigest()
    policy = replace(full().policy, state="fresh", root=2, targets=7, assignment=assigned)
    return replace(full(), policy=policy)


def cosigned(text: str, at: datetime = SEEN_AT, by: SigningKey | None = None) -> str:
    """The note, with the word of the accountant that he saw it."""
    held, seconds = note.parse(text), int(at.timestamp())
    said = f"cosignature/v1\ntime {seconds}\n{held.text}".encode()
    sig = seconds.to_bytes(8, "big") + (by or key("accountant")).sign(said)
    theirs = NoteSignature(ACCOUNTANT.name, ACCOUNTANT.keyid, sig)
    return str(Note(held.text, (*held.signatures, theirs)))


def org_proofs() -> list[LogProof]:
    """Two acts of the org, of three that its log holds."""
    lines = [
        AdminLeaf(at=SEEN_AT, n=n, act="role.give", row=sha256(b"%d" % n).hexdigest()).to_line()
        for n in (1, 2, 3)
    ]
    tree, nodes = Frontier(), {}
    for line in lines:
        tree, made = tree.append(leaf_hash(line))
        nodes |= {(level, index): value for level, index, value in made}
    signed = Checkpoint(ORG_ORIGIN, 3, tree.root).sign(key("org log"))
    return [
        LogProof(at, tuple(prove_inclusion(at, 3, lambda *n: nodes[n])), signed, lines[at])
        for at in (0, 2)
    ]
