"""The errand `inspect`: look at the files that have come to rest, and at folders that are swept.

Started by the guard, it reads one request a line and answers each in order:

    {"id": 7, "file": PATH, "root": LABEL, "at": SECONDS}       -> {"id": 7, "changed": false}
    {"id": 8, "sweep": LABEL, "path": PATH|null, "at": SECONDS, "since": SECONDS}
                                                        -> {"id": 8, "changed": true}

`changed`: a finding opened, closed or changed, a folder was swept for the first time, or many
files have turned into something opaque. A request that cannot be read, or that names what is no
imaging folder, is answered with false. A sweep that is not done has `later` in its answer: null if
it goes on when it is asked again (with `again`), else what it waits for.

- No path is ever written to an answer or a log: what is known of a file goes to the ledger.
- It takes what processor and disk nobody else wants, and leaves after a minute without work.
"""

import contextlib
import json
import logging
import os
import select
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from agent import settings
from agent.errands import humble
from agent.errands.occupied import Occupied
from agent.errands.sweeper import Sweeper, Task
from agent.errors import SettingsError
from agent.host.local import LocalHost
from agent.imaging import products
from agent.imaging.courtesy import Moment
from agent.imaging.examine import Examiner
from agent.imaging.ledger import Ledger
from agent.imaging.roots import Roots
from agent.imaging.sweep import sweep_part
from agent.imaging.volumes import Volumes
from agent.paths import Home

_LOG = logging.getLogger(__name__)
_IDLE_SECONDS = 75.0
"""A sweep that waits is asked of each minute, and what captures is known by what it did since."""
_LONGEST_LINE = 1 << 20


def main(home: Home, argv: Sequence[str]) -> int:
    """Answer requests until they end, or none has come for a minute. 0; LedgerError is raised."""
    del argv
    humble.stand_back()
    with Ledger.open(home.local) as ledger:
        inspection, judged_by = _inspection(home, ledger), _basis(home, ledger)
        for line in _lines(sys.stdin.fileno()):
            if _basis(home, ledger) != judged_by:
                judged_by = _basis(home, ledger)
                with contextlib.suppress(SettingsError):  # half-written: the old ones hold
                    inspection = _inspection(home, ledger)
            _say(inspection.answer(line))
    return 0


def _inspection(home: Home, ledger: Ledger) -> "Inspection":
    """By the settings as they are now; what they name no longer is forgotten."""
    decided = settings.load(home)
    roots = Roots.of(decided)
    ledger.retain({root.label for root in roots.all})
    ledger.stand_by(roots.labels.mark)
    ledger.commit()
    carried = roots.carrying(ledger.carried.all())
    examiner = Examiner(ledger, carried, Volumes(LocalHost(), roots))
    if not decided.defer_sweeps:
        return Inspection(examiner)
    return Inspection(examiner, Occupied(products.known().captures))


def _basis(home: Home, ledger: Ledger) -> tuple[object, ...]:
    """What files are judged by: the settings, and what the last patrol knew of clouds."""
    return _age(home.settings), ledger.carried.all()


def _age(path: Path) -> int | None:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return None


@dataclass(slots=True)
class Inspection:
    """Answers requests from the ledger and, where it must, from the files.

    `look` says what the machine is at, for which sweeps wait.
    """

    examiner: Examiner
    look: Callable[[], Moment] = Moment
    _sweeper: Sweeper = field(init=False)

    def __post_init__(self) -> None:
        self._sweeper = Sweeper(self.examiner, self.look)

    def answer(self, line: bytes) -> dict[str, Any]:
        """One request, one answer; nothing is raised for what a request says."""
        request = _request(line)
        number = request.get("id")
        number = number if isinstance(number, int) else None
        said = self._file(request) if "file" in request else self._sweep(request)
        ledger = self.examiner.ledger
        ledger.commit()
        return {"id": number, **said, "changed": ledger.upheavals.stirred() or said["changed"]}

    def _file(self, request: dict[str, Any]) -> dict[str, Any]:
        path = self._path(request.get("root"), request.get("file"))
        if path is None:
            return {"changed": False}
        root = self.examiner.roots.owner(path)
        if root is not None and Path(path).is_dir() and not Path(path).is_symlink():
            return {"changed": sweep_part(self.examiner, root, path)}
        return {"changed": self.examiner.path(path, give_up=request.get("gave_up") is True)}

    def _sweep(self, request: dict[str, Any]) -> dict[str, Any]:
        root = self.examiner.roots.labelled(request.get("sweep"))
        if root is None:
            return {"changed": False}
        top = None
        if request.get("path") is not None:
            top = self._path(root.label, request["path"])
            if top is None:
                return {"changed": False}
        now = time.time()
        since, goes_on = _moment(request.get("since"), now), request.get("again") is True
        task = Task(root, top, _moment(request.get("at"), now), now - since, goes_on)
        done = self._sweeper.sweep(task)
        said: dict[str, Any] = {"changed": done.changed}
        return said if done.is_done else said | {"later": done.waits_for}

    def _path(self, label: object, path: object) -> str | None:
        """A path as it truly lies under an imaging folder; None if it does not."""
        root = self.examiner.roots.labelled(label)
        if root is None or not isinstance(path, str) or "\0" in path:
            return None
        try:
            os.fsencode(path)
        except UnicodeEncodeError:  # no file of this system has such a name
            return None
        return root.true_path(path)


def _moment(said: object, now: float) -> float:
    """Seconds since the epoch, as they are said; never in the future."""
    return min(float(said), now) if isinstance(said, int | float) else now


def _request(line: bytes) -> dict[str, Any]:
    try:
        request = json.loads(line)
    except (ValueError, RecursionError):
        _LOG.warning("a request was no JSON and was refused")
        return {}
    return request if isinstance(request, dict) else {}


def _say(answer: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


def _lines(descriptor: int) -> Iterator[bytes]:
    """Whole lines as they come; the end after a minute of silence, or when the guard is gone."""
    waiting = b""
    while select.select([descriptor], [], [], _IDLE_SECONDS)[0]:
        data = os.read(descriptor, 65536)
        if not data:
            return
        *lines, waiting = (waiting + data).split(b"\n")
        yield from lines
        if len(waiting) > _LONGEST_LINE:
            return
