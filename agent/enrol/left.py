"""`python -m agent enroll`: join by what a package, an image or an RMM has left in the home.

The file `join` of the home holds the join string. It goes when it was used, or refused for good;
while the controller is not reached it stays, and exit code 75 says that trying again may help.
Under systemd a unit does this (packaging/linux); elsewhere the guard starts it.
"""

import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from agent import paths, settings
from agent.enrol.about import About, this_machine
from agent.enrol.join import Join, Joined, parse
from agent.errors import EnrolError, JoinRefused, TransportError
from agent.facts.base import About as Collecting
from agent.facts.memory import Memory
from agent.host.local import LocalHost
from agent.paths import Home
from agent.settings import Settings

TRY_AGAIN = 75
"""EX_TEMPFAIL of sysexits.h."""


def main(home: Home, argv: Sequence[str]) -> int:
    """Join by the file in the home; 0 also if there is none; JoinRefused: never again."""
    if argv:
        sys.stderr.write("usage: python -m agent [--home DIR] enroll\n")
        return 2
    if not home.join.exists():
        return 0
    try:
        by_file(home, home.join)
    except JoinRefused:
        raise
    except (EnrolError, TransportError) as error:
        sys.stderr.write(f"{error}\n")
        return TRY_AGAIN
    return 0


def by_file(home: Home, left: Path) -> Joined:
    """Join; the secret in the file outlives neither success nor refusal.

    Why it came to nothing is kept for `dentinel doctor`: nobody is there to read it now.
    """
    try:
        joined = join(home, read(left))
    except (EnrolError, TransportError) as error:
        _keep(home, f"{error.message}; {error.advice}")
        if isinstance(error, JoinRefused):
            left.unlink()
        raise
    left.unlink()
    return joined


def _keep(home: Home, said: str) -> None:
    home.create()
    paths.write(home.join_failed, f"{said}\n".encode())


def join(home: Home, text: str, *, new_identity: bool = False) -> Joined:
    """Join by a join string; EnrolError, TransportError."""
    chosen = settings.load(home)
    string = parse(text)
    home.create()
    joined = Join(home, string, about(home, chosen), chosen.proxy).run(new_identity=new_identity)
    home.join_failed.unlink(missing_ok=True)
    return joined


_A_JOIN_STRING = "a join string begins with dentinel1. and stands on one line"


def read(path: Path) -> str:
    """What a file holds that holds a join string; EnrolError."""
    try:
        with path.open(encoding="ascii") as file:
            held = file.read(4096)
    except (OSError, ValueError) as error:
        raise EnrolError(
            f"{str(path)!r} is neither a join string nor a file that holds one", _A_JOIN_STRING
        ) from error
    if not held.strip():
        raise EnrolError(f"{str(path)!r} is empty", _A_JOIN_STRING)
    return held


def about(home: Home, chosen: Settings) -> About:
    """What this machine says of itself."""
    now = datetime.now(tz=UTC)
    return this_machine(LocalHost(), Collecting(chosen, home, Memory.none(), now))
