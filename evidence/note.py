"""Which keys signed this text?

Signed notes of C2SP (signed-note.md): a text, an empty line, and signature lines `— name base64`,
where the base64 holds four bytes of key id and the signature. A verifier key, the *vkey*, is
`name+keyid+base64(type ‖ key)`; its id is the first four bytes of SHA-256(name ‖ LF ‖ type ‖ key).

- Signatures of keys that nobody asked about are passed over. One that claims a known key and does
  not hold condemns the note, also beside a right one.
- Of C2SP's signature types 0x01 (Ed25519) signs logs here; cosignatures are 0x04 and 0x06.
"""

import base64
import hashlib
import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Self

from evidence.envelope import from_base64
from evidence.errors import BadSignature, Malformed, TooLarge, UnknownKey
from evidence.keys import PublicKey, SigningKey

ED25519 = 0x01
COSIGNATURE_ED25519 = 0x04

_LIMIT = 64 * 1024
_LAST_SECOND = 253_402_300_799
_SIGNATURES = 100
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f\ufffd]")
_NAME = re.compile(r"[^\s+]{1,200}")
_LINE = re.compile(r"— ([^\s+]{1,200}) ([A-Za-z0-9+/]+={0,2})")
_VKEY = re.compile(r"([^\s+]{1,200})\+([0-9a-f]{8})\+([A-Za-z0-9+/]+={0,2})")


@dataclass(frozen=True, slots=True)
class Verifier:
    """A key that is known by a name."""

    name: str
    public: PublicKey
    kind: int = ED25519

    @classmethod
    def parse(cls, vkey: str) -> Self:
        """Read a vkey; Malformed if its parts do not agree, WeakKey if anybody can sign for it."""
        parts = _VKEY.fullmatch(vkey)
        raw = from_base64(parts[3]) if parts else b""
        if parts is None or len(raw) != 33 or raw[0] not in (ED25519, COSIGNATURE_ED25519):
            raise Malformed("not a verifier key: name+keyid+base64 of an Ed25519 key")
        verifier = cls(parts[1], PublicKey.from_raw(raw[1:]), raw[0])
        if verifier.keyid.hex() != parts[2]:
            raise Malformed("a verifier key whose id is not that of its name and key")
        return verifier

    @property
    def keyid(self) -> bytes:
        """Four bytes that say which key of this name it is."""
        named = self.name.encode() + b"\n" + bytes([self.kind]) + self.public.raw
        return hashlib.sha256(named).digest()[:4]

    def __str__(self) -> str:
        key = base64.b64encode(bytes([self.kind]) + self.public.raw).decode()
        return f"{self.name}+{self.keyid.hex()}+{key}"


@dataclass(frozen=True, slots=True)
class NoteSignature:
    """One signature line; nothing is checked yet."""

    name: str
    keyid: bytes
    sig: bytes


@dataclass(frozen=True, slots=True)
class Note:
    """A text, which ends in a newline, and its signature lines."""

    text: str
    signatures: tuple[NoteSignature, ...]

    def __str__(self) -> str:
        lines = (
            f"— {signature.name} {base64.b64encode(signature.keyid + signature.sig).decode()}\n"
            for signature in self.signatures
        )
        return f"{self.text}\n{''.join(lines)}"


def parse(data: str) -> Note:
    """Read a note; nothing is checked yet. Malformed if it is none."""
    if len(data) > _LIMIT:
        raise TooLarge(f"a note of more than {_LIMIT} characters")
    text, gap, tail = data.rpartition("\n\n")
    if not gap or not tail.endswith("\n") or _CONTROL.search(data):
        raise Malformed("not a signed note: a text, an empty line, signature lines")
    lines = tail[:-1].split("\n")
    if len(lines) > _SIGNATURES:
        raise TooLarge(f"a note with more than {_SIGNATURES} signatures")
    return Note(text + "\n", tuple(map(_signature, lines)))


def sign(text: str, name: str, *keys: SigningKey) -> str:
    """The note of a text, signed with each key under one name."""
    if not text.endswith("\n") or _CONTROL.search(text) or not _NAME.fullmatch(name):
        raise Malformed("a note's text ends in a newline, and its name holds no space and no plus")
    return str(
        Note(
            text,
            tuple(
                NoteSignature(name, Verifier(name, key.public).keyid, key.sign(text.encode()))
                for key in keys
            ),
        )
    )


def verify(note: Note, verifiers: Collection[Verifier]) -> tuple[Verifier, ...]:
    """Which of these keys signed it; UnknownKey if none did, BadSignature if one is false."""
    known = {(verifier.name, verifier.keyid): verifier for verifier in verifiers}
    signed: list[Verifier] = []
    for signature in note.signatures:
        verifier = known.get((signature.name, signature.keyid))
        if verifier is None:
            continue
        if not verifier.public.verifies(signature.sig, note.text.encode()):
            raise BadSignature(f"the signature of {verifier.name} is not over this text")
        signed.append(verifier)
    if not signed:
        raise UnknownKey("no signature of a known key under this note")
    return tuple(signed)


def cosigned(note: Note, witness: Verifier) -> datetime | None:
    """When this witness saw the note, by its own clock; None if it has not signed.

    Cosignatures of C2SP (tlog-cosignature.md, type 0x04): eight bytes of seconds since 1970, and
    Ed25519 over them and the text. BadSignature if one claims this witness and does not hold.
    """
    for each in note.signatures:
        if (each.name, each.keyid) != (witness.name, witness.keyid):
            continue
        seconds = int.from_bytes(each.sig[:8], "big")
        said = f"cosignature/v1\ntime {seconds}\n{note.text}"
        if not witness.public.verifies(each.sig[8:], said.encode()) or seconds > _LAST_SECOND:
            raise BadSignature(f"the cosignature of {witness.name} is not over this text")
        return datetime.fromtimestamp(seconds, tz=UTC)
    return None


def _signature(line: str) -> NoteSignature:
    parts = _LINE.fullmatch(line)
    raw = from_base64(parts[2]) if parts else b""
    if parts is None or len(raw) <= 4:
        raise Malformed("not a signature line: em dash, name, base64")
    return NoteSignature(parts[1], raw[:4], raw[4:])
