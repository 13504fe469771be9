"""What of an agent must not be in the image of a disk?

Its identity, so that no copy speaks as this machine; its sealed reports and the courier's memory,
which are of that identity; the rules of the clinic; and what never leaves the machine: the local
store of findings and their paths, visits, results. The settings stay: they are why images are made.

Keys go first. Cut off at any point, the rest is removed when the same command runs again.
"""

import shutil
from pathlib import Path

from agent import files
from agent.errors import HomeError
from agent.identity import keyfile
from agent.paths import Home

_SIDE = ("", "-wal", "-shm", "-journal")


def forget(home: Home) -> tuple[Path, ...]:
    """Remove all that makes this machine itself, for good; what is left in the home.

    HomeError where the system does not let us.
    """
    try:
        for key in (home.report_key, home.courier_key):
            keyfile.destroy(key)
        for folder in _folders(home):
            if folder.exists():
                shutil.rmtree(folder)
        for file in (home.chain, home.exhibits, home.root / files.SHUT):
            file.unlink(missing_ok=True)
        for end in _SIDE:
            home.local.with_name(home.local.name + end).unlink(missing_ok=True)
        return tuple(sorted(home.root.iterdir())) if home.root.is_dir() else ()
    except OSError as error:
        raise HomeError(
            f"{error.filename} cannot be removed: {error.strerror}",
            "run as root, and run the same command again: the image is not ready",
        ) from error


def _folders(home: Home) -> tuple[Path, ...]:
    return (
        home.root / "joining",
        home.identity,
        home.outbox.parent,
        home.courier.parent,
        home.incoming.parent,
        home.visits,
        home.run,
    )
