"""Where do the signed rules of an org lie, and which are the newest?

`<home>/tuf/<org>`: what its author signed offline and what this controller says is newest, by the
names of evidence.distribution. It is written by whoever publishes; here it is only read.
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
        roots = (self.folder(org) / "metadata").glob("[1-9]*.root.json")
        newest = max(roots, key=lambda file: int(file.name.partition(".")[0]), default=None)
        return newest.read_bytes() if newest else b""

    def first_root(self, org: UUID) -> bytes:
        """The root from which all rules of an org hang; empty before there is one."""
        return self.read(org, "metadata/1.root.json") or b""

    def read(self, org: UUID, name: str) -> bytes | None:
        """A file of an org's repository by its path below it; None if it holds no such file."""
        if not distribution.is_served(name):
            return None
        try:
            return (self.folder(org) / name).read_bytes()
        except OSError:
            return None
