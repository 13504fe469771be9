"""What lies in an evidence bundle, and how is one made?

`NAME.dentinel-evidence` is a ZIP (evidence.archive) of fixed names without any program in it:

    README.txt              how to check by hand (evidence.by_hand)
    attestations.jsonl      statements of people, whose hashes are in the log
    derived/                a report and tables for reading: unsigned, not checked
    keys.jsonl              enrolments, rotations, revocations and notices (evidence.records)
    log/before              the note of the last audit, if there was one
    log/checkpoint          the signed note at `end`
    log/entries.jsonl       all lines of [first, end), byte for byte
    log/frontier.json       the perfect-subtree hashes of [0, first), largest first
    log/newest              the newest note, and the proof that it goes on from `end`
    log/restarts/<n>/       checkpoint, entries and frontier of an earlier generation
    org/<n>.tlog-proof      entries of the organisation's log, one by one
    packs/<sha256>.json     each pack of rules that a report names
    reports/<agent>.jsonl   envelopes in the order of the chain
    tuf/                    <n>.root.json without a gap, and each <n>.targets.json that was used
    waivers.jsonl           exceptions that people granted, whose hashes are in the log
    manifest.json           envelope: what all of this is, and the hash of each file

Completeness is the point: whoever folds frontier and lines must meet the root of the checkpoint.
An enrolment is shown by its request alone: the answer holds the clinic's fact key, which has to
stay hidden from readers of exports.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Annotated, BinaryIO, ClassVar, Literal, Self, TypeAlias

from evidence import by_hand, checkpoint, envelope, shape, strict_json
from evidence.archive import Writer
from evidence.checkpoint import Continuation, LogProof
from evidence.envelope import Envelope, PayloadType
from evidence.errors import Malformed
from evidence.keys import SigningKey
from evidence.marks import AtMost, By, Misfit, Pattern
from evidence.records import DocumentRecord, KeyRecord
from evidence.strict_json import Json
from evidence.words import Count, Hash, Origin, Uuid

MANIFEST = "manifest.json"
README = "README.txt"
KEYS = "keys.jsonl"
ATTESTATIONS = "attestations.jsonl"
WAIVERS = "waivers.jsonl"
CHECKPOINT = "log/checkpoint"
ENTRIES = "log/entries.jsonl"
FRONTIER = "log/frontier.json"
BEFORE = "log/before"
NEWEST = "log/newest"
RESTARTS = "log/restarts/"
ORG = "org/"
PACKS = "packs/"
REPORTS = "reports/"
TUF = "tuf/"
DERIVED = "derived/"

_UUID = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_PARTS = rf"{CHECKPOINT}|{ENTRIES}|{FRONTIER}|{BEFORE}|{NEWEST}"
_EARLIER = rf"{RESTARTS}[1-9][0-9]{{0,5}}/(checkpoint|entries\.jsonl|frontier\.json)"
_RULES = rf"{TUF}[1-9][0-9]{{0,9}}\.(root|targets)\.json|{PACKS}[0-9a-f]{{64}}\.json"
_PROOFS = rf"{ORG}(0|[1-9][0-9]{{0,11}})\.tlog-proof"
_DERIVED = rf"{DERIVED}[A-Za-z0-9][A-Za-z0-9._-]{{0,99}}"
NAME = (
    rf"{README}|{ATTESTATIONS}|{WAIVERS}|{KEYS}|{_PARTS}|{_EARLIER}|{_PROOFS}|{_RULES}|{_DERIVED}"
    rf"|{REPORTS}{_UUID}\.jsonl"
)
"""Every name that a bundle may hold beside its manifest."""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """Lines of one log from `first` to its checkpoint; they may be a generator, read once."""

    first: int
    frontier: Sequence[bytes]
    lines: Iterable[bytes]
    checkpoint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents(Stretch):
    """What to export; what is iterable is read once and in order.

    `earlier` are generations before a restart by their number, `org` proofs of the organisation's
    log that bring their entry, `packs` by hash, `tuf` and `derived` by file name.
    """

    about: About
    keys: Iterable[KeyRecord]
    reports: Mapping[str, Iterable[Envelope]]
    before: str | None = None
    newest: Continuation | None = None
    earlier: Mapping[int, Stretch] = field(default_factory=dict)
    org: Iterable[LogProof] = ()
    packs: Mapping[str, bytes] = field(default_factory=dict)
    tuf: Mapping[str, bytes] = field(default_factory=dict)
    waivers: Iterable[DocumentRecord] = ()
    attestations: Iterable[DocumentRecord] = ()
    derived: Mapping[str, bytes] = field(default_factory=dict)


def write(out: BinaryIO, contents: Contents, key: SigningKey) -> Manifest:
    """Write a bundle to a new, seekable file, and sign it with the receipt key.

    Malformed if the checkpoint is not one of exactly these lines.
    """
    page = _Pages(out)
    for name, pieces in sorted(_files(contents), key=lambda each: each[0]):
        page.add(name, pieces)
    at_end = checkpoint.parse(contents.checkpoint)
    entries = page.counts[ENTRIES]
    if at_end.size != contents.first + entries:
        raise Malformed(
            f"a checkpoint of {at_end.size} entries for the lines up to {contents.first + entries}"
        )
    about = {field.name: getattr(contents.about, field.name) for field in fields(About)}
    manifest = Manifest(
        **about,
        log=LogRange(origin=at_end.origin, first=contents.first, end=at_end.size),
        files=page.files,
        machines=len(contents.reports),
        reports=sum(page.counts[reports_of(agent)] for agent in contents.reports),
    )
    payload = strict_json.write(shape.to_json(manifest))
    page.add(MANIFEST, [envelope.to_json(envelope.sign(PayloadType.EVIDENCE, payload, key))])
    page.close()
    return manifest


_File: TypeAlias = tuple[str, Iterable[bytes]]


def _files(contents: Contents) -> Iterator[_File]:
    yield README, [by_hand.TEXT.encode()]
    yield KEYS, _lines(record.to_line() for record in contents.keys)
    yield from _stretch("log/", contents)
    for generation, earlier in contents.earlier.items():
        yield from _stretch(f"{RESTARTS}{generation}/", earlier)
    yield from _optional(contents)
    for proof in contents.org:
        yield f"{ORG}{proof.index}.tlog-proof", [str(proof).encode()]
    for agent in contents.reports:
        yield reports_of(agent), _lines(map(envelope.to_json, contents.reports[agent]))
    held = ((TUF, contents.tuf), (DERIVED, contents.derived))
    yield from ((folder + name, [data]) for folder, of in held for name, data in of.items())
    yield from ((f"{PACKS}{sha}.json", [data]) for sha, data in contents.packs.items())


def _stretch(folder: str, of: Stretch) -> Iterator[_File]:
    hashes = [node.hex() for node in of.frontier]
    yield f"{folder}checkpoint", [of.checkpoint.encode()]
    yield f"{folder}entries.jsonl", _lines(of.lines)
    yield f"{folder}frontier.json", [strict_json.write({"size": of.first, "hashes": hashes})]


def _optional(contents: Contents) -> Iterator[_File]:
    if contents.before is not None:
        yield BEFORE, [contents.before.encode()]
    if contents.newest is not None:
        yield NEWEST, [str(contents.newest).encode()]
    for name, records in ((WAIVERS, contents.waivers), (ATTESTATIONS, contents.attestations)):
        if documents := [record.to_line() for record in records]:
            yield name, _lines(documents)


def _lines(lines: Iterable[bytes]) -> Iterator[bytes]:
    return (line + b"\n" for line in lines)


def reports_of(agent: str) -> str:
    """The name of the file with the reports of one machine."""
    return f"{REPORTS}{agent}.jsonl"


class _Pages:
    """The archive as it grows, and what its manifest will say of it."""

    def __init__(self, out: BinaryIO) -> None:
        self._writer = Writer(out)
        self.files: dict[str, FileRecord] = {}
        self.counts: dict[str, int] = {}
        self.close = self._writer.close

    def add(self, name: str, pieces: Iterable[bytes]) -> None:
        """Write one file, and count its pieces."""
        sha, count = hashlib.sha256(), 0

        def hashed() -> Iterator[bytes]:
            nonlocal count
            for piece in pieces:
                sha.update(piece)
                count += 1
                yield piece

        member = self._writer.add(name, hashed())
        self.files[name] = FileRecord(sha256=sha.hexdigest(), size=member.size)
        self.counts[name] = count
