"""Who sent this, and can it be read?

From the bytes of a request to an `Arrival`, before any transaction: limits, then every signature,
then JSON. What an agent may not have said (an unknown field, a value that must stay on its
machine) makes one report `refused` and leaves the others alone; a header that cannot be read or
names somebody else stops the sync.

- Nothing is parsed before its signature holds. Only a `key_rotate` is read earlier than what comes
  after it in the same sync, because it brings the key of that.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from controller.intake.problems import of_sync
from controller.intake.statements import KeyHolder
from controller.ledger import raw
from evidence import bodies, envelope, frames, messages, report
from evidence.bodies import Body, KeyRotate
from evidence.envelope import Envelope, PayloadType
from evidence.errors import EvidenceError, LeavesTooMuch, Malformed, UnknownKey, WeakKey
from evidence.keys import PublicKey
from evidence.messages import Sync
from evidence.report import Header, Report
from evidence.strict_json import Json
from evidence.words import RejectWhy


@dataclass(frozen=True, slots=True)
class Known:
    """A key that is registered, and whose it is."""

    holder: KeyHolder
    public: PublicKey


Keyring = Callable[[str], Known | None]
"""The registered key of an id."""


@dataclass(frozen=True, slots=True)
class Record:
    """One report whose signature holds: its body, or why that is `refused`; `raw` as stored."""

    sha: str
    keyid: str
    header: Header
    body: Body | None
    refused: RejectWhy | None
    raw: bytes

    @property
    def report(self) -> Report | None:
        """The report, if its body is taken."""
        return Report(self.header, self.body) if self.body is not None else None


@dataclass(frozen=True, slots=True)
class Arrival:
    """A sync that was signed by a machine that is known here."""

    holder: KeyHolder
    keyid: str
    sync: Sync
    req: str
    records: tuple[Record, ...]
    header_refused: bool
    at: datetime


def receive(body: bytes, keyring: Keyring, at: datetime) -> Arrival:
    """Check and read an inflated body; Problem if nothing of it can be taken."""
    try:
        envelopes = frames.read(body)
        if not envelopes:
            raise Malformed("a body without a frame")
        first, reports = envelopes[0], envelopes[1:]
        known = _known(keyring, first, "courier")
        payload = envelope.verify(first, {known.public.keyid: known.public}, {PayloadType.SYNC})
        _verify_all(reports, keyring, known.holder)
        records = _records(reports, known.holder)
        said = Sync.from_bytes(payload)
    except EvidenceError as error:
        raise of_sync(error) from error
    return Arrival(
        holder=known.holder,
        keyid=known.public.keyid,
        sync=said,
        req=messages.request_hash(body),
        records=records or (),
        header_refused=records is None,
        at=at,
    )


def _known(keyring: Keyring, signed: Envelope, purpose: str) -> Known:
    known = keyring(signed.signatures[0].keyid)
    if known is None or known.holder.purpose != purpose:
        raise UnknownKey(f"signed by no {purpose} key that is registered here")
    return known


def _verify_all(reports: Sequence[Envelope], keyring: Keyring, sender: KeyHolder) -> None:
    """Refused, unless each report is signed by a report key of the machine that sends it."""
    keys: dict[str, PublicKey] = {}
    for sealed in reports:
        keyid = sealed.signatures[0].keyid
        if keyid not in keys:
            known = _known(keyring, sealed, "report")
            if known.holder.machine != sender.machine:
                raise UnknownKey("a report by the key of another machine than the one that sends")
            keys[keyid] = known.public
        payload = report.verify(sealed, keys)
        if len(sealed.signatures) == 2:
            keys |= _brought(sealed, payload)


def _brought(sealed: Envelope, payload: bytes) -> Mapping[str, PublicKey]:
    """The report key that a verified `key_rotate` brings, for the reports that come after it."""
    try:
        told = Report.from_bytes(payload)
    except (Malformed, WeakKey):
        return {}
    report.require_signers(sealed, told)
    if isinstance(told.body, KeyRotate) and told.body.purpose == "report":
        return {told.body.keyid: PublicKey.from_hex(told.body.public)}
    return {}


def _records(reports: Sequence[Envelope], sender: KeyHolder) -> tuple[Record, ...] | None:
    """The reports as far as they can be read; None if a header cannot, or is not the sender's."""
    records = []
    for sealed in reports:
        try:
            header, body = report.read_header(sealed.payload)
        except Malformed:
            return None
        said = f"{header.org} {header.clinic} {header.agent}".replace("-", "")
        if said != f"{sender.org} {sender.clinic} {sender.agent}":
            return None
        records.append(_record(sealed, header, body))
    return tuple(records)


def _record(sealed: Envelope, header: Header, value: Json) -> Record:
    body: Body | None = None
    refused: RejectWhy | None = None
    try:
        body = bodies.read(header.kind, value)
        report.require_signers(sealed, Report(header, body))
    except LeavesTooMuch:
        refused = "privacy"
    except (Malformed, WeakKey):
        refused = "schema"
    return Record(sealed.sha, sealed.signatures[0].keyid, header, body, refused, raw.pack(sealed))
