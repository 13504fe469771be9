"""How is what a patrol found kept, when the disk takes nothing more?

A reserve of a few mebibytes lies in the home. On a full disk it is given up, so that the newest
verdicts, and that the disk is full, still reach `dentinel status`; once there is room again it is
laid by anew. Sealed reports never depend on it: what could not be sealed is sealed later.
"""

import os
import sys

from agent import paths
from agent.errands import results
from agent.errands.results import Results
from agent.errors import HomeError
from agent.paths import Home

RESERVE_BYTES = 4 << 20


def keep(home: Home, found: Results) -> None:
    """Write the results of a patrol; if even the reserve is no help, say so and go on."""
    try:
        results.save(home, found)
    except HomeError as error:
        if not _give_up(home):
            sys.stderr.write(f"patrol: {error}\n")
            return
        _last_try(home, found)
        return
    _lay_by(home)


def _last_try(home: Home, found: Results) -> None:
    try:
        results.save(home, found)
    except HomeError as error:
        sys.stderr.write(f"patrol: {error}\n")


def _give_up(home: Home) -> bool:
    """Is there now room that was not there before?"""
    try:
        home.reserve.unlink()
    except OSError:
        return False
    return True


def _lay_by(home: Home) -> None:
    """Random bytes, which no file system stores as nothing; none of it if there is no room."""
    try:
        if home.reserve.stat().st_size == RESERVE_BYTES:
            return
    except OSError:
        pass
    try:
        paths.write(home.reserve, os.urandom(RESERVE_BYTES))
    except HomeError:
        return
