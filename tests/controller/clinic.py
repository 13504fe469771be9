"""Bright Smiles behind a real intake: real tables, real keys, and machines that speak for real.

`Server` is a home with its ASGI callable, called directly. `Machine` is an agent without a system
under it: it holds keys, joins, seals reports in a chain and reads signed answers.
"""

import asyncio
import hashlib
import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from controller.fleet.actions import TokenOrder, create_token
from controller.identity.home import ControllerHome
from controller.identity.secrets import Keys
from controller.intake.asgi import Intake, Limits, application
from controller.ledger.actions import By
from controller.tenants.scope import Place
from evidence import bodies, chain, frames, messages, report
from evidence.bodies import (
    SELF,
    Basis,
    Delta,
    Facts,
    Full,
    Gap,
    Imaging,
    ItemVerdict,
    LocalEvent,
    Os,
    PackRef,
    Policy,
    RuleVerdict,
)
from evidence.envelope import Envelope
from evidence.finding import Finding
from evidence.join import JoinString, Welcome, base32
from evidence.keys import SigningKey
from evidence.messages import Answer, Enroll, Enrolled, Hardware, NewKey, Sync
from evidence.report import Clock, Header, Report
from rules.verdict import Verdict

MORNING = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
NEVER_TOO_OFTEN = Limits(10**9, 10**9, 10**9)
PACK_DATA = b'{"pack":"dental-baseline","version":"1.0.0"}'
PACK = PackRef(
    pack="dental-baseline", version="1.0.0", sha256=hashlib.sha256(PACK_DATA).hexdigest()
)
LINUX = Os(family="linux", version="12", arch="x86_64")


@dataclass
class Clinic:
    """A clinic as its rows say."""

    org: UUID
    id: UUID
    name: str

    @property
    def place(self) -> Place:
        return Place(self.org)


@dataclass(frozen=True)
class Heard:
    """What came back: a status, the headers, and the body."""

    status: int
    headers: dict[str, str]
    body: bytes

    def problem(self) -> str:
        import json

        return str(json.loads(self.body)["code"])


class Server:
    """A controller's intake, called as an ASGI server would call it."""

    def __init__(self, home: ControllerHome, clinic: Clinic, limits: Limits = NEVER_TOO_OFTEN):
        self.home = home
        self.clinic = clinic
        self.now = MORNING
        self.keys = Keys.load(home)
        self.app: Intake = application(home.root, limits, lambda: self.now, packs=lambda: ())

    def __enter__(self) -> "Server":
        self.app.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.app.stop()

    def passes(self, **time: float) -> None:
        self.now += timedelta(**time)

    def get(self, path: str) -> Heard:
        return self.call("GET", path, b"")

    def post(self, path: str, body: bytes, headers: dict[str, str] | None = None) -> Heard:
        return self.call("POST", path, body, headers)

    def call(
        self, method: str, path: str, body: bytes, headers: dict[str, str] | None = None
    ) -> Heard:
        return asyncio.run(call(self.app, method, path, body, headers))

    def token(self, **order: Any) -> JoinString:
        asked = TokenOrder(clinic=self.clinic.id, host="localhost", port=8443, **order)
        return create_token(self.home, self.clinic.place, asked, By("shell", "", self.now))

    def machine(self, name: str = "OP1", **order: Any) -> "Machine":
        """A machine that has joined."""
        machine = Machine(self, name)
        heard = machine.join(self.token(**order))
        assert heard.status == 200, heard.body
        return machine


async def call(
    app: Any, method: str, path: str, body: bytes, headers: dict[str, str] | None = None
) -> Heard:
    """One request to an ASGI callable."""
    events = [{"type": "http.request", "body": body, "more_body": False}]
    said: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return events.pop(0) if events else {"type": "http.disconnect"}

    async def send(event: dict[str, Any]) -> None:
        said.append(event)

    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "client": ("192.0.2.7", 50000),
        "headers": [(k.lower().encode(), v.encode()) for k, v in (headers or {}).items()],
    }
    await app(scope, receive, send)
    start, *pieces = said
    return Heard(
        start["status"],
        {name.decode(): value.decode() for name, value in start["headers"]},
        b"".join(piece["body"] for piece in pieces),
    )


def verdict(rule: str, said: str = "pass", *items: ItemVerdict, pack: int = 0) -> RuleVerdict:
    return RuleVerdict(
        rule=rule,
        pack=pack,
        verdict=Verdict(said),
        why=None,
        n=(0, len(items), 0, 0, 0) if items else (1, 0, 0, 0, 0),
        items=items,
        ms=1,
    )


def volume(name: str, protection: str) -> ItemVerdict:
    return ItemVerdict(
        item=name,
        clause=0,
        verdict=Verdict.FAIL,
        why=None,
        seen={"volume.protection": protection},
    )


def finding(name: str, state: str = "open", root: str = "exports", kind: str = "dicom") -> Finding:
    return Finding(
        id=hashlib.md5(name.encode()).hexdigest(),
        root=root,
        role="export",
        verdict="plaintext",
        kind=kind,  # type: ignore[arg-type]
        reason="content",
        volume="unprotected",
        reach="local",
        state=state,  # type: ignore[arg-type]
    )


def imaging(*findings: Finding, unlisted: int = 0, complete: object = True) -> Imaging:
    labels = sorted({"exports", *(one.root for one in findings)})
    return Imaging(
        roots=[{"label": label, "complete": complete} for label in labels],
        findings=findings,
        unlisted=unlisted,
        coverage={"complete": complete},
        mass_change={"state": "none"},
    )


