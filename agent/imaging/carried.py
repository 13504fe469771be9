"""What of the imaging folders was last known to be carried away?

Asking every client of everybody is the patrol's work. It writes down what it found, so that
`inspect` judges a new file by it at once. Where not all could be asked, what was known before
stays: that nobody can say any more that a folder is carried away makes no file safer.
"""

import os
import sqlite3
from collections.abc import Mapping

from agent.imaging.clouds import naming
from agent.imaging.clouds.search import Clouds
from agent.imaging.roots import Root, Roots

TABLES = """
CREATE TABLE IF NOT EXISTS imaging_carried (
    root TEXT NOT NULL, folder BLOB NOT NULL, PRIMARY KEY (root, folder)
) WITHOUT ROWID;
"""


class Carried:
    """The folders in the ledger that are carried away, by the label of their root."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._db = database

    def all(self) -> dict[str, tuple[str, ...]]:
        """What was written down last."""
        rows = self._db.execute("SELECT root, folder FROM imaging_carried ORDER BY root, folder")
        found: dict[str, tuple[str, ...]] = {}
        for label, folder in rows:
            found[label] = (*found.get(label, ()), os.fsdecode(folder))
        return found

    def note(self, roots: Roots, clouds: Clouds) -> dict[str, tuple[str, ...]]:
        """Write down what was found of these roots, and give what holds now."""
        before = self.all()
        found = {root.label: of(root, clouds) for root in roots.all}
        if clouds.why is not None:
            found = {label: _both(before.get(label, ()), now) for label, now in found.items()}
        if found != {label: before.get(label, ()) for label in found} or before.keys() - found:
            self._write(found)
        return found

    def _write(self, found: Mapping[str, tuple[str, ...]]) -> None:
        self._db.execute("DELETE FROM imaging_carried")
        rows = [(label, os.fsencode(one)) for label, folders in found.items() for one in folders]
        self._db.executemany("INSERT INTO imaging_carried VALUES (?, ?)", rows)


def of(root: Root, clouds: Clouds) -> tuple[str, ...]:
    """The parts of a root that are carried away; itself, if all of it is."""
    if clouds.above(root.path) is not None:
        return (root.path,)
    below = sorted({one.folder for one in clouds.below(root.path)}, key=len)
    outer: list[str] = []
    for folder in below:
        if not any(naming.holds(clouds.os, one, folder) for one in outer):
            outer.append(folder)
    return tuple(sorted(outer))


def _both(one: tuple[str, ...], other: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted({*one, *other}))
