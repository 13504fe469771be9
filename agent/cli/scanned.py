"""How is a scan shown to a person: while it runs, and when it is done?

While it runs: one line on the terminal, how many of how many files, how fast, how long still. The
files are counted beside the scan, so that it need not wait for their number. When it is done: what
is alike is one group with its number and a few of its paths. Four hundred thousand old X-rays on
one bad disk are one thing to mend, not as many.
"""

import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from threading import Event, Thread
from typing import Any, TextIO, TypeAlias

import typer

from rules.counted import counted

Group: TypeAlias = tuple[str, str, str, str, str]
_SHOWN = 5
_PICTURES = ("dicom", "dicomdir", "image", "mesh", "bridge")
_WIDEST, _BEGIN = 300, 100
_BETWEEN_SECONDS = 0.2
_SETTLED_SECONDS = 1.0
"""How long a rate has to be watched before it foretells anything."""


@dataclass(slots=True)
class Groups:
    """What needs somebody's attention, as far as it was met; `whose` is of DICOM files."""

    counts: Counter[Group] = field(default_factory=Counter)
    paths: dict[Group, list[str]] = field(default_factory=dict)

    def add(self, file: dict[str, Any]) -> None:
        """One file, with the fields of a record."""
        if file["outcome"] not in ("exposed", "unproven"):
            return
        whose = (file.get("identity") or "").replace("unknown", "identity unknown")
        group = (file["outcome"], file["kind"], file["verdict"], file["reason"], whose)
        self.counts[group] += 1
        paths = self.paths.setdefault(group, [])
        if len(paths) < _SHOWN:
            paths.append(file["path"])

    def lines(self) -> Iterator[str]:
        """Exposed before unproven, pictures before the rest, then the largest group first."""
        ranked = sorted(self.counts.items(), key=_rank)
        for group, count in ranked:
            outcome, kind, verdict, reason, whose = group
            said = f"{kind}: {verdict} ({reason})" + (f", {whose}" if whose else "")
            yield f"{coloured(outcome)} {count:>9,}  {said}"
            for path in self.paths[group]:
                yield f"{'':>20}{shown(path)}"
            if count > _SHOWN:
                yield f"{'':>20}and {count - _SHOWN:,} more: --format jsonl names each"


def _rank(one: tuple[Group, int]) -> tuple[str, bool, int, Group]:
    group, count = one
    return group[0], group[1] not in _PICTURES, -count, group


def coloured(outcome: str) -> str:
    """The word, in its colour."""
    colour = typer.colors.RED if outcome == "exposed" else typer.colors.YELLOW
    return typer.style(f"{outcome:<8}", fg=colour)


def shown(path: str) -> str:
    """A path as a terminal can take it: nothing in a name may steer the screen, or fill it."""
    plain = path.encode(errors="surrogateescape").decode(errors="backslashreplace")
    safe = "".join(char if char.isprintable() else repr(char)[1:-1] for char in plain)
    return safe if len(safe) <= _WIDEST else f"{safe[:_BEGIN]} … {safe[_BEGIN - _WIDEST :]}"


def files(number: int) -> str:
    """So many files, in words."""
    return counted(number, "file")


def line(done: int, of: int | None, seconds: float) -> str:
    """How far a scan is; `of` is None as long as nobody knows how many there are."""
    rate = done / seconds if seconds >= _SETTLED_SECONDS else 0.0
    fast = f", {rate:,.0f}/s" if rate else ""
    if of is None:
        return f"{files(done)}{fast}"
    left = f", {_span((of - done) / rate)} left" if rate and of > done else ""
    return f"{min(done, of):,} of {files(of)}{fast}{left}"


def _span(seconds: float) -> str:
    minutes = round(seconds / 60)
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{minutes} min" if minutes < 90 else f"{seconds / 3600:.1f} h"


class Progress:
    """One line on a terminal that is written over and over; nothing anywhere else."""

    def __init__(
        self, count: Callable[[], Iterable[object]], to: TextIO = sys.stderr, *, shows: bool
    ) -> None:
        """`count` gives one of anything for each file that there is, in a thread of its own."""
        self._to, self._shows = to, shows
        self._began = self._said_at = time.monotonic()
        self._of: int | None = None
        self._over = Event()
        if shows:
            Thread(target=self._count, args=(count,), daemon=True).start()

    def _count(self, count: Callable[[], Iterable[object]]) -> None:
        number = 0
        for _ in count():
            number += 1
            if self._over.is_set():
                return
        self._of = number

    def said(self, done: int) -> None:
        """So many are done."""
        now = time.monotonic()
        if self._shows and now - self._said_at >= _BETWEEN_SECONDS:
            self._said_at = now
            self._to.write(f"\r\x1b[K{line(done, self._of, now - self._began)}")
            self._to.flush()

    def close(self) -> None:
        """Wipe the line."""
        self._over.set()
        if self._shows:
            self._to.write("\r\x1b[K")
            self._to.flush()
