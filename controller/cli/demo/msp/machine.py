"""An agent without a system under it: it holds keys, joins, seals its chain, and is answered.

What it sends is what every agent sends, down to the signatures; only the facts are made up. What
it is answered it checks as an agent does: a story that is not taken is a story that fails.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime

from controller.cli.demo.msp import voice
from controller.cli.demo.msp.cast import Box
from controller.cli.demo.msp.troubles import Trouble
from controller.cli.demo.msp.voice import Names
from controller.cli.demo.msp.wire import Heard, Wire
from controller.cli.demo.processes import DemoStopped
from evidence import bodies, chain, envelope, frames, messages, shape, strict_json
from evidence.bodies import SELF, Basis, Body, Cause, Delta, Facts, Full, PackRef, Policy, Subject
from evidence.envelope import Envelope, PayloadType
from evidence.join import JoinString, Welcome, base32
from evidence.keys import PublicKey, SigningKey
from evidence.messages import Answer, Enroll, Enrolled, Hardware, NewKey, Sync
from evidence.report import Clock, Header
from evidence.told import Veil
from rules.compiled import builtin
from rules.facts.index import CATALOGUE_VERSION

_VERSION = "0.1.0"
_ON_TIME = Clock(trust="ok", offset_ms=0)
Random = Callable[[int], bytes]


@dataclass(frozen=True, slots=True)
class Speech:
    """What was said last of a computer: its newest full, and the verdicts and images since."""

    basis: Basis
    verdicts: dict[str, bodies.RuleVerdict]
    imaging: object


@dataclass(slots=True)
class Machine:
    """One computer of the story. `nas` is the box without an agent that it asks over SSH."""

    box: Box
    troubles: tuple[Trouble, ...]
    wire: Wire
    random: Random
    disk: str
    nas: tuple[Box, Subject] | None = None
    token: str = ""
    replaces: str | None = None
    report_key: SigningKey = field(init=False)
    courier_key: SigningKey = field(init=False)
    boot: str = field(init=False)
    enrolled: Enrolled = field(init=False)
    receipt: PublicKey = field(init=False)
    veil: Veil = field(init=False)
    nonce: str = field(init=False)
    anchor: str = field(init=False)
    head: chain.Head = field(init=False)
    said: dict[str, Speech] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.report_key = SigningKey.from_seed(self.random(32))
        self.courier_key = SigningKey.from_seed(self.random(32))
        self.boot = self.random(8).hex()

    async def join(self) -> None:
        """Join by the join string, as `dentinel enroll` does; DemoStopped if it is not taken."""
        string = JoinString.parse(self.token)
        document = await self._asked("GET", f"/v1/ca/{base32(string.tid)}")
        welcome = Welcome.pinned(document.body, string)
        body = frames.write([self._request(string, welcome)])
        (sealed,) = frames.read((await self._asked("POST", "/v1/enroll", body)).body)
        self.receipt = PublicKey.from_hex(welcome.receipt[0])
        self.enrolled = messages.unseal(Enrolled, sealed, {self.receipt.keyid: self.receipt})
        self.veil = Veil(Names(), bytes.fromhex(self.enrolled.fact_key))
        self.nonce, self.anchor = self.enrolled.nonce, sealed.sha
        self.head = chain.start(self.anchor)

    def _request(self, string: JoinString, welcome: Welcome) -> Envelope:
        salted = hashlib.sha256(f"{welcome.hw_salt} {self.disk}".encode()).hexdigest()
        enroll = Enroll(
            tid=base32(string.tid),
            secret=base32(string.secret),
            org=welcome.org,
            clinic=welcome.clinic,
            report=NewKey.of(self.report_key.public),
            courier=NewKey.of(self.courier_key.public),
            nonce=self.random(16).hex(),
            hw=Hardware(board=salted, install=None, disk=None),
            os=voice.system(self.box),
            hostname=self.box.host,
            agent_version=_VERSION,
            replaces=self.replaces,
        )
        return messages.seal(enroll, self.report_key, self.courier_key)

    def full(self, now: datetime, cause: Cause) -> list[Envelope]:
        """All verdicts of this computer, and of the box that it asks."""
        return [self._full(box, of, now, cause) for box, of in self._speaks_of()]

    def change(self, now: datetime) -> list[Envelope]:
        """The verdicts that are others than those said last; nothing if all are the same."""
        made = (self._delta(box, of, now) for box, of in self._speaks_of())
        return [one for one in made if one is not None]

    def facts(self, now: datetime) -> list[Envelope]:
        """Everything that was read, cut down to what may leave."""
        return [
            self._seal(
                Facts(
                    subject=of,
                    catalogue=CATALOGUE_VERSION,
                    facts=voice.facts(voice.read(box, self._troubles(box), now), self.veil),
                ),
                now,
            )
            for box, of in self._speaks_of()
        ]

    async def sync(self, reports: list[Envelope]) -> None:
        """Send reports, or none for a heartbeat; DemoStopped unless each was stored."""
        asked = Sync(nonce=self.nonce, boot=self.boot, head=self._place(), log=0)
        body = frames.write([messages.seal(asked, self.courier_key), *reports])
        heard = await self._asked("POST", "/v1/sync", body)
        (sealed,) = frames.read(heard.body)
        answer = messages.unseal(Answer, sealed, {self.receipt.keyid: self.receipt})
        stored = [one.outcome for one in answer.receipts]
        if answer.req != messages.request_hash(body) or stored != ["stored"] * len(reports):
            raise DemoStopped(f"the controller did not store what {self.box.host} sent: {answer}")
        self.nonce = answer.nonce

    def _speaks_of(self) -> list[tuple[Box, Subject]]:
        return [(self.box, SELF), *([self.nas] if self.nas else [])]

    def _troubles(self, box: Box) -> tuple[Trouble, ...]:
        return self.troubles if box is self.box else ()

    def _place(self) -> tuple[int, int]:
        epoch, seq = self.head.expected
        return epoch, seq - 1

    def _full(self, box: Box, of: Subject, now: datetime, cause: Cause) -> Envelope:
        troubles = self._troubles(box)
        verdicts = voice.verdicts(box, troubles, now, self.veil)
        imaging = voice.imaging(box, troubles, now, self.veil)
        body = Full(
            subject=of,
            cause=cause,
            agent_version=_VERSION,
            os=voice.system(box),
            policy=policy(box),
            verdicts=verdicts,
            imaging=imaging,
        )
        sealed = self._seal(body, now)
        basis = Basis(seq=self.head.expected[1] - 1, hash=sealed.sha)
        self.said[box.host] = Speech(basis, {one.rule: one for one in verdicts}, imaging.findings)
        return sealed

    def _delta(self, box: Box, of: Subject, now: datetime) -> Envelope | None:
        troubles, before = self._troubles(box), self.said[box.host]
        verdicts = voice.verdicts(box, troubles, now, self.veil)
        imaging = voice.imaging(box, troubles, now, self.veil)
        new = tuple(v for v in verdicts if _gist(v) != _gist(before.verdicts[v.rule]))
        if not new and imaging.findings == before.imaging:
            return None
        body = Delta(
            subject=of,
            cause="change",
            basis=before.basis,
            agent_version=_VERSION,
            os=voice.system(box),
            policy=policy(box),
            verdicts=new,
            imaging=imaging if imaging.findings != before.imaging else None,
        )
        self.said[box.host] = replace(
            before, verdicts={one.rule: one for one in verdicts}, imaging=imaging.findings
        )
        return self._seal(body, now)

    def _seal(self, body: Body, now: datetime) -> Envelope:
        epoch, seq = self.head.expected
        header = Header(
            org=self.enrolled.org,
            clinic=self.enrolled.clinic,
            agent=self.enrolled.agent,
            epoch=epoch,
            seq=seq,
            prev=self.head.sha,
            kind=bodies.kind_of(body),
            salt=self.random(16).hex(),
            at=now,
            boot=self.boot,
            mono_ms=seq,
            clock=_ON_TIME,
            log=None,
        )
        # An agent reads back what it wrote before it signs; here the controller reads it at once.
        payload = strict_json.write({**shape.to_json(header), "body": voice.wire(body)})
        sealed = envelope.sign(PayloadType.REPORT, payload, self.report_key)
        self.head = header.step(sealed.sha).head
        return sealed

    async def _asked(self, method: str, path: str, body: bytes = b"") -> Heard:
        heard = await self.wire.ask(method, path, body)
        if heard.status != 200:
            said = heard.body.decode("utf-8", "replace")
            raise DemoStopped(f"{self.box.host} was answered {heard.status} at {path}: {said}")
        return heard


def _gist(verdict: bodies.RuleVerdict) -> tuple[object, ...]:
    """What of a verdict is news when it changes: not how long judging took."""
    return verdict.verdict, verdict.why, verdict.n, verdict.items


def policy(box: Box) -> Policy:
    """By which rules it is judged: those that every agent carries."""
    pack = builtin.pack()
    ref = PackRef(pack=pack.pack, version=pack.version, sha256=pack.sha256)
    return Policy(
        state="builtin",
        root=None,
        targets=None,
        assignment=None,
        packs=(ref,),
        plan=None,
        site=None,
        groups=(),
        role=box.role,
    )
