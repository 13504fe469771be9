"""How is a home put back from a backup, so that a failure at any point leaves one that is whole?

The backup is unpacked beside, its database checked, what was there set aside by a rename, and only
then does the new take its place. Keys that are there stay: a newer certificate, a newer receipt
key. Run again after a crash it does the same again.
"""

import os
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from controller.errors import HomeProblem, Refusal
from controller.identity import backup, recovery
from controller.identity.home import ControllerHome, write_private
from controller.identity.secrets import Keys
from controller.ledger import generations
from controller.ledger.generations import Outdated
from controller.ledger.lock import CheckpointLock
from controller.ledger.sql import connect, cursor

if TYPE_CHECKING:
    from controller.fleet.restart import Restarted


def looked(home: ControllerHome, source: Path | None, sheet: Path | None) -> tuple[Outdated, ...]:
    """The logs that would need a new generation, of a backup or of what is here."""
    if source is None:
        _require_whole(home.database)
        return _outdated(home, home.database)
    with backup.unpacked(home, source, _keys(home, sheet)) as found:
        _require_whole(found.database)
        return _outdated(home, found.database)


def put_back(home: ControllerHome, source: Path, sheet: Path | None) -> None:
    """Put all that a backup holds into its place; what was there is renamed, never deleted."""
    keys = _keys(home, sheet)
    with backup.unpacked(home, source, keys) as found:
        _require_whole(found.database)
        home.keys.mkdir(mode=0o700, exist_ok=True)
        _set_aside(home)
        for path in sorted(found.root.rglob("*")):
            place = home.root / path.relative_to(found.root)
            if path.is_dir():
                place.mkdir(mode=0o700, exist_ok=True)
            elif path.parent != found.keys or not place.exists():
                path.replace(place)
        if not home.seed.exists():
            write_private(home.seed, keys.seed)


def began_anew(home: ControllerHome) -> "tuple[Restarted, ...]":
    """Bring the tables up to this release, and open the generations that are due."""
    import django

    Keys.load(home)
    _require_whole(home.database)
    os.umask(0o077)
    django.setup()

    from controller.cli import ready, tables
    from controller.fleet import restart
    from controller.people import actions

    with tables.readable(home):
        tables.Tables.read().require_known(home)
        tables.take_steps(home, None)
    began = restart.restart(home, ready.by())
    if began:
        actions.end_what_came_back()
    return began


def _keys(home: ControllerHome, sheet: Path | None) -> Keys:
    """The keys that are here, or those of the recovery sheet."""
    if home.seed.exists():
        return Keys.load(home)
    if sheet is None:
        raise Refusal(
            f"there is no seed in {home.root} that could open a backup",
            help="copy the recovery sheet into a text file and say --sheet FILE",
        )
    try:
        text = sheet.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Refusal(f"{sheet} cannot be read", help="name the sheet's text file") from error
    found = recovery.read_sheet(text)
    recovery.require_own(home, found)
    return Keys(found.seed)


def _require_whole(database: Path) -> None:
    try:
        with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
            found = connection.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.Error as error:
        raise HomeProblem(f"{database} is no whole database: {error}") from error
    if found != ("ok",):
        raise HomeProblem(
            f"{database} is damaged: {found[0]}", help="restore an older backup in its place"
        )


def _outdated(home: ControllerHome, database: Path) -> tuple[Outdated, ...]:
    has_lock = home.checkpoint_lock.exists()
    with (
        closing(CheckpointLock.open(home) if has_lock else CheckpointLock.nowhere()) as lock,
        closing(connect(database)) as connection,
    ):
        return generations.outdated(cursor(connection), lock)


def _set_aside(home: ControllerHome) -> None:
    """Rename the database that is here, with what SQLite keeps beside it."""
    stamp = datetime.now(tz=UTC).strftime("%Y%m%dT%H%M%S")
    for end in ("", "-wal", "-shm"):
        path = home.database.with_name(f"{home.database.name}{end}")
        if path.exists():
            path.replace(path.with_name(f"{home.database.name}.aside-{stamp}{end}"))
