"""What changes in whom this machine believes, when its controller changes its own keys?

A notice is signed by a receipt key that is believed already, and by the new one too where it
brings a receipt key. It comes with an answer, again and again until the machine has it; heeding
it twice changes nothing.

- `receipt`: the new key counts beside the old ones; after a theft (`compromise`) it alone.
- `ca`: exactly the certificates that the notice names. One that was trusted once and then ended
  never counts again: an old notice that somebody kept is passed over, however true it was.
- `log`: the new key of the same log, which must take the place of the one that is held. From then
  on it alone counts here: while both sign, either would do.
- `log_restart`: after a restore a log of another name goes on for the one that is held. Its
  checkpoints are compared when one is shown (agent.outbox.witness).
- A key of the log that was left never counts again either, so that old notices lead nowhere.
- What opens a log (`old` null) says nothing to a machine that has joined: the join string did.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from agent.identity.trust import KEPT, Trust
from evidence import envelope, messages, shape
from evidence.errors import EvidenceError, Malformed
from evidence.keys import PublicKey
from evidence.messages import Notice
from evidence.note import Verifier

_MOST_RECEIPT_KEYS = 8


@dataclass(frozen=True, slots=True)
class Heeded:
    """Whom the machine believes now, and how many notices were false."""

    trust: Trust
    refused: int = 0


def heed(trust: Trust, notices: Iterable[str], keys: Mapping[str, PublicKey]) -> Heeded:
    """Follow the notices of one answer, in order; `keys` are the receipt keys believed so far."""
    known, heeded = dict(keys), Heeded(trust)
    for text in notices:
        try:
            sealed = envelope.from_json(text.encode())
            notice = messages.unseal_notice(sealed, known)
            after = _FOLLOW[notice.kind](heeded.trust, notice)
            shape.read(Trust, shape.to_json(after), closed=True)
        except (EvidenceError, ValueError):
            heeded = replace(heeded, refused=heeded.refused + 1)
            continue
        if (notice.kind, notice.why) == ("receipt", "compromise"):
            known = {}
        known |= after.receipt_keys
        heeded = replace(heeded, trust=after)
    return heeded


def _receipt(trust: Trust, notice: Notice) -> Trust:
    if notice.new in trust.receipt:
        return trust
    if notice.old not in trust.receipt:
        raise Malformed("a new receipt key in place of one that is not believed here")
    PublicKey.from_hex(notice.new)
    before = () if notice.why == "compromise" else trust.receipt
    return replace(trust, receipt=(*before, notice.new)[-_MOST_RECEIPT_KEYS:])


def _ca(trust: Trust, notice: Notice) -> Trust:
    named = tuple(pem for pem in (notice.old, notice.new) if pem)
    for pem in named:
        spki(pem)
    if any(_fingerprint(pem) in trust.ca_ended for pem in named):
        return trust
    ended = tuple(_fingerprint(pem) for pem in trust.ca if pem not in named)
    return replace(trust, ca=named, ca_ended=(*trust.ca_ended, *ended)[-KEPT:])


def _log(trust: Trust, notice: Notice) -> Trust:
    new = Verifier.parse(notice.new)
    if notice.new == trust.log or notice.new in trust.log_ended:
        return trust
    if notice.old in trust.log_ended:
        return trust.leave(notice.new)
    if notice.old != trust.log or new.name != Verifier.parse(trust.log).name:
        raise Malformed("a new key of a log that is not this machine's")
    return replace(trust, log=notice.new).leave(notice.old)


def _log_restart(trust: Trust, notice: Notice) -> Trust:
    """A log is known by its name: a restored controller may have forgotten a key of the old one."""
    old, new = (Verifier.parse(vkey or "") for vkey in (notice.old, notice.new))
    held = Verifier.parse(trust.log)
    left = {Verifier.parse(vkey).name for vkey in trust.log_ended} - {held.name}
    if old.name != held.name or new.name in left:
        return trust
    return replace(trust, log=notice.new).leave(trust.log)


def _fingerprint(pem: str) -> str:
    return hashlib.sha256(pem.encode()).hexdigest()


_FOLLOW: dict[str, Callable[[Trust, Notice], Trust]] = {
    "receipt": _receipt,
    "ca": _ca,
    "log": _log,
    "log_restart": _log_restart,
}


def spki(pem: str) -> str:
    """SHA-256 of the key that a certificate holds (DER SubjectPublicKeyInfo, RFC 5280), in hex.

    ValueError if it is no certificate, or more than one.
    """
    if pem.count("-----BEGIN ") != 1:
        raise ValueError("not one certificate")
    key = x509.load_pem_x509_certificate(pem.encode()).public_key()
    der = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return hashlib.sha256(der).hexdigest()
