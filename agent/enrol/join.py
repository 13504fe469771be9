"""How does a machine join the controller that its join string names?

The welcome document is fetched over TLS that believes nobody, hashed, and compared with the pin.
Until then nothing secret has left. Then, over a new connection that believes the pinned CA alone,
one request signed by both new keys; its signed answer is the machine's enrolment.

- A machine that has joined the same clinic keeps its keys and chain: only address and pins are
  renewed, and the secret of the join string is not used.
- Of another clinic it becomes a new machine, and says which one it was (`replaces`): log, evidence
  and rules belong to the clinic, so nothing of the former one moves.
- There is no way to skip the pin.
"""

import secrets
from dataclasses import dataclass, replace

from agent.enrol import refusal, staging, welcome
from agent.enrol.about import About
from agent.enrol.staging import Request
from agent.errors import CloneReset, EnrolError, IdentityLost, JoinRefused, NotEnrolled
from agent.identity.machine import Identity
from agent.identity.trust import Trust
from agent.outbox import witness
from agent.paths import Home
from agent.transport import tls
from agent.transport.base import Address
from agent.transport.https import Https
from agent.transport.route import Route
from evidence import frames, messages
from evidence.envelope import Envelope
from evidence.errors import DamagedJoin, EvidenceError, Malformed
from evidence.join import JoinString, Welcome, base32
from evidence.keys import PublicKey, SigningKey
from evidence.messages import Enroll, Enrolled, NewKey
from evidence.note import Verifier
from evidence.words import MachineState


@dataclass(frozen=True, slots=True)
class Joined:
    """A machine that belongs to a clinic now; `renewed`: it did before, and kept its keys."""

    agent: str
    org: str
    clinic: str
    state: MachineState
    address: Address
    renewed: bool


@dataclass(frozen=True, slots=True)
class Join:
    """One attempt to join, for a home, by a join string."""

    home: Home
    string: JoinString
    about: About
    proxy: str | None = None

    @property
    def address(self) -> Address:
        """Where the controller answers."""
        return Address(self.string.host, self.string.port)

    def run(self, *, new_identity: bool = False) -> Joined:
        """Join, or renew; EnrolError, TransportError or HomeError, each with what to do."""
        self.home.create()
        if staging.finish(self.home):
            return self._joined(Identity.load(self.home), renewed=False)
        before = self._before(new_identity=new_identity)
        request = staging.pending(self.home, self.string)
        if request is None:
            document = self._welcome()
            pinned = Welcome.from_bytes(document)
            if before is not None and not new_identity and _is_of(before, pinned):
                return self._renew(before, pinned)
            request = self._prepare(before, document)
        answer, enrolled = self._ask(request)
        staging.accept(self.home, answer, self._trust(request, answer, enrolled))
        return self._joined(Identity.load(self.home), renewed=False)

    def _before(self, *, new_identity: bool) -> Identity | None:
        try:
            return Identity.load(self.home)
        except (NotEnrolled, CloneReset):
            return None
        except IdentityLost as error:
            if new_identity:
                return None
            raise EnrolError(
                f"this machine has joined before, and its identity cannot be used: {error.message}",
                "to start over as a new machine: dentinel enroll JOIN --new-identity",
            ) from error

    def _welcome(self) -> bytes:
        return welcome.fetch(Route(self.address, self.proxy), self.string)

    def _prepare(self, before: Identity | None, document: bytes) -> Request:
        """Make keys, sign the request with both, and store it: nothing has been sent yet."""
        pinned = Welcome.from_bytes(document)
        report, courier = _new_key(), _new_key()
        enroll = Enroll(
            tid=base32(self.string.tid),
            secret=base32(self.string.secret),
            org=pinned.org,
            clinic=pinned.clinic,
            report=NewKey.of(report.public),
            courier=NewKey.of(courier.public),
            nonce=secrets.token_hex(16),
            hw=self.about.binding.hashed(bytes.fromhex(pinned.hw_salt)),
            os=self.about.os,
            hostname=self.about.hostname,
            agent_version=self.about.agent_version,
            replaces=before.agent if before and before.org == pinned.org else None,
        )
        staging.begin(self.home, report, courier, self.about.binding)
        request = Request(document, messages.seal(enroll, report, courier))
        staging.store(self.home, request)
        return request

    def _ask(self, request: Request) -> tuple[Envelope, Enrolled]:
        """Send the stored bytes over a connection that believes the pinned CA alone."""
        pinned = Welcome.from_bytes(request.welcome)
        body = frames.write([request.envelope])
        route = Route(self.address, self.proxy)
        with Https(route, tls.pinned(pinned.ca)) as wire:
            reply = wire.post("/v1/enroll", body, {"Content-Type": frames.MEDIA_TYPE})
        if reply.status != 200:
            refused = refusal.read(reply, self.address)
            if refused.is_final:
                staging.discard(self.home)
            raise refused.error
        try:
            return _believed(reply.body, body, pinned)
        except EvidenceError as error:
            raise EnrolError(
                f"the answer of {self.address} is not one of the controller that this join string "
                f"names ({error})",
                "nothing was believed; run the same command again, and if it stays, ask who runs "
                "the controller",
            ) from error

    def _trust(self, request: Request, answer: Envelope, enrolled: Enrolled) -> Trust:
        pinned = Welcome.from_bytes(request.welcome)
        enroll = Enroll.from_bytes(request.envelope.payload)
        return Trust(
            anchor=answer.sha,
            host=self.string.host,
            port=self.string.port,
            ca=pinned.ca,
            receipt=enrolled.receipt,
            log=enrolled.log,
            tuf_root=pinned.tuf_root,
            hw_salt=pinned.hw_salt,
            report=enroll.report.public,
            courier=enroll.courier.public,
            clock_floor=enrolled.at,
            checkpoint=witness.compare(None, enrolled.checkpoint, None, enrolled.log).note,
        ).leave(pinned.log)

    def _renew(self, before: Identity, pinned: Welcome) -> Joined:
        """Take address and pins from a join string of the same clinic; keys and chain stay."""
        trust = replace(
            before.trust,
            host=self.string.host,
            port=self.string.port,
            ca=pinned.ca,
            receipt=pinned.receipt,
            tuf_root=pinned.tuf_root,
        )
        trust = _with_log(trust, pinned.log)
        trust.save(self.home.trust)
        return self._joined(replace(before, trust=trust), renewed=True)

    def _joined(self, identity: Identity, *, renewed: bool) -> Joined:
        enrolled = identity.enrolled
        return Joined(
            enrolled.agent, enrolled.org, enrolled.clinic, enrolled.state, self.address, renewed
        )


