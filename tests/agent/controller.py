"""A small controller for the agent's tests: real keys, frames, chain, log and nonces, in memory.

It does what the protocol says, answers over real TLS (tests.agent.wire), and can be told to lose
answers, to fail, to be restored from a backup, or to lie.
"""

import copy
import secrets
import threading
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from evidence import chain, checkpoint, frames, merkle, messages, note, report
from evidence.bodies import KeyRotate
from evidence.chain import Head, Link
from evidence.envelope import Envelope
from evidence.errors import EvidenceError
from evidence.join import JoinString, Welcome, base32, pin_of
from evidence.keys import PublicKey, SigningKey
from evidence.messages import Answer, Enroll, Enrolled, Order, ReadToken, Receipt, Sync
from tests.agent.wire import Heard, Says

FRAMES = {"Content-Type": frames.MEDIA_TYPE}


def key(number: int) -> SigningKey:
    return SigningKey.from_seed(bytes([number]) * 32)


@dataclass
class Machine:
    """What the controller knows of one machine."""

    agent: str
    anchor: str
    keys: dict[str, PublicKey]
    courier: dict[str, PublicKey]
    nonce: str
    head: Head
    state: str = "active"
    stored: dict[tuple[int, int], str] = field(default_factory=dict)
    received: list[Envelope] = field(default_factory=list)
    orders: tuple[Order, ...] = ()
    notices: tuple[str, ...] = ()
    former: dict[str, PublicKey] = field(default_factory=dict)

    @property
    def reports(self) -> list[report.Report]:
        return [report.unseal(envelope, self.keys | self.former) for envelope in self.received]

    def rotate(self, body: KeyRotate) -> None:
        """The key of this purpose has ended; the new one counts."""
        new = {body.keyid: PublicKey.from_hex(body.public)}
        if body.purpose == "courier":
            self.courier = new
        else:
            self.former |= self.keys
            self.keys = new


