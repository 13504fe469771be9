"""What does a rule author's folder hold, and what of it is signed?

    assignment.yaml          who gets what, by hand
    online-keys.json         the controller's public keys, its clinics and machines
    keys/NAME.key            a private key, if it lies on this computer
    root.draft.json          a root that not enough people have signed yet
    signed/metadata/1.root.json … 4.targets.json
    signed/targets/…         every target that the newest targets name

`signed/` has the names of the repository (evidence.distribution), so that what is handed over is
what lies there. Two authors who take turns bring theirs up to date with `dentinel pack take`.
"""

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tuf.api.exceptions import RepositoryError
from tuf.api.metadata import Metadata, Root, Targets

from agent import files
from agent.errors import AuthorError
from agent.packs.author import roots
from evidence import distribution
from evidence.distribution import ROOT, TARGETS
from evidence.errors import EvidenceError
from evidence.handover import MOST_BYTES, Handover
from evidence.roster import ONLINE_FILE, Roster

_BEGIN = "begin with: dentinel pack keys --new practice --online online-keys.json --folder DIR"


@dataclass(frozen=True, slots=True)
class Desk:
    """The folder of one rule author."""

    folder: Path

    @property
    def assignment(self) -> Path:
        """Who gets what, as the author wrote it."""
        return self.folder / "assignment.yaml"

    @property
    def online(self) -> Path:
        """What the controller wrote of itself."""
        return self.folder / ONLINE_FILE

    @property
    def keys(self) -> Path:
        """Folder of the private keys that lie on this computer."""
        return self.folder / "keys"

    @property
    def draft(self) -> Path:
        """A root that waits for signatures."""
        return self.folder / "root.draft.json"

    @property
    def signed(self) -> Path:
        """Folder of all that is signed, as the repository will hold it."""
        return self.folder / "signed"

    def roster(self) -> Roster:
        """Org, clinics and machines; AuthorError if the file is absent or damaged."""
        return read_roster(self.online)

    def roots(self) -> list[Metadata[Root]]:
        """Every root since one's first; AuthorError if there is none, or one is missing."""
        found = [
            roots.read(file.read_bytes(), str(file))
            for file in sorted(self._metadata.glob("*.root.json"), key=_version)
        ]
        if not found:
            raise AuthorError(f"there is no signed root in {self.folder}", _BEGIN)
        first = found[0].signed.version
        if [one.signed.version for one in found] != list(range(first, first + len(found))):
            raise AuthorError(
                f"a root is missing in {self._metadata}",
                "take them from the controller: dentinel-controller packs show -o FILE, and then "
                "dentinel pack take FILE",
            )
        return found

    def root(self) -> Root:
        """The newest root."""
        return self.roots()[-1].signed

    def targets(self) -> Metadata[Targets] | None:
        """The newest targets, with their signatures; None before the first were signed."""
        held = sorted(self._metadata.glob("*.targets.json"), key=_version)
        if not held:
            return None
        try:
            found = Metadata[Targets].from_bytes(held[-1].read_bytes())
        except RepositoryError as error:
            raise AuthorError(
                f"{held[-1]} is damaged", "take it anew: dentinel pack take FILE"
            ) from error
        return found

    def contents(self) -> dict[str, bytes]:
        """The newest targets by name, each checked against its hash."""
        newest = self.targets()
        found = {}
        for name, of in newest.signed.targets.items() if newest else ():
            file = self.signed / TARGETS / distribution.target_file(name, of.hashes["sha256"])
            data = file.read_bytes() if file.is_file() else b""
            if hashlib.sha256(data).hexdigest() != of.hashes["sha256"]:
                raise AuthorError(
                    f"{file} is missing, or is not what was signed",
                    "take it anew from the last file that was handed over: dentinel pack take FILE",
                )
            found[name] = data
        return found

    def keep_root(self, root: Metadata[Root]) -> Path:
        """Add a root that enough people have signed; the draft is done with."""
        file = self._metadata / distribution.metadata_file(ROOT, root.signed.version)
        self._write({file: root.to_bytes()})
        self.draft.unlink(missing_ok=True)
        return file

    def keep_targets(self, signed: Metadata[Targets], contents: Mapping[str, bytes]) -> Path:
        """Add targets that were signed: first what they name, last themselves."""
        below = self.signed / TARGETS
        named = {
            below / distribution.target_file(name, hashlib.sha256(data).hexdigest()): data
            for name, data in contents.items()
        }
        file = self._metadata / distribution.metadata_file(TARGETS, signed.signed.version)
        self._write({**named, file: signed.to_bytes()})
        return file

    def take(self, handed: Handover) -> None:
        """Replace nothing, and add what a hand-over holds; its signatures were checked."""
        self._write({self.signed / name: data for name, data in handed.files.items()})

    def handover(self) -> Handover:
        """All that the controller needs; AuthorError if nothing was signed yet."""
        newest = self.targets()
        if newest is None:
            raise AuthorError("no targets were signed yet", "sign them: dentinel pack sign")
        all_of = {
            f"metadata/{distribution.metadata_file(ROOT, one.signed.version)}": one.to_bytes()
            for one in self.roots()
        }
        name = distribution.metadata_file(TARGETS, newest.signed.version)
        all_of[f"metadata/{name}"] = (self._metadata / name).read_bytes()
        for target, data in self.contents().items():
            digest = hashlib.sha256(data).hexdigest()
            all_of[f"targets/{distribution.target_file(target, digest)}"] = data
        return Handover(all_of)

    @property
    def _metadata(self) -> Path:
        return self.signed / "metadata"

    def _write(self, wanted: Mapping[Path, bytes]) -> None:
        for file, data in wanted.items():
            file.parent.mkdir(parents=True, exist_ok=True)
            files.write(file, data, mode=0o644)


def read_roster(file: Path) -> Roster:
    """What the controller wrote of itself; AuthorError if it is absent or damaged."""
    help_ = "on the controller: dentinel-controller packs online-keys -o online-keys.json"
    try:
        return Roster.from_bytes(file.read_bytes())
    except OSError as error:
        raise AuthorError(
            f"{file} cannot be read: {os.strerror(error.errno or 0)}", help_
        ) from error
    except EvidenceError as error:
        raise AuthorError(f"{file} is damaged: {error}", help_) from error


def read_handover(file: Path) -> Handover:
    """The file that goes from author to controller; AuthorError if it is none."""
    try:
        with file.open("rb") as opened:
            return Handover.from_bytes(opened.read(MOST_BYTES + 1))
    except EvidenceError as error:
        raise AuthorError(
            f"{file}: {error}", "take the file that dentinel pack publish wrote"
        ) from error


def _version(file: Path) -> int:
    number = file.name.partition(".")[0]
    return int(number) if number.isdigit() else 0