def _with_log(trust: Trust, pinned: str) -> Trust:
    """What was seen of the log stays as long as it is the same log, whatever its key.

    A join string from before a change of that key does not bring the old one back.
    """
    if pinned in (trust.log, *trust.log_ended):
        return trust
    is_same = Verifier.parse(pinned).name == Verifier.parse(trust.log).name
    seen = trust.checkpoint if is_same else None
    return replace(trust, log=pinned, checkpoint=seen).leave(trust.log)


def _is_of(before: Identity, pinned: Welcome) -> bool:
    """Is this join string of the clinic to which the machine belongs?"""
    return (pinned.org, pinned.clinic) == (before.org, before.clinic)


def _believed(reply: bytes, body: bytes, pinned: Welcome) -> tuple[Envelope, Enrolled]:
    """The answer, if the pinned receipt key signed it for this very request and clinic."""
    keys = {key.keyid: key for key in map(PublicKey.from_hex, pinned.receipt)}
    (answer,) = frames.read(reply, most=1) or (None,)
    if answer is None:
        raise Malformed("an empty answer")
    enrolled = messages.unseal(Enrolled, answer, keys)
    if enrolled.req != messages.request_hash(body):
        raise Malformed("an answer to another request")
    if (enrolled.org, enrolled.clinic) != (pinned.org, pinned.clinic):
        raise Malformed("an answer of another clinic than the one that was asked")
    for key in enrolled.receipt:
        PublicKey.from_hex(key)
    Verifier.parse(enrolled.log)
    return answer, enrolled


def _new_key() -> SigningKey:
    return SigningKey.from_seed(secrets.token_bytes(32))


def parse(text: str) -> JoinString:
    """Read a join string; JoinRefused if it was not copied whole."""
    try:
        return JoinString.parse(text)
    except DamagedJoin as error:
        raise JoinRefused(
            "this join string is damaged", "copy it again, whole and on one line"
        ) from error
