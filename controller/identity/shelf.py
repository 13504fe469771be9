"""Where do the signed rules of an org lie, and which are the newest?

`<home>/tuf/<org>`: what its author signed offline and what this controller says is newest, by the
names of evidence.distribution. It is written by whoever publishes; here it is only read.

- An author who begins anew leaves the repository of before beside the new one, `aside-<time>`: it
  is served to nobody, and evidence of that time names what lies in it. Numbers of roots and
  targets go on from there, so that each is one file, whichever repository it was in.
"""

import hashlib
from pathlib import Path
from uuid import UUID

from controller.identity.home import ControllerHome
from evidence import distribution


class Shelf:
    """The repositories of a home; what was read is remembered until the file is another."""

    def __init__(self, home: ControllerHome) -> None:
        self._room = home.root / distribution.ROOM
        self._newest: dict[UUID, tuple[tuple[int, int, int], str]] = {}

    def folder(self, org: UUID) -> Path:
        """The repository of an org."""
        return self._room / str(org)

    def newest(self, org: UUID) -> str | None:
        """The SHA-256 of the org's timestamp; None if nobody has published rules for it."""
        file = self.folder(org) / "metadata" / "timestamp.json"
        try:
            seen = file.stat()
            is_file = (seen.st_mtime_ns, seen.st_ino, seen.st_size)
            known = self._newest.get(org)
            if known is None or known[0] != is_file:
                digest = hashlib.sha256(file.read_bytes()).hexdigest()
                known = self._newest[org] = (is_file, digest)
        except OSError:
            return None
        return known[1]

    def root(self, org: UUID) -> bytes:
        """The newest root of an org, by which a machine that joins knows who may sign its rules.

        Empty before there is one.
        """
        roots = _roots(self.folder(org) / "metadata")
        return roots[max(roots)].read_bytes() if roots else b""

    def first_roots(self, org: UUID) -> list[bytes]:
        """The root from which the rules of each repository hang that the org had, in order."""
        firsts = {min(held): held for each in self._metadata(org) if (held := _roots(each))}
        return [held[number].read_bytes() for number, held in sorted(firsts.items())]

    def highest(self, org: UUID, role: str) -> int:
        """The highest number that metadata of a role has had; 0 if there never were any."""
        every = (_numbered(each, role) for each in self._metadata(org))
        return max((number for each in every for number in each), default=0)

    def kept(self, org: UUID, name: str) -> bytes | None:
        """A root or targets by the name of its file, of whichever repository; None if not here."""
        for folder in self._metadata(org):
            if (folder / name).is_file():
                return (folder / name).read_bytes()
        return None

    def _metadata(self, org: UUID) -> list[Path]:
        """The folders of metadata: of what counts now, and of what was set aside."""
        here = self.folder(org)
        return [here / "metadata", *sorted(here.glob("aside-*/metadata"))]

    def read(self, org: UUID, name: str) -> bytes | None:
        """A file of an org's repository by its path below it; None if it holds no such file."""
        if not distribution.is_served(name):
            return None
        try:
            return (self.folder(org) / name).read_bytes()
        except OSError:
            return None


def _roots(folder: Path) -> dict[int, Path]:
    return _numbered(folder, distribution.ROOT)


def _numbered(folder: Path, role: str) -> dict[int, Path]:
    """The files of a role by their numbers."""
    found = folder.glob(f"[1-9]*.{role}.json")
    return {int(file.name.partition(".")[0]): file for file in found}
