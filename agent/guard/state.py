"""What does the guard leave for others to read, and is there only one of it?

`run/guard.json` says what the guard knows, as of `updated_at`: the fact `imaging` builds its
coverage on it, `dentinel status` whether the agent lives. A reader never sees half a file.

`run/guard.lock` is locked for the life of a guard; the kernel unlocks it when the guard dies,
however it dies.
"""

import json
import math
import os
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import IO, NotRequired, TypedDict, cast

from agent.errors import AlreadyRunning, HomeError
from agent.files import replace
from agent.guard import clock
from agent.guard.attention import Standing
from agent.guard.usage import Usage
from agent.paths import Home, hand_over

_CALM_S, _STILL_S = 1.0, 60.0
_TRIES = 10
_MOST_CRASHES = 1_000
_STOP = "sc stop dentinel" if sys.platform == "win32" else "systemctl stop dentinel-guard"
_BOOT = Path("/proc/sys/kernel/random/boot_id")
_BOOTS = (
    r"SYSTEM\CurrentControlSet\Control\Session Manager\Memory Management\PrefetchParameters",
    "BootId",
)
"""Where Windows counts its starts, in HKEY_LOCAL_MACHINE."""


class State(TypedDict):
    """run/guard.json; times are of time.time(), `stopped_at` null while the guard runs.

    `crashes` of guards before this one that no patrol has sealed yet.
    """

    pid: int
    boot: str
    started_at: float
    updated_at: float
    stopped_at: float | None
    roots: Mapping[str, Standing]
    errands: Mapping[str, int]
    cpu_day_s: float
    crashes: NotRequired[int]


def boot() -> str:
    """16 hex digits that change with every start of the machine; zeros where nobody knows."""
    try:
        return _boot()
    except OSError:
        return "0" * 16


def _boot() -> str:
    if sys.platform == "win32":
        import winreg  # noqa: PLC0415 - Windows' alone

        with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, _BOOTS[0]) as key:
            count = winreg.QueryValueEx(key, _BOOTS[1])[0]
        return f"{int(count):016x}"
    else:  # noqa: RET505 - type checkers skip the branch of the other system
        return _BOOT.read_text().replace("-", "")[:16]


def read(home: Home) -> State | None:
    """What the last guard of this home has left; None if there is nothing to be read."""
    try:
        found = json.loads(home.guard.read_bytes())
    except (OSError, ValueError):
        return None
    is_whole = isinstance(found, dict) and State.__required_keys__ <= found.keys()
    return cast("State", found) if is_whole else None


class Record:
    """The file, kept up to date: on every change, but not more than once a second.

    `due_at` is when something new is to be written; it wakes the guard for nothing else.
    """

    def __init__(self, home: Home) -> None:
        self._home = home
        self._before = read(home)
        self._now: State = State(
            pid=os.getpid(),
            boot=boot(),
            started_at=time.time(),
            updated_at=0.0,
            stopped_at=None,
            roots={},
            errands={},
            cpu_day_s=0.0,
            crashes=self._crashes(),
        )
        self._usage = Usage(clock.now())
        self._written_at = -math.inf
        self._is_told = False
        self.due_at = -math.inf

    def past(self) -> dict[str, int]:
        """What is to be told: how the guards before ended, and that this one has started.

        It is written down at once: a guard that dies before it was told of is counted by the next.
        """
        roots = self._before["roots"] if self._before else {}
        self._now |= {"roots": _unwatched(roots), "updated_at": time.time()}
        self._write(clock.now())
        is_stopped = self._before is not None and self._before["stopped_at"] is not None
        ended = {"agent_stopped": int(is_stopped), "agent_crashed": self._now["crashes"]}
        return {event: n for event, n in ended.items() if n} | {"agent_started": 1}

    def _crashes(self) -> int:
        """How many guards have died of themselves since a patrol last told of it."""
        before = self._before
        if before is None:
            return 0
        untold = before.get("crashes", 0)
        has_died = before["stopped_at"] is None and before["boot"] == boot()
        return min(untold + has_died, _MOST_CRASHES)

    def is_fresh(self, now: float) -> bool:
        """Was it written within a second? Then whatever is new waits, and need not be known yet."""
        if now - self._written_at >= _CALM_S:
            return False
        self.due_at = self._written_at + _CALM_S
        return True

    def keep(
        self,
        roots: Mapping[str, Standing],
        errands: Mapping[str, int],
        as_of: float,
        *,
        at_once: bool,
    ) -> None:
        """Write what is true as of `as_of`, if it is new, or if a minute has passed."""
        now = clock.now()
        is_new = self._is_told or roots != self._now["roots"] or errands != self._now["errands"]
        due_at = self._written_at + (0.0 if at_once else _CALM_S if is_new else _STILL_S)
        self.due_at = due_at if is_new else math.inf
        if now >= due_at:
            self._now |= {"roots": roots, "errands": errands, "updated_at": as_of}
            self._write(now)

    def told(self, crashes: int) -> None:
        """So many crashes are still to be told of; written with what is written next."""
        self._is_told |= crashes != self._now["crashes"]
        self._now["crashes"] = crashes

    def close(self, at: float) -> None:
        """The guard has ended as it should: nothing is watched from here on."""
        roots = _unwatched(self._now["roots"])
        self._now |= {"roots": roots, "errands": {}, "updated_at": at, "stopped_at": at}
        self._write(clock.now())

    def _write(self, now: float) -> None:
        """Replace the file in one step. It is worth nothing after a power cut: no fsync."""
        self._now["cpu_day_s"] = round(self._usage.last_day(now), 2)
        temporary = self._home.guard.with_suffix(".new")
        temporary.write_text(json.dumps(self._now))
        hand_over(temporary, 0o640, shared=True)  # the courier reads `boot`
        replace(temporary, self._home.guard)
        self._written_at = now
        self._is_told = False
        self.due_at = math.inf


def _unwatched(roots: Mapping[str, Standing]) -> dict[str, Standing]:
    return {
        label: {**root, "watched": False, "stream_since": None} for label, root in roots.items()
    }


def lock(home: Home) -> IO[bytes]:
    """Become the guard of this home for as long as the file stays open; AlreadyRunning if not.

    Waits a second: `dentinel status` holds the lock for a moment when it looks who has it.
    """
    file = _opened(home)
    for _ in range(_TRIES):
        try:
            _try_lock(file)
        except OSError:
            time.sleep(1.0 / _TRIES)
        else:
            return file
    file.close()
    raise AlreadyRunning(
        f"a guard keeps {home.root} already",
        f"stop it first ({_STOP}), or choose another home with --home DIR",
    )


def is_running(home: Home) -> bool:
    """Does a guard keep this home now? HomeError if we may not look."""
    try:
        home.guard_lock.stat()
    except FileNotFoundError:
        return False
    except OSError as error:
        raise _closed(home, error) from error
    with _opened(home) as file:
        try:
            _try_lock(file)
        except OSError:
            return True
    return False


def _opened(home: Home) -> IO[bytes]:
    try:
        return home.guard_lock.open("ab")
    except OSError as error:
        raise _closed(home, error) from error


def _closed(home: Home, error: OSError) -> HomeError:
    return HomeError(
        f"the agent's home {home.root} cannot be looked into: {error.strerror}",
        "run as root, or choose your own home with --home DIR",
    )


def _try_lock(file: IO[bytes]) -> None:
    if sys.platform == "win32":
        import msvcrt  # noqa: PLC0415 - Windows' alone

        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
    else:
        import fcntl  # noqa: PLC0415 - there is none on Windows

        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
