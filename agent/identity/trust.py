"""Whom does this machine believe?

What the join string pinned, and what has been verified since: address and CA of the controller,
its receipt keys, the log's key with the newest checkpoint, and the clock floor. The patrol alone
writes it, as root; the courier reads it and can believe nobody else.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Annotated, ClassVar, Self

from agent import paths
from agent.errors import IdentityLost
from agent.identity.keyfile import AGAIN
from evidence import shape, strict_json
from evidence.errors import EvidenceError
from evidence.keys import PublicKey
from evidence.marks import AtMost, Between, Pattern
from evidence.words import Hash, Hex32, Note, Vkey

KEPT = 64
"""How many former report keys, and authorities that ended, are remembered."""

Pem = Annotated[str, Pattern(r"(?s)-----BEGIN CERTIFICATE-----\n.{1,16384}")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trust:
    """All that is believed; `anchor` names the enrolment that it belongs to.

    `report` and `courier` are the machine's own keys that are in force, `former` the report keys
    before, the newest last. `ca_ended` are SHA-256 of certificates that are not believed any more,
    `log_ended` the keys of the log, and the generations of it, that others took the place of.
    """

    fixed: ClassVar = {"v": 1}

    anchor: Hash
    host: Annotated[str, Pattern(r"[A-Za-z0-9._:-]{1,253}")]
    port: Annotated[int, Between(1, 65535)]
    ca: Annotated[tuple[Pem, ...], AtMost(8)]
    receipt: Annotated[tuple[Hash, ...], AtMost(8)]
    log: Vkey
    tuf_root: Annotated[str, Pattern(r"[A-Za-z0-9+/=]{0,200000}")]
    hw_salt: Hex32
    report: Hash
    courier: Hash
    clock_floor: datetime
    checkpoint: Note | None = None
    former: Annotated[tuple[Hash, ...], AtMost(KEPT)] = ()
    courier_before: Hash | None = None
    rotated_at: datetime | None = None
    ca_ended: Annotated[tuple[Hash, ...], AtMost(KEPT)] = ()
    log_ended: Annotated[tuple[Vkey, ...], AtMost(KEPT)] = ()

    @property
    def courier_keys(self) -> dict[str, PublicKey]:
        """The keys under which this machine's own requests verify, by key id."""
        texts = [text for text in (self.courier, self.courier_before) if text]
        return {key.keyid: key for key in map(PublicKey.from_hex, texts)}

    @property
    def receipt_keys(self) -> dict[str, PublicKey]:
        """The keys under which an answer counts, by key id."""
        keys = [PublicKey.from_hex(text) for text in self.receipt]
        return {key.keyid: key for key in keys}

    def leave(self, *vkeys: str) -> Self:
        """Remember keys of the log that count no more: no old notice brings one back."""
        new = (vkey for vkey in vkeys if vkey not in (self.log, *self.log_ended))
        return replace(self, log_ended=(*self.log_ended, *new)[-KEPT:])

    def save(self, path: Path) -> None:
        """Write it whole: root, and the courier's group for reading."""
        paths.write(path, strict_json.write(shape.to_json(self)), mode=0o640, shared=True)

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read it; IdentityLost if it is not there or not whole."""
        try:
            trust = shape.read(cls, strict_json.read(path.read_bytes()), closed=True)
            _ = trust.receipt_keys, PublicKey.from_hex(trust.report)
        except OSError as error:
            said = f"{path} cannot be read: {error.strerror}"
            raise IdentityLost(said, "run as root, or join again: dentinel enroll JOIN") from error
        except EvidenceError as error:
            raise IdentityLost(f"{path} is damaged ({error})", AGAIN) from error
        return trust
