"""Bright Smiles and its log: machines that join and report, and a controller that exports."""

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any, Literal

from evidence import archive, bundle, chain, messages, report
from evidence.bodies import (
    SELF,
    Body,
    Full,
    Gap,
    ItemVerdict,
    KeyRotate,
    LocalEvent,
    PackRef,
    Policy,
    RuleVerdict,
    kind_of,
)
from evidence.bundle import About, Contents
from evidence.checkpoint import Checkpoint, LogProof
from evidence.envelope import Envelope
from evidence.keys import SigningKey
from evidence.leaf import EnrollLeaf, KeysLeaf, Leaf, ReportLeaf
from evidence.merkle import Frontier, leaf_hash, prove_inclusion
from evidence.messages import Enroll, Hardware, NewKey, Notice
from evidence.note import Verifier
from evidence.records import Elsewhere, KeyRecord
from evidence.report import Clock, Header, Report
from evidence.trust_policy import TrustPolicy
from evidence.words import Os
from rules.verdict import Verdict

OPENED_AT = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)
ORG = "5b0c0000-0000-4000-8000-000000000001"
CLINIC = "91aa0000-0000-4000-8000-000000000002"
ORIGIN = f"dentinel/{ORG}/{CLINIC}/1"
HASH = sha256(b"").hexdigest()
PACK = b'{"pack":"dental-baseline","version":"1.0.0"}'
LINUX = Os(family="linux", version="12", arch="x86_64")
POLICY = Policy(
    state="builtin",
    root=None,
    targets=None,
    assignment=None,
    packs=(PackRef(pack="dental-baseline", version="1.0.0", sha256=sha256(PACK).hexdigest()),),
    plan=None,
    site=None,
    groups=(),
    role="operatory",
)
UNENCRYPTED = RuleVerdict(
    rule="volumes-encrypted",
    pack=0,
    verdict=Verdict.FAIL,
    why=None,
    n=(1, 1, 0, 0, 0),
    items=(
        ItemVerdict(
            item="/srv",
            clause=0,
            verdict=Verdict.FAIL,
            why=None,
            seen={"volume.protection": "unprotected"},
        ),
    ),
    ms=2,
)
STARTED = LocalEvent(event="agent_started", code=None, ref=None, n=0)
ROLLED_BACK = Gap(reason="state_rollback", last_known=None, orphans=())


def key(name: str) -> SigningKey:
    """The key of that name: always the same one."""
    return SigningKey.from_seed(sha256(name.encode()).digest())


def uuid(name: str) -> str:
    """The random id of that name: always the same one."""
    raw = sha256(name.encode()).hexdigest()
    return f"{raw[:8]}-{raw[8:12]}-4{raw[13:16]}-8{raw[17:20]}-{raw[20:32]}"


def full(*verdicts: RuleVerdict) -> Full:
    """All verdicts of a machine."""
    return Full(
        subject=SELF,
        cause="daily",
        agent_version="0.1.0",
        os=LINUX,
        policy=POLICY,
        verdicts=verdicts or (UNENCRYPTED,),
        imaging=None,
    )


@dataclass(slots=True)
class Machine:
    """One machine of the clinic: its keys, its chain, and all that it sealed."""

    name: str
    agent: str
    key: SigningKey
    courier: SigningKey
    anchor: str = HASH
    head: chain.Head = field(default_factory=lambda: chain.start(HASH))
    sealed: list[Envelope] = field(default_factory=list)

    def header(self, body: Body, at: datetime) -> Header:
        """The header of the report that comes next."""
        epoch, seq = self.head.expected
        return Header(
            org=ORG,
            clinic=CLINIC,
            agent=self.agent,
            epoch=epoch,
            seq=seq,
            prev=self.head.sha,
            kind=kind_of(body),
            salt="5a" * 16,
            at=at,
            boot="ab" * 8,
            mono_ms=1234,
            clock=Clock(trust="ok", offset_ms=-412),
            log=None,
        )

    def seal(self, body: Body, at: datetime, *others: SigningKey) -> Envelope:
        """The next report of this machine, signed."""
        sealed = report.seal(Report(self.header(body, at), body), self.key, *others)
        self.head = self.header(body, at).step(sealed.sha).head
        self.sealed.append(sealed)
        return sealed


