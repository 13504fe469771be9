"""Which imaging folder does a path belong to?

Folders come from the local settings alone. Each is resolved once; of two that overlap the inner
one wins, so that every file has one owner. What an exclusion names is counted and not judged.

What a cloud's client carries away has the role `outbox`, whatever it was declared: the whole folder
if it lies in a synchronised one, else the part that does.
"""

import os
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from hashlib import blake2b
from pathlib import Path
from typing import Self

from agent.imaging.clouds import naming
from agent.imaging.stated import Labels
from agent.settings import Exclusion, RootSetting, Settings
from rules.facts.host import Os
from rules.facts.imaging import RootRole

NO_LABELS = Labels()
_HERE: Os = (
    "windows" if sys.platform == "win32" else "macos" if sys.platform == "darwin" else "linux"
)


@dataclass(frozen=True, slots=True)
class Root:
    """One imaging folder; `given` is its path as the settings write it, `path` the true one.

    `carried` are the folders in it that a client carries away; the folder itself, if all of it is.
    """

    label: str
    role: RootRole
    path: str
    given: str
    must_be_deidentified: bool = False
    audited: bool = False
    batch: tuple[time, time] | None = None
    keep_years: int | None = None
    integrity: bool = False
    quiet: tuple[time, time] | None = None
    carried: tuple[str, ...] = ()

    @classmethod
    def of(cls, setting: RootSetting) -> Self:
        """Resolve the folder's own path, links included; it need not exist."""
        given = os.path.normpath(setting.path)
        return cls(
            setting.label,
            setting.role,
            os.path.realpath(given) if Path(given).is_absolute() else given,  # of another system
            given,
            setting.must_be_deidentified,
            setting.audited,
            setting.batch,
            setting.keep_years,
            setting.integrity,
            setting.quiet,
        )

    def true_path(self, path: str) -> str | None:
        """A path under the folder, by its true name; None if it does not lie in it."""
        path = os.path.normpath(path)
        if holds(self.given, path):
            path = self.path + path[len(self.given.rstrip(os.sep)) :]
        return path if holds(self.path, path) else None

    def carrying(self, folders: tuple[str, ...]) -> Self:
        """The same with what is carried away of it."""
        is_whole = self.path in folders
        return replace(self, carried=folders, role="outbox" if is_whole else self.role)

    @property
    def parts(self) -> tuple[str, ...]:
        """The folders in it that are carried away while the rest is not."""
        return () if self.path in self.carried else self.carried

    @property
    def mark(self) -> str:
        """What tells these parts from others; empty without any."""
        said = "\0".join(sorted(self.parts)).encode(errors="surrogateescape")
        return blake2b(said, digest_size=8).hexdigest() if said else ""

    def in_part(self, path: str) -> bool:
        """Does a path of it lie in such a part?"""
        return any(naming.holds(_HERE, part, path) for part in self.parts)

    def role_at(self, path: str) -> RootRole:
        """The role that counts for a path of it."""
        return "outbox" if self.in_part(path) else self.role


@dataclass(frozen=True, slots=True)
class Roots:
    """All imaging folders of this machine, and what is excluded in them.

    `are_known` is false where the settings could not be read: there may be more.
    """

    all: tuple[Root, ...] = ()
    excluded: tuple[str, ...] = ()
    are_known: bool = True
    labels: Labels = NO_LABELS

    @classmethod
    def of(cls, settings: Settings, today: date | None = None) -> Self:
        """The folders of the settings, and the labels that are in force."""
        labels = Labels.of(settings.labels, today or datetime.now(tz=UTC).date())
        return cls(tuple(map(Root.of, settings.roots)), _resolved(settings.excludes), labels=labels)

    def carrying(self, folders: Mapping[str, tuple[str, ...]]) -> Self:
        """The same with what is carried away of each folder, by its label."""
        return replace(self, all=tuple(r.carrying(folders.get(r.label, ())) for r in self.all))

    def labelled(self, label: object) -> Root | None:
        """The folder with that label."""
        return next((root for root in self.all if root.label == label), None)

    def owner(self, path: str) -> Root | None:
        """The innermost folder that holds a path."""
        holding = [root for root in self.all if holds(root.path, path)]
        return max(holding, key=lambda root: len(root.path), default=None)

    def is_top(self, path: str) -> bool:
        """Is this path an imaging folder itself?"""
        return any(root.path == path for root in self.all)

    def is_excluded(self, path: str) -> bool:
        """Does an exclusion of the settings name it, or a folder above it?"""
        return any(holds(folder, path) for folder in self.excluded)


def holds(folder: str, path: str) -> bool:
    """Is a path this folder, or below it? Both are normalised."""
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)


def _resolved(excludes: Iterable[Exclusion]) -> tuple[str, ...]:
    return tuple(os.path.realpath(exclusion.path) for exclusion in excludes)
