"""Where does the file behind a finding lie? Told to an administrator of this machine alone.

The ledger knows the path of most; of a file whose volume lost its protection it knows only the
file id, and the folder is walked for it. Each answer is noted, and the next patrol seals that it
was given: `local_event reveal` with the id of the finding and without its path.
"""

import os
import re

from agent import settings
from agent.errors import LedgerError
from agent.host.local import LocalHost
from agent.imaging.findings import FileId, Finding
from agent.imaging.ledger import Ledger
from agent.imaging.roots import Root, Roots
from agent.imaging.sweep import Walk
from agent.imaging.volumes import Volumes
from agent.paths import Home

_ID = re.compile(r"[0-9a-f]{32}")


def reveal(home: Home, finding: str) -> str:
    """The path behind a finding of this machine. LedgerError if there is none to show."""
    if not _ID.fullmatch(finding):
        raise LedgerError(
            "that is no id of a finding", "an id has 32 digits and letters from a to f"
        )
    _require_store(home)
    with Ledger.open(home.local) as ledger:
        known = ledger.findings.get(finding)
        if known is None:
            raise LedgerError(
                "this machine has no such finding",
                "look on the machine that reported it; findings are forgotten 30 days after"
                " they were closed",
            )
        path = _path(home, known)
        ledger.findings.reveal(known.id, ledger.now())
        return path


def _require_store(home: Home) -> None:
    try:
        home.local.stat()
    except FileNotFoundError as error:
        raise LedgerError(
            f"no agent has looked at files for the home {home.root}",
            "name another with --home DIR, or start the agent: dentinel run",
        ) from error
    except OSError as error:
        raise LedgerError(
            f"the local store {home.local} cannot be looked into: {error.strerror}",
            "run as root, or name another home with --home DIR",
        ) from error


def _path(home: Home, known: Finding) -> str:
    if known.path is not None and (known.state != "open" or _lies_at(known.path, known.file)):
        return known.path
    roots = Roots.of(settings.load(home))
    root = roots.labelled(known.root)
    found = _walked(roots, root, known.file) if root else None
    if found is None:
        raise LedgerError(
            "the file of this finding is not where it was",
            "the next sweep of its folder will say what became of it",
        )
    return found


def _walked(roots: Roots, root: Root, file: FileId) -> str | None:
    walk = Walk(roots, Volumes(LocalHost(), roots))
    return next((entry.path for entry in walk.files(root.path) if _lies_at(entry.path, file)), None)


def _lies_at(path: str, file: FileId) -> bool:
    try:
        return FileId.of(os.lstat(path)) == file
    except OSError:
        return False
