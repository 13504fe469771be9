"""Is the program whole, alone under its names, and the one that runs?"""

import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from importlib.metadata import Distribution, PackageNotFoundError, packages_distributions
from pathlib import Path

from agent import ourselves, version
from agent.cli.checks.base import Seen, Told
from agent.cli.checks.service import restart
from agent.guard import state
from rules.counted import counted

_NAMES = ("rules", "evidence", "agent", "controller")


def packages(_seen: Seen) -> Iterator[Told]:
    """Does another package bring modules of our names? By the list of what is installed."""
    owners = packages_distributions()
    alien = {
        name: owners.get(name, []) for name in _NAMES if {*owners.get(name, [])} - {"dentinel"}
    }
    if alien:
        said = ", ".join(f"{name} is also of {', '.join(of)}" for name, of in alien.items())
        yield said, "install dentinel anew, into an environment of its own"
    else:
        yield "the four packages are ours", None


def whole(_seen: Seen) -> Iterator[Told]:
    """Has something taken files of the program away, as antivirus does? By the package's record."""
    try:
        yield from missing(Distribution.from_name("dentinel"))
    except PackageNotFoundError:
        yield "no record says which files the program has (it is frozen): not compared", None


def missing(ours: Distribution) -> Iterator[Told]:
    """The files that a package brought and that are not there any more."""
    files = [file for file in ours.files or () if file.suffix != ".pyc"]
    gone = sorted(str(file) for file in files if not Path(str(file.locate())).exists())
    if gone:
        said = f"{len(gone)} of {counted(len(files), 'file')} of the program are gone, as {gone[0]}"
        folder = Path(str(ours.locate_file("")))
        do = f"exempt {folder} in the antivirus, look into its quarantine, and install again"
        yield said, do
    else:
        yield f"all {len(files)} files of the program are there", None


def newest(seen: Seen) -> Iterator[Told]:
    """Does the guard run the program that is installed? It started before the last upgrade if not.

    By its own start in run/guard.json, and by when the program's file came to this disk.
    """
    guard = state.read(seen.home)
    if guard is None or not state.is_running(seen.home):
        return
    started = datetime.fromtimestamp(guard["started_at"], UTC)
    installed = datetime.fromtimestamp(_installed_at(ourselves.PROGRAM), UTC)
    if started < installed:
        said = f"the guard runs since {started:%Y-%m-%d %H:%M}, the program is newer:"
        yield f"{said} {version.VERSION} of {installed:%Y-%m-%d %H:%M} UTC", restart()
    else:
        yield f"the guard runs the program that is installed ({version.VERSION})", None


def _installed_at(program: Sequence[str]) -> float:
    """When the file was put here: packages set the time of change to that of their release.

    On Windows `st_ctime` is when the file was made, elsewhere when its name was (stat(2)).
    """
    is_frozen = getattr(sys, "frozen", False)
    return Path(program[0] if is_frozen else version.__file__).stat().st_ctime
