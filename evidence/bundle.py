"""What lies in an evidence bundle, and how is one made?

`NAME.dentinel-evidence` is a ZIP (evidence.archive) of fixed names without any program in it:

    README.txt              how to check by hand
    keys.jsonl              enrolment requests and notices of keys, with the line that logged them
    log/checkpoint          the signed note at `end`
    log/entries.jsonl       all lines of [first, end), byte for byte
    log/frontier.json       the perfect-subtree hashes of [0, first), largest first
    reports/<agent>.jsonl   envelopes in the order of the chain
    manifest.json           envelope: what all of this is, and the hash of each file

Completeness is the point: whoever folds frontier and lines must meet the root of the checkpoint.
An enrolment is shown by its request alone: the answer holds the clinic's fact key, which has to
stay hidden from readers of exports.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Annotated, BinaryIO, ClassVar, Literal, Self, TypeAlias

from evidence import checkpoint, envelope, shape, strict_json
from evidence.archive import Writer
from evidence.envelope import Envelope, PayloadType
from evidence.errors import Malformed
from evidence.keys import SigningKey
from evidence.marks import AtMost, By, Misfit, Pattern
from evidence.strict_json import Json
from evidence.words import Count, Hash, Origin, Uuid

MANIFEST = "manifest.json"
README = "README.txt"
KEYS = "keys.jsonl"
CHECKPOINT = "log/checkpoint"
ENTRIES = "log/entries.jsonl"
FRONTIER = "log/frontier.json"
REPORTS = "reports/"

_UUID = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_MORE = r"log/(before|newest|restarts/[0-9]{1,6}/[a-z.]{1,32})|org/[0-9]{1,12}\.tlog-proof"
_LATER = r"(tuf|packs|derived)/[A-Za-z0-9][A-Za-z0-9._-]{0,99}|(waivers|attestations)\.jsonl"
NAME = rf"{README}|{KEYS}|{CHECKPOINT}|{ENTRIES}|{FRONTIER}|reports/{_UUID}\.jsonl|{_MORE}|{_LATER}"
"""Every name that a bundle may hold beside its manifest, also those of later versions."""

Profile: TypeAlias = Literal["auditor", "owner", "insurer", "counsel"]


def _printable(value: Json) -> str:
    if isinstance(value, str) and 0 < len(value) <= 200 and value.isprintable():
        return value
    raise Misfit("not a line of at most 200 printable characters")


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """Whose bundle, of which time, for whom, made when."""

    org: Uuid
    clinic: Uuid
    clinic_name: Annotated[str, By(_printable)]
    from_: datetime
    to: datetime
    profile: Profile
    made: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LogRange:
    """Which lines of which log."""

    origin: Origin
    first: Count
    end: Count


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRecord:
    """One file of the bundle."""

    sha256: Hash
    size: Count


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest(About):
    """The one signed page of a bundle; signed by the receipt key: it says who exported."""

    fixed: ClassVar[Mapping[str, Json]] = {"v": 1}
    log: LogRange
    files: Annotated[Mapping[Annotated[str, Pattern(NAME)], FileRecord], AtMost(65_533)]
    machines: Count
    reports: Count

    @classmethod
    def from_bytes(cls, payload: bytes) -> Self:
        """Read a payload; Malformed."""
        return shape.read(cls, strict_json.read(payload), closed=False)


@dataclass(frozen=True, slots=True)
class KeyRecord:
    """What a line about keys stands for: the enrolment request, or the notice, at that leaf.

    One from before `first` brings its line, and the proof that this line is in the log.
    """

    leaf: int
    envelope: Envelope
    line: bytes | None = None
    proof: str | None = None

    def to_line(self) -> bytes:
        """As it stands in keys.jsonl."""
        sealed = json.loads(envelope.to_json(self.envelope))
        before = {"line": self.line.decode(), "proof": self.proof} if self.line is not None else {}
        return strict_json.write({"leaf": self.leaf, "envelope": sealed, **before})

    @classmethod
    def from_line(cls, line: bytes) -> Self:
        """Read a line; Malformed."""
        document = strict_json.read(line)
        try:
            sealed = envelope.from_json(strict_json.write(document["envelope"]))
            text, proof = document.get("line"), document.get("proof")
            leaf = document["leaf"]
        except (TypeError, KeyError, AttributeError):
            raise Malformed("not a record of keys: leaf, envelope") from None
        if type(leaf) is not int or not all(isinstance(t, str | None) for t in (text, proof)):
            raise Malformed("not a record of keys: leaf, envelope, line, proof")
        return cls(leaf, sealed, text.encode() if text is not None else None, proof)


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What to export; lines and reports may be generators, read once and in order."""

    about: About
    first: int
    frontier: Sequence[bytes]
    lines: Iterable[bytes]
    checkpoint: str
    keys: Iterable[KeyRecord]
    reports: Mapping[str, Iterable[Envelope]]


