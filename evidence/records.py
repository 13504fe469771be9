"""Which document does this line of the log stand for?

A line commits to a document by its hash. A record brings the document, and says which line; one
whose line is not in the bundle brings the line too, and the proof that it stands in the log.
"""

import json
from dataclasses import dataclass
from typing import Any, Self

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

    def to_line(self) -> bytes:
        """As it stands in keys.jsonl."""
        sealed = self.envelope and json.loads(envelope.to_json(self.envelope))
        said = {"envelope": sealed} if sealed else {}
        return strict_json.write({"leaf": self.leaf, **said, **_written(self.elsewhere)})

    @classmethod
    def from_line(cls, line: bytes) -> Self:
        """Read a line; Malformed."""
        document = strict_json.read(line)
        leaf, elsewhere = _leaf(document, "envelope")
        sealed = document.get("envelope")
        if sealed is None and elsewhere is None:
            raise Malformed("not a record of keys: leaf, envelope")
        if sealed is not None:
            sealed = envelope.from_json(strict_json.write(sealed))
        return cls(leaf, sealed, elsewhere)


@dataclass(frozen=True, slots=True)
class DocumentRecord:
    """The document of a waiver or an attestation, byte for byte as its hash was logged."""

    leaf: int
    document: bytes
    elsewhere: Elsewhere | None = None

    def to_line(self) -> bytes:
        """As it stands in waivers.jsonl and attestations.jsonl."""
        said = {"leaf": self.leaf, "document": self.document.decode("utf-8")}
        return strict_json.write(said | _written(self.elsewhere))

    @classmethod
    def from_line(cls, line: bytes) -> Self:
        """Read a line; Malformed."""
        document = strict_json.read(line)
        leaf, elsewhere = _leaf(document, "document")
        text = document.get("document")
        if not isinstance(text, str):
            raise Malformed("not a record of a document: leaf, document")
        return cls(leaf, text.encode(), elsewhere)


def _leaf(document: Any, what: str) -> tuple[int, Elsewhere | None]:  # noqa: ANN401 - unread JSON
    known = isinstance(document, dict) and document.keys() <= {"leaf", what, "line", "proof"}
    leaf = document.get("leaf") if known else None
    if type(leaf) is not int or leaf < 0:
        raise Malformed(f"not a record: leaf, {what}")
    line, proof = document.get("line"), document.get("proof")
    if line is None and proof is None:
        return leaf, None
    if not isinstance(line, str) or not isinstance(proof, str):
        raise Malformed(f"not a record: leaf, {what}, line, proof")
    return leaf, Elsewhere(line.encode(), proof)


def _written(elsewhere: Elsewhere | None) -> dict[str, str]:
    if elsewhere is None:
        return {}
    return {"line": elsewhere.line.decode(), "proof": elsewhere.proof}
