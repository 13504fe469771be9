"""What do agent and controller say to one another, beside reports?

Each message is the payload of one envelope. What the agent sends (`enroll`, `sync`) is read
closed; what the controller sends (`enrolled`, `answer`, `notice`) is read open, so that a newer
controller serves an older agent.

- An answer counts only if a known receipt key signed it and `req` is the hash of what was sent.
- Directives are a closed set without arguments: no commands, no paths, no rules.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, ClassVar, Literal, Self, TypeAlias, TypeVar

from evidence import envelope, shape, strict_json
from evidence.envelope import Envelope, PayloadType
from evidence.errors import WrongSigners
from evidence.keys import SCHEME, PublicKey, SigningKey
from evidence.marks import AtMost, Between, Pattern
from evidence.strict_json import Json
from evidence.words import (
    AgentVersion,
    Count,
    Directive,
    Hash,
    Hex32,
    HostName,
    Label,
    MachineRole,
    MachineState,
    Note,
    Os,
    Position,
    RejectWhy,
    Scheme,
    Uuid,
    Vkey,
)

Code: TypeAlias = Literal["ok", "gap", "fork", "nonce", "header", "stopped"]
SyncSeconds: TypeAlias = Annotated[int, Between(60, 3600)]
Place: TypeAlias = tuple[Count, Count]
"""Epoch and seq; [0, 0] asks: where am I?"""
ReceiptKeys: TypeAlias = Annotated[tuple[Hash, ...], AtMost(8)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A payload; `closed` says whether members that it does not have are refused."""

    fixed: ClassVar[Mapping[str, Json]] = {"v": 1}
    payload_type: ClassVar[PayloadType]
    closed: ClassVar[bool]

    def to_bytes(self) -> bytes:
        """The payload: serialised once, and never again."""
        return strict_json.write(shape.to_json(self))

    @classmethod
    def from_bytes(cls, payload: bytes) -> Self:
        """Read a payload that was verified; Malformed."""
        return shape.read(cls, strict_json.read(payload), closed=cls.closed)


M = TypeVar("M", bound=Message)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewKey:
    """A key that asks to be known."""

    scheme: Scheme
    public: Hash

    @classmethod
    def of(cls, public: PublicKey) -> Self:
        """The record of this key."""
        return cls(scheme=SCHEME, public=public.hex)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hardware:
    """HMAC-SHA256(hw_salt, value) of each, or null: to know a machine again that was re-imaged."""

    board: Hash | None
    install: Hash | None
    disk: Hash | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Enroll(Message):
    """A machine asks to join; signed by both keys that it names, which it so shows to hold."""

    payload_type: ClassVar[PayloadType] = PayloadType.ENROLL
    closed: ClassVar[bool] = True
    tid: Annotated[str, Pattern(r"[a-z2-7]{13}")]
    secret: Annotated[str, Pattern(r"[a-z2-7]{32}")]
    org: Uuid
    clinic: Uuid
    report: NewKey
    courier: NewKey
    nonce: Hex32
    hw: Hardware
    os: Os
    hostname: HostName
    agent_version: AgentVersion
    replaces: Uuid | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolled(Message):
    """It has joined; the hash of this answer's envelope is the anchor of all its epochs."""

    payload_type: ClassVar[PayloadType] = PayloadType.ENROLLED
    closed: ClassVar[bool] = False
    req: Hash
    at: datetime
    agent: Uuid
    org: Uuid
    clinic: Uuid
    site: Label | None
    role: MachineRole | None
    state: MachineState
    epoch: Position
    nonce: Hex32
    sync_s: SyncSeconds
    receipt: ReceiptKeys
    log: Vkey
    leaf: Count
    checkpoint: Note
    fact_key: Hash