class BrightSmiles:
    """The clinic, its log and its controller; each act takes a minute."""

    def __init__(self, origin: str = ORIGIN) -> None:
        self.receipt, self.log_key = key("receipt"), key("log")
        self.beside: tuple[SigningKey, ...] = ()
        self.verifier = Verifier(origin, self.log_key.public)
        self.now = OPENED_AT
        self.lines: list[bytes] = []
        self.machines: dict[str, Machine] = {}
        self.keys: list[KeyRecord] = []
        for notice in messages.opening(self.receipt, str(self.verifier)):
            self.keys.append(KeyRecord(len(self.lines), notice))
            self.log(KeysLeaf(at=self.now, env=notice.sha))

    @property
    def policy(self) -> TrustPolicy:
        """What the owner wrote down when the controller was set up."""
        return TrustPolicy((self.verifier,))

    def log(self, leaf: Leaf) -> int:
        """Append a line; its place."""
        self.now += timedelta(minutes=1)
        self.lines.append(leaf.to_line())
        return len(self.lines) - 1

    def enroll(self, name: str) -> Machine:
        """A machine joins."""
        return self.admit(Machine(name, uuid(name), key(f"{name} report"), key(f"{name} courier")))

    def admit(self, machine: Machine) -> Machine:
        """A machine that was prepared joins."""
        request = messages.seal(request_of(machine), machine.key, machine.courier)
        machine.anchor = sha256(machine.agent.encode()).hexdigest()
        machine.head = chain.start(machine.anchor)
        self.keys.append(KeyRecord(len(self.lines), request))
        self.log(
            EnrollLeaf(
                at=self.now,
                agent=machine.agent,
                env=request.sha,
                anchor=machine.anchor,
                report_key=machine.key.keyid,
                courier_key=machine.courier.keyid,
            )
        )
        self.machines[machine.agent if machine.name in self.machines else machine.name] = machine
        return machine

    def send(self, machine: Machine, body: Body, *others: SigningKey) -> Envelope:
        """A machine reports, and the controller logs it."""
        sealed = machine.seal(body, self.now, *others)
        self.log_report(machine, sealed, kind_of(body))
        return sealed

    def log_report(self, machine: Machine, sealed: Envelope, rk: str) -> int:
        """The line of a report that stands at the head of its machine's chain."""
        return self.log(
            ReportLeaf(
                at=self.now,
                agent=machine.agent,
                epoch=machine.head.epoch,
                seq=machine.head.seq,
                rk=rk,
                env=sealed.sha,
            )
        )

    def begin_epoch(self, machine: Machine) -> Envelope:
        """A machine lost its state and begins anew."""
        machine.head = chain.Head(machine.head.epoch + 1, 0, machine.anchor)
        return self.send(machine, ROLLED_BACK)

    def rotate(self, machine: Machine) -> SigningKey:
        """A machine takes a new report key."""
        new = key(f"{machine.name} report, renewed")
        body = KeyRotate(purpose="report", keyid=new.keyid, public=new.public.hex, reason="age")
        self.send(machine, body, new)
        machine.key = new
        return new

    def tree(self) -> tuple[list[Frontier], dict[tuple[int, int], bytes]]:
        """The frontier at every size, and all nodes."""
        frontiers, nodes = [Frontier()], {}
        for line in self.lines:
            frontier, made = frontiers[-1].append(leaf_hash(line))
            frontiers.append(frontier)
            nodes |= {(level, index): value for level, index, value in made}
        return frontiers, nodes

    def checkpoint(self) -> str:
        """The signed note over the whole log."""
        frontiers, _ = self.tree()
        return Checkpoint(self.verifier.name, len(self.lines), frontiers[-1].root).sign(
            self.log_key, *self.beside
        )

    def named(self, key: SigningKey) -> Verifier:
        """A key of the log, by the name that all of them have."""
        return Verifier(self.verifier.name, key.public)

    def renew_log(self, why: Literal["age", "compromise"] = "age", **other: Any) -> SigningKey:
        """The log gets a new key; the one before signs beside it, unless it was stolen."""
        old, new = self.log_key, key(f"log, renewed at {len(self.lines)}")
        said = Notice(
            kind="log",
            old=str(self.named(old)),
            new=str(self.named(new)),
            from_leaf=len(self.lines),
            why=why,
        )
        sealed = messages.seal(replace(said, **other), self.receipt)
        self.keys.append(KeyRecord(len(self.lines), sealed))
        self.log(KeysLeaf(at=self.now, env=sealed.sha))
        self.log_key, self.beside = new, () if why == "compromise" else (old,)
        return new

    def contents(self, first: int = 0) -> Contents:
        """What an export from that line on holds."""
        frontiers, nodes = self.tree()
        return Contents(
            about=About(
                org=ORG,
                clinic=CLINIC,
                clinic_name="Bright Smiles Dental",
                from_=OPENED_AT,
                to=OPENED_AT + timedelta(days=7),
                profile="auditor",
                made=OPENED_AT + timedelta(days=8),
            ),
            first=first,
            frontier=frontiers[first].hashes,
            lines=self.lines[first:],
            checkpoint=self.checkpoint(),
            keys=[self._proven(record, first, nodes) for record in self.keys],
            reports={
                machine.agent: [each for each in machine.sealed if self._is_in(each, first)]
                for machine in self.machines.values()
                if any(self._is_in(each, first) for each in machine.sealed)
            },
            packs={sha256(PACK).hexdigest(): PACK},
        )

    def export(self, first: int = 0) -> bytes:
        """A true bundle."""
        return written(self.contents(first), self.receipt)

    def _is_in(self, sealed: Envelope, first: int) -> bool:
        return any(sealed.sha.encode() in line for line in self.lines[first:])

    def _proven(
        self, record: KeyRecord, first: int, nodes: dict[tuple[int, int], bytes]
    ) -> KeyRecord:
        if record.leaf >= first:
            return record
        path = prove_inclusion(record.leaf, len(self.lines), lambda *at: nodes[at])
        proof = LogProof(record.leaf, tuple(path), self.checkpoint())
        return replace(record, elsewhere=Elsewhere.of(self.lines[record.leaf], proof))