@dataclass
class Machine:
    """An agent, as far as a controller can see."""

    server: Server
    name: str = "OP1"
    clock: Clock = field(default_factory=lambda: Clock(trust="ok", offset_ms=0))
    boot: str = "b" * 16
    receipt: int | None = None  # generation of the receipt key that it hears; None: the newest
    report_key: SigningKey = field(
        default_factory=lambda: SigningKey.from_seed(secrets.token_bytes(32))
    )
    courier_key: SigningKey = field(
        default_factory=lambda: SigningKey.from_seed(secrets.token_bytes(32))
    )
    sealed: list[Envelope] = field(default_factory=list)
    basis: Basis | None = None

    # --- joining

    def request(self, join: JoinString, **other: Any) -> bytes:
        """The body of a request to join; the same bytes for every try."""
        welcome = Welcome.pinned(self.server.get(f"/v1/ca/{base32(join.tid)}").body, join)
        enroll = Enroll(
            **{
                "tid": base32(join.tid),
                "secret": base32(join.secret),
                "org": welcome.org,
                "clinic": welcome.clinic,
                "report": NewKey.of(self.report_key.public),
                "courier": NewKey.of(self.courier_key.public),
                "nonce": secrets.token_hex(16),
                "hw": Hardware(board=None, install=None, disk=None),
                "os": LINUX,
                "hostname": self.name,
                "agent_version": "0.1.0",
                "replaces": None,
                **other,
            }
        )
        return frames.write([messages.seal(enroll, self.report_key, self.courier_key)])

    def join(self, join: JoinString) -> Heard:
        return self.enrol(self.request(join))

    def enrol(self, body: bytes) -> Heard:
        heard = self.server.post("/v1/enroll", body)
        if heard.status == 200:
            (sealed,) = frames.read(heard.body)
            receipt = self.server.keys.receipt(self.receipt).public
            self.enrolled = messages.unseal(Enrolled, sealed, {receipt.keyid: receipt})
            assert self.enrolled.req == messages.request_hash(body)
            self.anchor = sealed.sha
            self.agent = self.enrolled.agent
            self.nonce = self.enrolled.nonce
            self.head = chain.start(self.anchor)
        return heard

    # --- sealing

    def seal(self, body: bodies.Body, at: datetime | None = None, **header: Any) -> Envelope:
        """Seal the next report of the chain."""
        sealed = self.draft(body, at, **header)
        (step,) = [report.read_header(sealed.payload)[0].step(sealed.sha)]
        self.head = step.head
        self.sealed.append(sealed)
        if isinstance(body, Full):
            self.basis = Basis(seq=step.seq, hash=step.sha)
        return sealed

    def draft(self, body: bodies.Body, at: datetime | None = None, **header: Any) -> Envelope:
        """A report as it would be sealed next; the chain does not move."""
        epoch, seq = self.head.expected
        made = Header(
            **{
                "org": self.enrolled.org,
                "clinic": self.enrolled.clinic,
                "agent": self.agent,
                "epoch": epoch,
                "seq": seq,
                "prev": self.head.sha,
                "kind": bodies.kind_of(body),
                "salt": secrets.token_hex(16),
                "at": at or self.server.now,
                "boot": self.boot,
                "mono_ms": 1,
                "clock": self.clock,
                "log": None,
                **header,
            }
        )
        return report.seal(Report(made, body), self.report_key)

    def full(self, *verdicts: RuleVerdict, imaging: Imaging | None = None) -> Full:
        return Full(
            subject=SELF,
            cause="daily",
            agent_version="0.1.0",
            os=LINUX,
            policy=self.policy(),
            verdicts=verdicts,
            imaging=imaging,
        )

    def delta(self, *verdicts: RuleVerdict, imaging: Imaging | None = None) -> Delta:
        assert self.basis is not None
        return Delta(
            subject=SELF,
            cause="change",
            basis=self.basis,
            agent_version="0.1.0",
            os=LINUX,
            policy=self.policy(),
            verdicts=verdicts,
            imaging=imaging,
        )

    @staticmethod
    def policy() -> Policy:
        return Policy(
            state="builtin",
            root=None,
            targets=None,
            assignment=None,
            packs=(PACK,),
            plan=None,
            site=None,
            groups=(),
            role=None,
        )

    def event(self) -> Envelope:
        return self.seal(LocalEvent(event="agent_started", code=None, ref=None, n=0))

    def gap(self, reason: str = "outbox_lost") -> Envelope:
        """Open a new epoch."""
        epoch = self.head.epoch + 1
        self.basis = None
        body = Gap(reason=reason, last_known=None, orphans=())  # type: ignore[arg-type]
        return self.seal(body, epoch=epoch, seq=1, prev=self.anchor)

    # --- sending

    def body(self, *reports: Envelope, key: SigningKey | None = None, **sync: Any) -> bytes:
        asked = Sync(
            **{
                "nonce": self.nonce,
                "boot": self.boot,
                "head": (self.head.epoch, self.head.seq),
                "log": 0,
                **sync,
            }
        )
        return frames.write([messages.seal(asked, key or self.courier_key), *reports])

    def sync(self, *reports: Envelope, **sync: Any) -> tuple[int, Answer]:
        """Send reports; the status and the signed answer, bound to what was sent."""
        return self.send(self.body(*reports, **sync))

    def send(self, body: bytes) -> tuple[int, Answer]:
        heard = self.server.post("/v1/sync", body)
        answer = self.read(heard, body)
        self.nonce = answer.nonce
        return heard.status, answer

    def read(self, heard: Heard, body: bytes) -> Answer:
        (sealed,) = frames.read(heard.body)
        receipt = self.server.keys.receipt(self.receipt).public
        answer = messages.unseal(Answer, sealed, {receipt.keyid: receipt})
        assert answer.req == messages.request_hash(body)
        return answer

    def facts(self, **facts: Any) -> Facts:
        return Facts(subject=SELF, catalogue="1.0", facts=facts)
