"""How does a machine know, from one line of text, whom it joins?

A join string is `dentinel1.<tid>.<secret>.<pin>.<check>@<host>[:port]`, all base32 in lower case
without padding. `pin` is the SHA-256 of the welcome document, which names CA, rule root, receipt
key and log: one hash pins all four. The welcome is fetched over TLS that believes nobody, hashed,
and compared with the pin, and not one secret byte is sent before.

- A wrong check is a string that was not copied whole; a wrong pin is an attack. There is no way
  to skip the pin.
"""

import base64
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, ClassVar, Self

from evidence import shape, strict_json
from evidence.errors import DamagedJoin, Malformed, TooLarge, WrongPin
from evidence.marks import AtMost, Pattern
from evidence.strict_json import Json
from evidence.words import Hash, Hex32, Uuid, Vkey

WELCOME_TYPE = "application/vnd.dentinel.welcome.v1+json"
WELCOME_LIMIT = 256 * 1024
PORT = 443

_JOIN = re.compile(
    r"(dentinel1\.([a-z2-7]{13})\.([a-z2-7]{32})\.([a-z2-7]{52}))\.([a-z2-7]{4})"
    r"@([A-Za-z0-9.-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(?::([1-9][0-9]{0,4}))?"
)


@dataclass(frozen=True, slots=True)
class JoinString:
    """A token's id and secret, the pin of its welcome, and where the controller answers."""

    tid: bytes
    secret: bytes = field(repr=False)
    pin: bytes
    host: str
    port: int = PORT

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read one line; DamagedJoin if it was not copied whole."""
        parts = _JOIN.fullmatch(text.strip())
        if parts is None or parts[5] != _check(parts[1], _address(parts[6], parts[7])):
            raise DamagedJoin("this join string is damaged: copy it again, whole and on one line")
        port = int(parts[7] or PORT)
        if port > 65535:
            raise DamagedJoin("this join string names a port above 65535")
        return cls(_bytes(parts[2]), _bytes(parts[3]), _bytes(parts[4]), parts[6].strip("[]"), port)

    def __str__(self) -> str:
        body = f"dentinel1.{base32(self.tid)}.{base32(self.secret)}.{base32(self.pin)}"
        host = f"[{self.host}]" if ":" in self.host else self.host
        address = _address(host, "" if self.port == PORT else str(self.port))
        return f"{body}.{_check(body, address)}@{address}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Welcome:
    """What a machine must believe before it says anything: the same bytes as long as the token."""

    fixed: ClassVar[Mapping[str, Json]] = {"v": 1}
    org: Uuid
    clinic: Uuid
    ca: Annotated[tuple[Annotated[str, Pattern(r"(?s).{1,8192}")], ...], AtMost(8)]
    tuf_root: Annotated[str, Pattern(r"[A-Za-z0-9+/]{0,140000}={0,2}")]
    receipt: Annotated[tuple[Hash, ...], AtMost(8)]
    log: Vkey
    hw_salt: Hex32

    def to_bytes(self) -> bytes:
        """The document, whose SHA-256 is the pin."""
        return strict_json.write(shape.to_json(self))

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Read a document whose pin was compared; Malformed."""
        if len(data) > WELCOME_LIMIT:
            raise TooLarge(f"a welcome document of more than {WELCOME_LIMIT} bytes")
        welcome = shape.read(cls, strict_json.read(data), closed=False)
        if not welcome.ca or not welcome.receipt:
            raise Malformed("a welcome document without a CA or without a receipt key")
        return welcome

    @classmethod
    def pinned(cls, data: bytes, join: JoinString) -> Self:
        """The welcome that this join string was made for; WrongPin if it is another."""
        if pin_of(data) != join.pin:
            raise WrongPin(
                f"what answers at {join.host} is not the controller that this join string was made"
                " for: nothing was sent to it; ask who made the join string before you go on"
            )
        return cls.from_bytes(data)


def pin_of(data: bytes) -> bytes:
    """The pin of a welcome document."""
    return hashlib.sha256(data).digest()


def base32(data: bytes) -> str:
    """Lower case and unpadded: safe in PowerShell, in MSI properties and on the telephone."""
    return base64.b32encode(data).decode().rstrip("=").lower()


def _bytes(text: str) -> bytes:
    raw = base64.b32decode(text.upper() + "=" * (-len(text) % 8))
    if base32(raw) != text:
        raise DamagedJoin("this join string is damaged: copy it again, whole and on one line")
    return raw


def _address(host: str, port: str | None) -> str:
    return f"{host}:{port}" if port else host


def _check(body: str, address: str) -> str:
    return base32(hashlib.sha256(f"{body}@{address}".encode()).digest())[:4]
