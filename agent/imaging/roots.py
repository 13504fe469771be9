"""Which imaging folder does a path belong to?

Folders come from the local settings alone. Each is resolved once; of two that overlap the inner
one wins, so that every file has one owner. What an exclusion names is counted and not judged.
"""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Self

from agent.imaging.stated import Labels
from agent.settings import Exclusion, RootSetting, Settings
from rules.facts.imaging import RootRole

NO_LABELS = Labels()


@dataclass(frozen=True, slots=True)
class Root:
    """One imaging folder; `given` is its path as the settings write it, `path` the true one."""

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

    @classmethod
    def of(cls, setting: RootSetting) -> Self:
        """Resolve the folder's own path, links included; it need not exist."""
        given = os.path.normpath(setting.path)
        return cls(
            setting.label,
            setting.role,
            os.path.realpath(given),
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
