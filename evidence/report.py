"""What does a machine say, and how does it become evidence?

A report is a header, which says whose it is and where it stands in the chain, and a body of its
kind (evidence.bodies). `at` is the agent's claim: order and time of evidence come from the log.

- `read_header` and `bodies.read` are apart because intake treats them apart: a header that cannot
  be read stops a batch, a body that breaks the schema or a mark is rejected alone.
- `seal` reads back what it wrote before it signs: nothing is signed that would be refused.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated, ClassVar, Literal, Self

from evidence import bodies, envelope, shape, strict_json
from evidence.bodies import Body
from evidence.chain import Step
from evidence.envelope import Envelope, PayloadType
from evidence.errors import Malformed, TooLarge, WrongSigners
from evidence.keys import PublicKey, SigningKey
from evidence.marks import Between
from evidence.strict_json import INTEGERS_TO, Json
from evidence.words import Boot, Count, Hash, Hex32, Position, ReportKind, Uuid


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """How far the machine's clock is from the controller's, if that is known."""

    trust: Literal["ok", "skewed", "unset"]
    offset_ms: Annotated[int, Between(-INTEGERS_TO)] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LogSeen:
    """The newest checkpoint that this agent verified: each agent so witnesses the log."""

    size: Count
    root: Hash


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """Whose report, and where in the chain; `salt` keeps its hash from being guessed."""

    fixed: ClassVar[Mapping[str, Json]] = {"v": 1}
    org: Uuid
    clinic: Uuid
    agent: Uuid
    epoch: Position
    seq: Position
    prev: Hash
    kind: ReportKind
    salt: Hex32
    at: datetime
    boot: Boot
    mono_ms: Count
    clock: Clock
    log: LogSeen | None

    def step(self, sha: str) -> Step:
        """What the chain needs to know; `sha` is the hash of the report's envelope."""
        return Step(self.epoch, self.seq, self.prev, sha, self.kind)


@dataclass(frozen=True, slots=True)
class Report:
    """A header and the body of its kind."""

    header: Header
    body: Body

    def __post_init__(self) -> None:
        if bodies.kind_of(self.body) != self.header.kind:
            raise Malformed(f"report: the body is not that of a {self.header.kind}")

    def to_bytes(self) -> bytes:
        """The payload: serialised once, and never again."""
        return strict_json.write({**shape.to_json(self.header), "body": shape.to_json(self.body)})

    @classmethod
    def from_bytes(cls, payload: bytes) -> Self:
        """Read a payload whole; Malformed or LeavesTooMuch."""
        header, body = read_header(payload)
        return cls(header, bodies.read(header.kind, body))


def read_header(payload: bytes) -> tuple[Header, Json]:
    """The header of a payload, and its body, not yet read; Malformed."""
    document = strict_json.read(payload)
    if not isinstance(document, dict) or "body" not in document:
        raise Malformed("report: not an object with a body")
    body = document.pop("body")
    return shape.read(Header, document, closed=True), body


def seal(report: Report, *keys: SigningKey) -> Envelope:
    """Sign a report: with the report key; a key_rotate with the new key too, as the second."""
    payload = report.to_bytes()
    if len(payload) > PayloadType.REPORT.limit:
        raise TooLarge(
            f"a report of {len(payload)} bytes, where {PayloadType.REPORT.limit} are the most"
        )
    sealed = envelope.sign(PayloadType.REPORT, payload, *keys)
    unseal(sealed, {keys[0].keyid: keys[0].public})
    return sealed


def unseal(sealed: Envelope, keys: Mapping[str, PublicKey]) -> Report:
    """The report of an envelope that one of these keys signed; an EvidenceError otherwise."""
    report = Report.from_bytes(verify(sealed, keys))
    require_signers(sealed, report)
    return report


def verify(sealed: Envelope, keys: Mapping[str, PublicKey]) -> bytes:
    """The payload, if the first signature is by one of these keys; nothing is parsed before.

    The second signature of a key_rotate is by a key that only the payload names:
    `require_signers` checks it once the payload is read.
    """
    if len(sealed.signatures) > 2:
        raise WrongSigners(f"{len(sealed.signatures)} signatures under a report")
    return envelope.verify(envelope.first_signature(sealed), keys, {PayloadType.REPORT})


def require_signers(sealed: Envelope, report: Report) -> None:
    """WrongSigners or BadSignature, unless exactly those signed whom such a report needs."""
    if not isinstance(report.body, bodies.KeyRotate):
        if len(sealed.signatures) != 1:
            raise WrongSigners(f"{len(sealed.signatures)} signatures under a report that has one")
        return
    new = PublicKey.from_hex(report.body.public)
    second = replace(sealed, signatures=sealed.signatures[1:])
    envelope.verify(second, {new.keyid: new}, {PayloadType.REPORT})
