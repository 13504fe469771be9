"""`python -m agent run`: start the guard of a home, as its service or in the foreground.

With `--no-network` the guard starts nothing that needs the network: its unit forbids that, and a
path unit starts the courier when `run/wake` is touched.

The folders are watched by our own reader of inotify on Linux (agent.guard.folders). Elsewhere by
watchdog through adapters that have never run there (agent.guard.elsewhere): events only hasten what
the sweeps prove.
"""

import sys
from collections.abc import Sequence

from agent import faults
from agent.errors import SettingsError, WatchError
from agent.guard import state
from agent.guard.bell import Bell
from agent.guard.loop import Guard
from agent.guard.watch import Watcher
from agent.ourselves import PROGRAM
from agent.paths import Home

_BAD_SETTINGS = 78
"""EX_CONFIG of sysexits.h: the unit does not start it again until a person has been there."""


def main(home: Home, argv: Sequence[str]) -> int:
    """Guard a home until SIGTERM; 2 for wrong use, 78 if its settings cannot be used."""
    if set(argv) - {"--no-network"}:
        sys.stderr.write("usage: python -m agent [--home DIR] run [--no-network]\n")
        return 2
    bell = Bell()
    bell.heed_signals()
    return keep(home, bell, network="--no-network" not in argv)


def keep(home: Home, bell: Bell, *, network: bool) -> int:
    """Guard a home until the bell asks to stop; 78 if its settings cannot be used."""
    home.create()
    with state.lock(home):
        guard = Guard(home, PROGRAM, watcher(), network=network)
        try:
            guard.run(bell)
        except SettingsError as error:
            sys.stderr.write(f"{error}\n")
            return _BAD_SETTINGS
    return 0


def watcher() -> Watcher:
    """The watcher of this system; WatchError if the system gives none."""
    if sys.platform == "linux":
        from agent.guard.folders import Folders  # noqa: PLC0415 - inotify is Linux' alone

        try:
            return Folders()
        except OSError as error:
            raise WatchError(
                f"the kernel gives no more inotify instances: {error.strerror}",
                "raise fs.inotify.max_user_instances in /etc/sysctl.d, or end what holds so many",
            ) from error
    else:  # type checkers skip the branch of the other system
        from agent.guard.elsewhere import Elsewhere  # noqa: PLC0415 - watchdog, where needed

        faults.bare_logs()  # watchdog logs the names that it could not read
        return Elsewhere()