def write(out: BinaryIO, contents: Contents, key: SigningKey) -> Manifest:
    """Write a bundle to a new, seekable file, and sign it with the receipt key.

    Malformed if the checkpoint is not one of exactly these lines.
    """
    page = _Pages(out)
    page.add(README, [_README.encode()])
    page.lines(KEYS, (record.to_line() for record in contents.keys))
    page.add(CHECKPOINT, [contents.checkpoint.encode()])
    entries = page.lines(ENTRIES, contents.lines)
    hashes = [node.hex() for node in contents.frontier]
    page.add(FRONTIER, [strict_json.write({"size": contents.first, "hashes": hashes})])
    of_agent = {
        agent: page.lines(reports_of(agent), map(envelope.to_json, contents.reports[agent]))
        for agent in sorted(contents.reports)
    }
    at_end = checkpoint.parse(contents.checkpoint)
    if at_end.size != contents.first + entries:
        raise Malformed(
            f"a checkpoint of {at_end.size} entries for the lines up to {contents.first + entries}"
        )
    about = {field.name: getattr(contents.about, field.name) for field in fields(About)}
    manifest = Manifest(
        **about,
        log=LogRange(origin=at_end.origin, first=contents.first, end=at_end.size),
        files=page.files,
        machines=len(of_agent),
        reports=sum(of_agent.values()),
    )
    payload = strict_json.write(shape.to_json(manifest))
    page.add(MANIFEST, [envelope.to_json(envelope.sign(PayloadType.EVIDENCE, payload, key))])
    page.close()
    return manifest


def reports_of(agent: str) -> str:
    """The name of the file with the reports of one machine."""
    return f"{REPORTS}{agent}.jsonl"


class _Pages:
    """The archive as it grows, and what its manifest will say of it."""

    def __init__(self, out: BinaryIO) -> None:
        self._writer = Writer(out)
        self.files: dict[str, FileRecord] = {}
        self.close = self._writer.close

    def add(self, name: str, pieces: Iterable[bytes]) -> int:
        """Write one file; how many pieces it had."""
        sha, count = hashlib.sha256(), 0

        def hashed() -> Iterator[bytes]:
            nonlocal count
            for piece in pieces:
                sha.update(piece)
                count += 1
                yield piece

        member = self._writer.add(name, hashed())
        self.files[name] = FileRecord(sha256=sha.hexdigest(), size=member.size)
        return count

    def lines(self, name: str, lines: Iterable[bytes]) -> int:
        """Write one file of lines; how many there were."""
        return self.add(name, (line + b"\n" for line in lines))


_README = """\
An evidence bundle of dentinel, and how to check it with your own tools
=======================================================================

With dentinel:   dentinel verify BUNDLE --policy FILE     (or: python -m evidence BUNDLE)
FILE names the log's key. Have it from the clinic, on paper or by another way than this bundle.

By hand, with any tool for SHA-256 and Ed25519:

1. manifest.json is a DSSE envelope. Decode `payload` from base64. What was signed is
       "DSSEv1 " + length of payloadType + " " + payloadType
                 + " " + length of payload + " " + payload
   with lengths in bytes; `sig` is Ed25519 over that, by the receipt key of the controller.
   `files` in the payload gives SHA-256 and size of every other file here.
2. log/entries.jsonl: each line without its newline is a leaf. Leaf hash: SHA-256(0x00 + line).
   Node hash: SHA-256(0x01 + left + right). Continue log/frontier.json by these leaves as RFC 6962,
   section 2.1, says; the root must be the third line of log/checkpoint, and the second line the
   number of all leaves.
3. log/checkpoint is a C2SP signed note (c2sp.org/signed-note): Ed25519 over its text up to and
   without the empty line. Compare its key with the one in FILE.
4. reports/AGENT.jsonl: each line is a DSSE envelope. SHA-256 of what was signed (see 1) is `env`
   in the line of the log for that agent, epoch and seq, and `prev` in the payload of the next
   report. The keys are in keys.jsonl: `report.public` in the payload of each enrolment.

What this shows: these computers signed these reports, in this order, and none was changed, moved
or taken out after it was logged. What it does not show: that a computer told the truth, anything
about computers that never joined, or that a law was kept.
"""
