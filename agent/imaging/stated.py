"""What has somebody said of files that the bytes say nothing of?

A label of the settings answers an `unknown` for names like its own: proprietary formats, backups
whose encryption leaves no mark. It touches no other verdict, and it is a person's word: the reason
is `stated`. That files are encrypted is believed until the day that the label names.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from fnmatch import fnmatchcase
from pathlib import PurePath

from agent.imaging.judgement import Judgement
from agent.settings import LabelSetting

_ANSWERED = frozenset(("opaque", "proprietary", "handler", "cipher", "limit", "contradiction"))
"""Reasons of `unknown` that a label answers; a file that was not read at all it does not."""


@dataclass(frozen=True, slots=True)
class Labels:
    """The labels that are in force."""

    all: tuple[LabelSetting, ...] = ()

    @classmethod
    def of(cls, settings: Iterable[LabelSetting], today: date) -> "Labels":
        """Those that have not ended; the day that one names is its last."""
        return cls(tuple(one for one in settings if one.until is None or today <= one.until))

    @property
    def mark(self) -> str:
        """Changes when any of them does: then what was judged by them is judged anew."""
        said = sorted(f"{one.match}\0{one.says}" for one in self.all)
        return hashlib.sha256("\0\0".join(said).encode()).hexdigest()

    def answer(self, path: str, judgement: Judgement) -> Judgement:
        """The judgement, or what somebody has said of it; the first label that fits."""
        if judgement.verdict != "unknown" or judgement.reason not in _ANSWERED:
            return judgement
        name = PurePath(path).name.casefold()
        for one in self.all:
            if fnmatchcase(name, one.match.casefold()):
                return replace(judgement, verdict=one.says, reason="stated", sample=None)
        return judgement