@dataclass(frozen=True, slots=True, kw_only=True)
class Sync(Message):
    """Here I am, at this head; without reports as frames after it, it is the heartbeat.

    `log` is the size of the newest verified checkpoint or 0, `packs` the hash of timestamp.json.
    """

    payload_type: ClassVar[PayloadType] = PayloadType.SYNC
    closed: ClassVar[bool] = True
    nonce: Hex32
    boot: Annotated[str, Pattern(r"[0-9a-f]{16}")]
    head: Place
    log: Count
    proof: bool = False
    packs: Hash | None = None
    ca: ReceiptKeys = ()


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of one report; written as an array."""

    as_array: ClassVar[bool] = True
    epoch: Position
    seq: Position
    leaf: Count
    outcome: Literal["stored", "duplicate", "rejected"]
    why: RejectWhy | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Inclusion:
    """The path from a leaf to the root of the answer's checkpoint, and the bytes of its line."""

    leaf: Count
    path: Annotated[tuple[Hash, ...], AtMost(64)]
    line: Annotated[str, Pattern(r"[ -~]{1,4096}")] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadToken:
    """With this the machine may read its org's rules, until then."""

    token: Annotated[str, Pattern(r"[A-Za-z0-9_-]{16,128}")]
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A directive; the id keeps it from being done twice."""

    id: Uuid
    do: Directive


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """How far a rollout may go."""

    plan: Hash
    open_ring: Label
    gate: Literal["go", "hold", "revert"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer(Message):
    """What the controller has: `head` is what is committed, receipts say so of each report.

    `req` is the hash of the inflated body of the request. `notices` are envelopes in JSON form.
    """

    payload_type: ClassVar[PayloadType] = PayloadType.ANSWER
    closed: ClassVar[bool] = False
    req: Hash
    at: datetime
    code: Code
    state: MachineState
    nonce: Hex32
    head: Place
    sync_s: SyncSeconds
    receipts: Annotated[tuple[Receipt, ...], AtMost(64)] = ()
    expected: Place | None = None
    checkpoint: Note | None = None
    consistency: Annotated[tuple[Hash, ...], AtMost(64)] | None = None
    inclusion: Inclusion | None = None
    read: ReadToken | None = None
    directives: Annotated[tuple[Order, ...], AtMost(16)] = ()
    packs: Hash | None = None
    gates: Annotated[tuple[Gate, ...], AtMost(64)] = ()
    notices: Annotated[tuple[Annotated[str, Pattern(r"(?s).{1,90000}")], ...], AtMost(16)] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice(Message):
    """The controller's own keys: `old` and `new` are public keys in hex, vkeys, PEMs, or origins.

    `old` null is a log that was just opened. A change of the receipt key is signed by both.
    """

    payload_type: ClassVar[PayloadType] = PayloadType.NOTICE
    closed: ClassVar[bool] = False
    kind: Literal["receipt", "log", "ca", "log_restart"]
    old: Annotated[str, Pattern(r"(?s).{1,16384}")] | None
    new: Annotated[str, Pattern(r"(?s).{1,16384}")]
    from_leaf: Count
    why: Literal["opened", "age", "order", "compromise", "restore"]


def seal(message: Message, *keys: SigningKey) -> Envelope:
    """Sign a message with each key, in order."""
    return envelope.sign(message.payload_type, message.to_bytes(), *keys)


def unseal(cls: type[M], sealed: Envelope, keys: Mapping[str, PublicKey]) -> M:
    """The message of an envelope that one of these keys signed; an EvidenceError otherwise."""
    return cls.from_bytes(envelope.verify(sealed, keys, {cls.payload_type}))


def unseal_enroll(sealed: Envelope) -> Enroll:
    """A request that both keys in it signed.

    Read before it is checked, for it brings its own keys; nothing is believed before both hold.
    """
    envelope.require_size(sealed, PayloadType.ENROLL)
    enroll = Enroll.from_bytes(sealed.payload)
    brought = [PublicKey.from_hex(key.public) for key in (enroll.report, enroll.courier)]
    keys = {key.keyid: key for key in brought}
    if len(keys) != 2:
        raise WrongSigners("report and courier key are the same key")
    envelope.verify(sealed, keys, {PayloadType.ENROLL}, signatures=2)
    return enroll


def unseal_notice(sealed: Envelope, keys: Mapping[str, PublicKey]) -> Notice:
    """A notice that a known receipt key signed, and the new one too if it takes its place."""
    notice = unseal(Notice, envelope.first_signature(sealed), keys)
    if notice.kind != "receipt" or notice.old is None:
        envelope.verify(sealed, keys, {PayloadType.NOTICE})
        return notice
    new = PublicKey.from_hex(notice.new)
    envelope.verify(sealed, {**keys, new.keyid: new}, {PayloadType.NOTICE}, signatures=2)
    if new.keyid not in {signature.keyid for signature in sealed.signatures}:
        raise WrongSigners("a change of the receipt key that the new key did not sign")
    return notice


def opening(receipt: SigningKey, log_vkey: str) -> tuple[Envelope, Envelope]:
    """The notices whose hashes are the first two `keys` lines of every log.

    By them the log itself says which keys speak for it; the same keys always give the same bytes.
    """
    return (
        seal(_opened("receipt", receipt.public.hex), receipt),
        seal(_opened("log", log_vkey), receipt),
    )


def _opened(kind: Literal["receipt", "log"], new: str) -> Notice:
    return Notice(kind=kind, old=None, new=new, from_leaf=0, why="opened")


def request_hash(body: bytes) -> str:
    """The `req` by which an answer is bound to the inflated body of its request."""
    return hashlib.sha256(body).hexdigest()