def request_of(machine: Machine) -> Enroll:
    """What a machine says when it asks to join."""
    return Enroll(
        tid="a" * 13,
        secret="b" * 32,
        org=ORG,
        clinic=CLINIC,
        report=NewKey.of(machine.key.public),
        courier=NewKey.of(machine.courier.public),
        nonce="0c" * 16,
        hw=Hardware(board=None, install=None, disk=None),
        os=LINUX,
        hostname=machine.name,
        agent_version="0.1.0",
        replaces=None,
    )


def written(contents: Contents, signer: SigningKey) -> bytes:
    """The bytes of a bundle."""
    out = io.BytesIO()
    bundle.write(out, contents, signer)
    return out.getvalue()


def files(data: bytes) -> dict[str, bytes]:
    """The files of a bundle, by name and in order."""
    file = io.BytesIO(data)
    return {each.name: b"".join(each.chunks(file)) for each in archive.members(file)}


def packed(contents: dict[str, bytes]) -> bytes:
    """An archive of these files, whatever they say."""
    out = io.BytesIO()
    writer = archive.Writer(out)
    for name, content in contents.items():
        writer.add(name, [content])
    writer.close()
    return out.getvalue()


def edited(data: bytes, name: str, edit: Callable[[bytes], bytes]) -> bytes:
    """The same bundle with one file changed, and its container made whole again."""
    return packed(
        {each: edit(body) if each == name else body for each, body in files(data).items()}
    )


def lines_of(data: bytes) -> Sequence[bytes]:
    """The lines of a file."""
    return data.split(b"\n")[:-1]