class Controller:
    """Bright Smiles' controller."""

    def __init__(self, ca_pem: str) -> None:
        self.org, self.clinic = str(uuid.uuid4()), str(uuid.uuid4())
        self.receipt, self.log_key = key(1), key(2)
        self.origin = f"dentinel/{uuid.uuid4()}/{uuid.uuid4()}/1"
        self.vkey = str(note.Verifier(self.origin, self.log_key.public))
        self.lines: list[bytes] = []
        self.secrets: dict[str, str] = {}
        self.welcome = Welcome(
            org=self.org, clinic=self.clinic, ca=(ca_pem,), tuf_root="",
            receipt=(self.receipt.public.hex,), log=self.vkey, hw_salt="5a" * 16,
        ).to_bytes()  # fmt: skip
        self.machines: dict[str, Machine] = {}
        self.answered: dict[str, bytes] = {}
        self.refuses: str | None = None
        self.rejects: Callable[[report.Report], str | None] = lambda _: None
        self.mangle: Callable[[Heard, Says], Says] = lambda _, says: says
        self.repository: Any = None
        self.read: ReadToken | None = None
        self.now: Callable[[], datetime] = lambda: datetime.now(tz=UTC)
        self._lock = threading.RLock()

    def join(self, port: int) -> JoinString:
        """A new join string."""
        tid, secret = secrets.token_bytes(8), secrets.token_bytes(20)
        self.secrets[base32(tid)] = base32(secret)
        return JoinString(tid, secret, pin_of(self.welcome), "127.0.0.1", port)

    @property
    def machine(self) -> Machine:
        (only,) = self.machines.values()
        return only

    def backup(self) -> object:
        """The controller's data as they are now."""
        return copy.deepcopy((self.machines, self.lines))

    def restore(self, backup: object) -> None:
        """Go back to an older state, as after a lost disk."""
        self.machines, self.lines = copy.deepcopy(backup)  # type: ignore[misc]

    def __call__(self, heard: Heard) -> Says:
        with self._lock:
            return self.mangle(heard, self._answer(heard))

    def _answer(self, heard: Heard) -> Says:
        if heard.path.startswith("/v1/ca/"):
            known = heard.path.removeprefix("/v1/ca/") in self.secrets
            return Says(200, self.welcome) if known else problem(404, "token_unknown")
        if heard.path.startswith("/tuf/"):
            return self._rules(heard)
        body = heard.body
        if heard.headers.get("Content-Encoding") == "gzip":
            body = frames.inflate(body)
        return self._enroll(body) if heard.path == "/v1/enroll" else self._sync(body)

    def _rules(self, heard: Heard) -> Says:
        """A file of the org's repository, to who has the token of the last answer."""
        if not self.read or heard.headers.get("Authorization") != f"Bearer {self.read.token}":
            return problem(401, "token")
        found = self.repository.serve(heard.path.removeprefix(f"/tuf/{self.org}/"))
        return problem(404, "not_found") if found is None else Says(200, found)

    def _enroll(self, body: bytes) -> Says:
        request = messages.request_hash(body)
        if request in self.answered:
            return Says(200, self.answered[request], FRAMES)
        (envelope,) = frames.read(body, most=1)
        enroll = messages.unseal_enroll(envelope)
        if self.refuses:
            return problem(*STATUSES[self.refuses])
        if self.secrets.get(enroll.tid) != enroll.secret:
            return problem(401, "token_used_up")
        self.secrets[enroll.tid] = ""
        answer = self._admitted(enroll, request)
        self.answered[request] = frames.write([answer])
        return Says(200, self.answered[request], FRAMES)

    def _admitted(self, enroll: Enroll, request: str) -> Envelope:
        agent, nonce = str(uuid.uuid4()), secrets.token_hex(16)
        self.lines.append(f"enroll {agent}".encode())
        enrolled = Enrolled(
            req=request, at=self.now(), agent=agent, org=self.org, clinic=self.clinic, site=None,
            role=None, state="active", epoch=1, nonce=nonce, sync_s=300,
            receipt=(self.receipt.public.hex,), log=self.vkey, leaf=len(self.lines) - 1,
            checkpoint=self.checkpoint(), fact_key="fa" * 32,
        )  # fmt: skip
        answer = messages.seal(enrolled, self.receipt)
        reports, courier = (PublicKey.from_hex(k.public) for k in (enroll.report, enroll.courier))
        self.machines[agent] = Machine(
            agent, answer.sha, {reports.keyid: reports}, {courier.keyid: courier}, nonce,
            chain.start(answer.sha),
        )  # fmt: skip
        return answer

    def _sync(self, body: bytes) -> Says:
        sync_frame, *rest = frames.read(body)
        machine = self._whose(sync_frame)
        if machine is None:
            return problem(401, "bad_signature")
        try:
            sync = messages.unseal(Sync, sync_frame, machine.courier)
            said = _unsealed(rest, machine)
        except EvidenceError:
            return problem(401, "bad_signature")
        fields: dict = {"code": "ok"}
        if machine.state in ("revoked", "retired"):
            fields = {"code": "stopped"}
        elif sync.nonce != machine.nonce:
            fields = {"code": "nonce"}
        else:
            fields = self._committed(machine, list(zip(rest, said, strict=True)))
        return self._signed(machine, sync, messages.request_hash(body), fields)

    def _whose(self, frame: Envelope) -> Machine | None:
        signer = frame.signatures[0].keyid
        return next((m for m in self.machines.values() if signer in m.courier), None)

    def _committed(self, machine: Machine, batch: list) -> dict:
        head, stored, received = machine.head, dict(machine.stored), list(machine.received)
        lines, receipts = list(self.lines), []
        for envelope, said in batch:
            step = said.header.step(envelope.sha)
            link = chain.link(head, step, machine.anchor, stored.get((step.epoch, step.seq)))
            if link in (Link.GAP, Link.FORK):
                return {"code": str(link), "expected": machine.head.expected}
            if link is Link.DUPLICATE:
                receipts.append(Receipt(step.epoch, step.seq, 0, "duplicate", None))
                continue
            why = self.rejects(said)
            lines.append(f"report {envelope.sha}".encode())
            outcome = "rejected" if why else "stored"
            receipts.append(Receipt(step.epoch, step.seq, len(lines) - 1, outcome, why))
            head, stored[step.epoch, step.seq] = step.head, envelope.sha
            received.extend([] if why else [envelope])
            if isinstance(said.body, KeyRotate) and not why:
                machine.rotate(said.body)
        machine.head, machine.stored, machine.received = head, stored, received
        machine.nonce, self.lines = secrets.token_hex(16), lines
        return {"code": "ok", "receipts": tuple(receipts)}

    def _signed(self, machine: Machine, sync: Sync, request: str, fields: dict) -> Says:
        if fields["code"] == "ok" and sync.log and sync.log <= len(self.lines):
            fields["consistency"] = tuple(h.hex() for h in self.consistency(sync.log))
        if self.repository is not None:
            fields["packs"] = sha256(self.repository.serve("metadata/timestamp.json")).hexdigest()
            fields["read"] = self.read
        answer = Answer(
            req=request, at=self.now(), state=machine.state, nonce=machine.nonce,
            head=(machine.head.epoch, machine.head.seq), sync_s=300,
            checkpoint=self.checkpoint(), directives=machine.orders, notices=machine.notices,
            **fields,
        )  # fmt: skip
        status = {"ok": 200, "stopped": 403}.get(fields["code"], 409)
        return Says(status, frames.write([messages.seal(answer, self.receipt)]), FRAMES)

    def checkpoint(self) -> str:
        """The log as it is, signed."""
        frontier = merkle.Frontier()
        for line in self.lines:
            frontier, _ = frontier.append(merkle.leaf_hash(line))
        return checkpoint.Checkpoint(self.origin, len(self.lines), frontier.root).sign(self.log_key)

    def consistency(self, old: int) -> list[bytes]:
        """The proof that the log goes on from `old` lines."""

        def node(level: int, index: int) -> bytes:
            if level == 0:
                return merkle.leaf_hash(self.lines[index])
            return merkle.node_hash(node(level - 1, 2 * index), node(level - 1, 2 * index + 1))

        return merkle.prove_consistency(old, len(self.lines), node)


