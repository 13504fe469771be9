"""One path: what does the ledger have to say about it from now on?

Opens a file only if the ledger does not know it as it is now. A file that changes while it is read
is written down as it was before: the next look finds it changed, and judges it again.
"""

import os
import stat
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from agent.imaging.findings import FileId
from agent.imaging.judge import Look, look
from agent.imaging.judgement import unproven
from agent.imaging.ledger import Entry, Ledger, Stamp
from agent.imaging.opening import is_placeholder
from agent.imaging.roots import Root, Roots
from agent.imaging.shelter import Shelter, outcome, words
from agent.imaging.sweeps import Site
from agent.imaging.volumes import Volumes


@dataclass(slots=True)
class Examiner:
    """Looks at files for the ledger.

    `opened` counts those that were opened; `pace` holds us back before each, for others' sake.
    """

    ledger: Ledger
    roots: Roots
    volumes: Volumes
    pace: Callable[[Root], None] = lambda _: None
    opened: int = 0
    _shelters: dict[tuple[str, int], Shelter] = field(default_factory=dict)

    def path(self, path: str, *, give_up: bool = False) -> bool:
        """Look at one path under an imaging folder; did a finding open, close or change?

        `give_up`: do not open it, it has killed its readers.
        """
        root = self.roots.owner(path)
        if root is None or self.roots.is_excluded(path):
            return False
        try:
            status = os.lstat(path)
        except (FileNotFoundError, NotADirectoryError):
            self.ledger.upheavals.add(root.label, "gone", path, self.ledger.now())
            return self.ledger.gone(path)
        except (OSError, ValueError):
            return False  # the folder above is shut: the next sweep counts it
        if os.path.realpath(Path(path).parent) != str(Path(path).parent):
            return False  # reached over a link: it belongs to where it really lies
        if not stat.S_ISREG(status.st_mode):
            return False
        self.ledger.sweeps.stays(root.label, FileId.of(status))
        return self.file(root, path, status, give_up=give_up)

    def file(self, root: Root, path: str, status: os.stat_result, *, give_up: bool = False) -> bool:
        """Look at a regular file of a folder; `status` is of the file itself."""
        file = FileId.of(status)
        stamp = Stamp.of(status)
        known, in_part = self.ledger.known(file), root.in_part(path)
        place = (root.label, stamp, in_part)
        if known and known.is_final and (known.root, known.stamp, known.in_part) == place:
            return self.ledger.met_at(known, file, path)
        if give_up:
            seen = Look(unproven("error"))
        elif is_placeholder(status):
            seen = Look(unproven("placeholder"))  # to open it would download it
        else:
            seen = self._look(root, path)
        if seen.is_gone:
            return False
        shelter = self._shelter(root, file.device, str(Path(path).parent))
        judgement = self.roots.labels.answer(path, seen.judgement)
        means = outcome(judgement.verdict, root.role_at(path), shelter)
        entry = Entry(root.label, file, stamp, path, judgement, means, seen.identity, in_part)
        self.ledger.note_change(known, entry)
        return self.ledger.record(entry)

    def _look(self, root: Root, path: str) -> Look:
        self.opened += 1
        self.pace(root)
        return look(Path(path), identify=root.must_be_deidentified)

    def _shelter(self, root: Root, device: int, folder: str) -> Shelter:
        """Of the file system that holds the file, which may be mounted inside the folder."""
        key = (root.label, device)
        if key not in self._shelters:
            shelter = self._shelters[key] = self.volumes.under(folder).shelter
            site = Site(device, os.fsencode(folder), words(root.role, shelter))
            if site.device not in {known.device for known in self.ledger.sweeps.sites(root.label)}:
                self.ledger.sweeps.note(root.label, site)
        return self._shelters[key]
