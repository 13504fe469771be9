"""What exactly was sent, and is this the answer to it?

A request is the sync envelope and report envelopes, as frames. An answer counts only if a known
receipt key signed it and `req` in it is the hash of the body that was sent. The body can be built
again from what is kept, byte for byte: so the patrol verifies what the courier was told.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Self

from agent.outbox.store import Sealed
from evidence import frames, messages
from evidence.envelope import Envelope
from evidence.errors import EvidenceError
from evidence.keys import PublicKey, SigningKey
from evidence.messages import Answer, Sync


@dataclass(frozen=True, slots=True)
class Parcel:
    """One request: who asks, with which reports, and the bytes that say so."""

    sync: Envelope
    reports: tuple[Sealed, ...]
    body: bytes

    @classmethod
    def pack(cls, sync: Envelope, reports: Iterable[Sealed]) -> Self:
        """Put a signed sync and sealed reports into one body."""
        kept = tuple(reports)
        return cls(sync, kept, frames.write([sync, *(sealed.envelope for sealed in kept)]))

    @classmethod
    def signed(cls, sync: Sync, key: SigningKey, reports: Iterable[Sealed]) -> Self:
        """Sign a sync with the courier key and pack it."""
        return cls.pack(messages.seal(sync, key), reports)

    def answered(
        self, reply: bytes, keys: Mapping[str, PublicKey]
    ) -> tuple[Envelope, Answer] | None:
        """The answer to this very request, if these frames hold it; None for anything else."""
        try:
            (envelope,) = frames.read(reply, most=1)
        except (EvidenceError, ValueError):
            return None
        answer = self.believed(envelope, keys)
        return (envelope, answer) if answer else None

    def believed(self, envelope: Envelope, keys: Mapping[str, PublicKey]) -> Answer | None:
        """The answer in an envelope, if a receipt key signed it and it is to this request."""
        try:
            answer = messages.unseal(Answer, envelope, keys)
        except EvidenceError:
            return None
        return answer if answer.req == messages.request_hash(self.body) else None