def _unsealed(envelopes: list[Envelope], machine: Machine) -> list[report.Report]:
    """Reports in chain order: what comes after a key_rotate is signed by the key that it brings.

    What is in the chain already may come again by a key that has ended.
    """
    keys, said = dict(machine.keys), []
    for envelope in envelopes:
        again = envelope.sha in machine.stored.values()
        told = report.unseal(envelope, keys | machine.former if again else keys)
        if isinstance(told.body, KeyRotate) and told.body.purpose == "report" and not again:
            keys = {told.body.keyid: PublicKey.from_hex(told.body.public)}
        said.append(told)
    return said


STATUSES = {
    "token_unknown": (401, "token_unknown"),
    "token_expired": (401, "token_expired"),
    "token_used_up": (401, "token_used_up"),
    "platform_denied": (403, "platform_denied"),
    "key_known": (409, "key_known"),
    "bad_envelope": (422, "bad_envelope"),
    "weak_key": (422, "weak_key"),
    "wrong_clinic": (422, "wrong_clinic"),
    "busy": (503, "busy"),
    "slow_down": (429, "slow_down"),
}


def problem(status: int, code: str) -> Says:
    """An unsigned problem document (RFC 9457)."""
    return Says(
        status, f'{{"type":"about:blank","code":"{code}"}}'.encode(),
        {"Content-Type": "application/problem+json"},
    )  # fmt: skip
