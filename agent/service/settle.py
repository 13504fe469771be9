"""`python -m agent settle`: what does a package do on a machine, first and last?

    python -m agent settle --join JOIN    make the home, for its owners alone; leave a join string
    python -m agent settle --purge        remove the home with all that is in it, keys included

Each may be run again at any time. An empty join string is none: a property that nobody set.
"""

import argparse
import shutil
import sys
from collections.abc import Sequence

from agent.errors import HomeError
from agent.guard import state
from agent.paths import Home, write


def main(home: Home, argv: Sequence[str]) -> int:
    """Do what the words say; 2 for wrong use, HomeError if the disk does not allow it."""
    reading = argparse.ArgumentParser(prog="python -m agent settle", description=__doc__)
    chosen = reading.add_mutually_exclusive_group(required=True)
    chosen.add_argument("--join", metavar="JOIN")
    chosen.add_argument("--purge", action="store_true")
    asked = reading.parse_args(argv)
    if asked.purge:
        _purge(home)
    else:
        _arrive(home, asked.join.strip())
    return 0


def _arrive(home: Home, join: str) -> None:
    home.create()
    if join:
        write(home.join, f"{join}\n".encode("ascii", "replace"))


def _purge(home: Home) -> None:
    """Nothing of it stays; refused while a guard would write it anew."""
    if not home.root.exists():
        return
    if state.is_running(home):
        raise HomeError(f"a guard keeps {home.root}", "stop the service first, then remove again")
    try:
        shutil.rmtree(home.root)
    except OSError as error:
        raise HomeError(
            f"{home.root} cannot be removed whole: {error.strerror}",
            "end what holds files in it open, then remove the folder by hand",
        ) from error
    sys.stdout.write(f"{home.root} is removed, and this machine's keys with it\n")
