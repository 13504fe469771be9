"""Which document does this line of the log stand for?

A line commits to a document by its hash. A record brings the document, and says which line; one
whose line is not in the bundle brings the line too, and the proof that it stands in the log.
`generation` is that of the log, null for the one that the bundle is of.
"""

import json
from dataclasses import dataclass
from typing import Any, Protocol, Self

from evidence import envelope, strict_json
from evidence.checkpoint import LogProof
from evidence.envelope import Envelope
from evidence.errors import Malformed


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A line that is not in the bundle, and the proof that it stands in the log."""

    line: bytes
    proof: str

    @classmethod
    def of(cls, line: bytes, proof: LogProof) -> Self:
        """The line with its proof in writing."""
        return cls(line, str(proof))


@dataclass(frozen=True, slots=True)
class KeyRecord:
    """What a line about keys stands for: an enrolment request, a notice, a report `key_rotate`.

    A revocation is nothing but its line: it has no envelope.
    """

    leaf: int
    envelope: Envelope | None
    elsewhere: Elsewhere | None = None
    generation: int | None = None

    def to_line(self) -> bytes:
        """As it stands in keys.jsonl."""
        sealed = self.envelope and json.loads(envelope.to_json(self.envelope))
        said = {"envelope": sealed} if sealed else {}
        return strict_json.write({"leaf": self.leaf, **said, **_written(self)})

    @classmethod
    def from_line(cls, line: bytes) -> Self:
        """Read a line; Malformed."""
        document = strict_json.read(line)
        where = _where(document, "envelope")
        sealed = document.get("envelope")
        if sealed is None and where.elsewhere is None:
            raise Malformed("not a record of keys: leaf, envelope")
        if sealed is not None:
            sealed = envelope.from_json(strict_json.write(sealed))
        return cls(where.leaf, sealed, where.elsewhere, where.generation)


@dataclass(frozen=True, slots=True)
class DocumentRecord:
    """The document of a waiver or an attestation, byte for byte as its hash was logged."""

    leaf: int
    document: bytes
    elsewhere: Elsewhere | None = None
    generation: int | None = None

    def to_line(self) -> bytes:
        """As it stands in waivers.jsonl and attestations.jsonl."""
        said = {"leaf": self.leaf, "document": self.document.decode("utf-8")}
        return strict_json.write(said | _written(self))

    @classmethod
    def from_line(cls, line: bytes) -> Self:
        """Read a line; Malformed."""
        document = strict_json.read(line)
        where = _where(document, "document")
        text = document.get("document")
        if not isinstance(text, str):
            raise Malformed("not a record of a document: leaf, document")
        return cls(where.leaf, text.encode(), where.elsewhere, where.generation)


class Where(Protocol):
    """Which line of which log: what every record says."""

    @property
    def leaf(self) -> int: ...
    @property
    def elsewhere(self) -> Elsewhere | None: ...
    @property
    def generation(self) -> int | None: ...


@dataclass(frozen=True, slots=True)
class _Where:
    leaf: int
    elsewhere: Elsewhere | None
    generation: int | None


_MEMBERS = {"leaf", "line", "proof", "generation"}


def _where(document: Any, what: str) -> Where:  # noqa: ANN401 - unread JSON
    known = isinstance(document, dict) and document.keys() <= _MEMBERS | {what}
    leaf = document.get("leaf") if known else None
    if type(leaf) is not int or leaf < 0:
        raise Malformed(f"not a record: leaf, {what}")
    generation = document.get("generation")
    if generation is not None and type(generation) is not int:
        raise Malformed("not a record: a generation is a number")
    line, proof = document.get("line"), document.get("proof")
    if line is None and proof is None:
        return _Where(leaf, None, generation)
    if not isinstance(line, str) or not isinstance(proof, str):
        raise Malformed(f"not a record: leaf, {what}, line, proof")
    return _Where(leaf, Elsewhere(line.encode(), proof), generation)


def _written(record: Where) -> dict[str, str | int]:
    said: dict[str, str | int] = {}
    if record.generation is not None:
        said["generation"] = record.generation
    if record.elsewhere is not None:
        said |= {"line": record.elsewhere.line.decode(), "proof": record.elsewhere.proof}
    return said
