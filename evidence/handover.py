"""Which one file goes from the rule author to the controller?

`NAME.dentinel-packs`, a ZIP of evidence.archive whose members have the names that they will have
in the repository (evidence.distribution): every root since the first, the newest targets, and each
target that these name. Snapshot and timestamp are the controller's and are not in it.

- Reading settles names, number and size; no signature is checked here.
"""

import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from evidence import archive, distribution
from evidence.errors import Malformed, TooLarge

SUFFIX = ".dentinel-packs"
MOST_FILES = 2_000
MOST_BYTES = 64 * 1024 * 1024
_METADATA, _ROOT, _TARGETS = "metadata/", ".root.json", ".targets.json"


@dataclass(frozen=True, slots=True)
class Handover:
    """The files of a hand-over by their paths in the repository."""

    files: Mapping[str, bytes]

    @property
    def roots(self) -> dict[int, bytes]:
        """The roots by their versions, the oldest first."""
        return dict(sorted(self._numbered(_ROOT).items()))

    @property
    def targets(self) -> tuple[int, bytes]:
        """The version of the targets, and their bytes."""
        ((version, data),) = self._numbered(_TARGETS).items()
        return version, data

    def file(self, target: str, sha256: str) -> bytes | None:
        """The bytes that stand for a target, if they are here; nobody has hashed them yet."""
        return self.files.get(f"targets/{distribution.target_file(target, sha256)}")

    def to_bytes(self) -> bytes:
        """The archive: the same files always give the same bytes."""
        out = io.BytesIO()
        writer = archive.Writer(out)
        for name in sorted(self.files):
            writer.add(name, [self.files[name]])
        writer.close()
        return out.getvalue()

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Read an archive; Malformed if it is none of ours, or holds what does not belong."""
        if len(data) > MOST_BYTES:
            raise TooLarge(f"a hand-over of more than {MOST_BYTES >> 20} MiB")
        file = io.BytesIO(data)
        try:
            members = archive.members(file)
        except Malformed:
            raise Malformed("no hand-over of packs, or one that was cut short") from None
        if len(members) > MOST_FILES:
            raise TooLarge(f"a hand-over of more than {MOST_FILES} files")
        found = cls({one.name: b"".join(one.chunks(file)) for one in members})
        found._require_whole(len(members))
        return found

    def _require_whole(self, count: int) -> None:
        odd = [name for name in self.files if not _may_travel(name)]
        if odd or count != len(self.files):
            raise Malformed("a hand-over with a file that does not belong into it")
        if not self.roots or len(self._numbered(_TARGETS)) != 1:
            raise Malformed("a hand-over has every root, and the newest targets alone")

    def _numbered(self, ending: str) -> dict[int, bytes]:
        return {
            int(name.removeprefix(_METADATA).removesuffix(ending)): data
            for name, data in self.files.items()
            if name.startswith(_METADATA) and name.endswith(ending)
        }


def _may_travel(name: str) -> bool:
    """Root, targets and target files; a clinic's own author has a role of metadata too."""
    kind, _, file = name.partition("/")
    online = (distribution.SNAPSHOT, distribution.TIMESTAMP)
    is_online = kind == "metadata" and file.removesuffix(".json").rpartition(".")[2] in online
    return distribution.is_served(name) and not is_online
