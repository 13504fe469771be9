"""Which bytes does a bundle hold, read so that no bundle can do harm?

Names are of a fixed list, lines are a megabyte at most, and everything is streamed: nothing is
unpacked, nothing is written, and no file is read whole but the few small ones.
"""

import hashlib
import re
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from evidence import archive, envelope
from evidence.archive import Member
from evidence.bundle import MANIFEST, NAME, README, Manifest
from evidence.envelope import Envelope, PayloadType
from evidence.errors import Malformed, NoBundle, TooLarge
from evidence.leaf import LINE_LIMIT
from evidence.verify import unpack
from evidence.verify.case import Case, Place
from evidence.verify.unpack import Packed

SMALL = 8 * 1024 * 1024
_NAME = re.compile(f"{NAME}|{re.escape(MANIFEST)}")


@dataclass(frozen=True, slots=True)
class Opened:
    """The files of a bundle by name; `packed_anew` by another tool than the exporter's."""

    file: BinaryIO
    members: dict[str, Member | Packed]
    packed_anew: bool = False

    def whole(self, name: str) -> bytes:
        """A small file; Malformed if it is missing, TooLarge if it is not small."""
        member = self.members.get(name)
        if member is None:
            raise Malformed(f"{name} is missing")
        if member.size > SMALL:
            raise TooLarge(f"{name} has more than {SMALL} bytes")
        return b"".join(member.chunks(self.file))

    def lines(self, name: str) -> Iterator[tuple[int, bytes]]:
        """The lines of a file without their newlines, counted from 1; none if it is missing.

        Malformed if a line is too long or the last one does not end.
        """
        member = self.members.get(name)
        number, rest = 0, b""
        for chunk in member.chunks(self.file) if member else ():
            *whole, rest = (rest + chunk).split(b"\n")
            if max(map(len, [*whole, rest])) > LINE_LIMIT:
                raise TooLarge(f"{name} has a line of more than {LINE_LIMIT} bytes")
            for line in whole:
                number += 1
                yield number, line
        if rest:
            raise Malformed(f"{name} ends within a line")


def open_bundle(file: BinaryIO, case: Case) -> Opened:
    """The bundle in this file; one that is too damaged to walk through has no files: B1 is false.

    NoBundle if the file never was one.
    """
    try:
        found, packed_anew = _members(file)
    except Malformed as wrong:
        _require_likeness(file)
        case.false("B1", str(wrong))
        return Opened(file, {})
    if not any(_NAME.fullmatch(member.name) for member in found):
        raise NoBundle("this is an archive, and no evidence bundle")
    names = [member.name for member in found]
    if len(set(names)) < len(names):
        case.false("B1", "a file stands twice in the bundle")
    known = {member.name: member for member in found if _NAME.fullmatch(member.name)}
    for name in sorted(set(names) - set(known)):
        case.false("B1", f"{name!r} is no file of an evidence bundle")
    return Opened(file, known, packed_anew)


def _require_likeness(file: BinaryIO) -> None:
    """Where the name of a bundle's first file stands, whatever else of it is damaged."""
    file.seek(archive.HEADER_BYTES)
    if file.read(len(README)) != README.encode():
        raise NoBundle("this is no evidence bundle")


def _members(file: BinaryIO) -> tuple[Sequence[Member | Packed], bool]:
    """The files, and whether another tool than the exporter's has packed them."""
    try:
        found = archive.members(file)
    except Malformed:
        return unpack.members(file), True
    names = [member.name for member in found]
    return found, names != [*sorted(set(names) - {MANIFEST}), MANIFEST]


def read_manifest(opened: Opened, case: Case) -> tuple[Envelope, Manifest] | None:
    """The manifest and its envelope, if they can be read; who signed it is asked later."""
    try:
        data = opened.whole(MANIFEST)
        sealed = envelope.from_json(data)
        envelope.require_size(sealed, PayloadType.EVIDENCE)
        manifest = Manifest.from_bytes(sealed.payload)
    except Malformed as wrong:
        case.false("B1", str(wrong), Place(file=MANIFEST))
        return None
    if envelope.to_json(sealed) != data:
        case.false("B1", "not written as the exporter writes it", Place(file=MANIFEST))
    return sealed, manifest


def check_files(opened: Opened, manifest: Manifest | None, case: Case) -> None:
    """B1: each file is here, and is the one that the manifest names."""
    named = dict(manifest.files) if manifest else {}
    for name, member in opened.members.items():
        sha, crc = hashlib.sha256(), 0
        for chunk in member.chunks(opened.file):
            sha.update(chunk)
            crc = zlib.crc32(chunk, crc)
        record = named.pop(name, None)
        if crc != member.crc:
            case.false("B1", f"{name} was changed within the bundle", Place(file=name))
        if record and (record.sha256, record.size) != (sha.hexdigest(), member.size):
            case.false(
                "B1",
                f"{name} is not the file that was exported",
                Place(file=name, expected=record.sha256, found=sha.hexdigest()),
            )
        elif record is None and manifest and name != MANIFEST:
            case.false("B1", f"{name} stands in the bundle and not in its manifest")
    for name in named:
        case.false("B1", f"{name} is missing", Place(file=name))
    if opened.packed_anew and not any(problem.check == "B1" for problem in case.problems):
        case.lacks("B1", "packed anew: the files are as exported, the archive is not")
