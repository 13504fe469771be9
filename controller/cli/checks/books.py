"""Can the database be used, is it whole, of this release, and the newest there is?"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta

from controller.cli import tables
from controller.cli.checks.base import Seen, Told, moment, reading
from controller.ledger import generations, watch
from controller.ledger.lock import CheckpointLock
from controller.ledger.sql import PercentCursor
from rules.counted import counted

_BACKUP_LATE = timedelta(days=2)
_SILENT = timedelta(hours=1)
_WEEK = timedelta(days=7)
_LONG_AWAY_HOURS = 12
_HELD_LONG = timedelta(days=365)


def whole(seen: Seen) -> Iterator[Told]:
    """SQLite's own quick check."""
    advice = "stop it, and restore: dentinel-controller restore FILE"
    try:
        with reading(seen.home) as connection:
            (said,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.DatabaseError as error:
        yield f"{seen.home.database} cannot be read: {error}", advice
        return
    yield f"the database: {said}", None if said == "ok" else advice


def release(seen: Seen) -> Iterator[Told]:
    """The tables are those of this release."""
    with tables.readable(seen.home):
        found = tables.Tables.read()
    if found.unknown:
        said = f"the tables are of a newer release: {found.unknown[-1]} is not known here"
        yield said, "install that release again, or restore the backup from before it"
    elif found.missing:
        missing = counted(len(found.missing), "step is", "steps are")
        said = f"the tables are older than this release: {missing} missing"
        yield said, "start it: it keeps a backup and brings them up; or dentinel-controller migrate"
    else:
        yield "the tables are those of this release", None


def newest(seen: Seen) -> Iterator[Told]:
    """Nothing that was signed is missing; LockAhead says what to do if it is."""
    with reading(seen.home) as connection, closing(CheckpointLock.open(seen.home)) as lock:
        generations.require_signable(connection.cursor(PercentCursor), lock)
    yield "it holds all that was ever signed", None


def backup(seen: Seen) -> Iterator[Told]:
    """What is not on another disk is lost with this one."""
    advice = "nightly: dentinel-controller backup /mnt/nas/dentinel-$(date +%F).box"
    try:
        at = moment(seen.home.last_backup.read_text(encoding="ascii"))
    except (FileNotFoundError, ValueError):
        yield "there was never a backup", advice
        return
    late = seen.now - at > _BACKUP_LATE
    yield f"the last backup is of {at:%Y-%m-%d %H:%M} UTC", advice if late else None


def restoring(seen: Seen) -> Iterator[Told]:
    """A restore that was cut off leaves a folder of its own."""
    folder = seen.home.root / "restoring"
    if folder.exists():
        yield f"{folder} is of a restore that was cut off", "run it again, or remove the folder"


def people(seen: Seen) -> Iterator[Told]:
    """Somebody can sign in."""
    with reading(seen.home) as connection:
        (orgs,) = connection.execute("SELECT count(*) FROM org").fetchone()
        (able,) = connection.execute("SELECT count(*) FROM account WHERE is_active").fetchone()
    if not orgs:
        said = "there is no practice in it yet"
        yield said, 'dentinel-controller init --org "NAME" --clinic "NAME" --email ADDRESS'
    elif not able:
        yield "nobody can sign in", "invite somebody: dentinel-controller user --help"
    else:
        yield f"{able} person(s) may sign in", None


def machines(seen: Seen) -> Iterator[Told]:
    """Where all of many are silent, it is the way to them and not the machines."""
    with reading(seen.home) as connection:
        count, last = connection.execute(
            "SELECT count(*), max(seen_at) FROM machine WHERE state = 'active'"
        ).fetchone()
    if not count:
        yield "no machine has joined yet", None
    elif last is None or seen.now - moment(last) > _SILENT:
        said = f"none of {count} machine(s) was heard in the last hour"
        yield said, f"can they reach {seen.agents}? On one of them: dentinel doctor"
    else:
        yield f"of {count} machine(s) one was heard at {moment(last):%H:%M} UTC", None


def away(seen: Seen) -> Iterator[Told]:
    """The controller's own outages: nobody is called silent for them, and nobody was watched."""
    with reading(seen.home) as connection:
        orgs = [org for (org,) in connection.execute("SELECT id FROM org")]
        cursor = connection.cursor(PercentCursor)
        week = seen.now - _WEEK
        found = [watch.away(cursor, org, week, seen.now) for org in orgs]
    most = max(found, key=len, default=())
    hours = sum((one.until - one.since for one in most), timedelta()) / timedelta(hours=1)
    if not most:
        yield "it was not away in the last week, as far as it knows", None
    else:
        said = f"it was away {len(most)} time(s) in the last week, {hours:.1f} hours in all"
        advice = "does its machine sleep, or lose power? It must run day and night"
        yield said, advice if hours > _LONG_AWAY_HOURS else None


def retention(seen: Seen) -> Iterator[Told]:
    """Whose evidence is held, and does anybody still remember why?"""
    with reading(seen.home) as connection:
        held = connection.execute(
            "SELECT c.name, k.held_at, k.held_for FROM keeping k"
            " JOIN clinic c ON c.id = k.clinic_id WHERE k.held_at IS NOT NULL ORDER BY k.held_at"
        ).fetchall()
    if not held:
        yield "evidence is kept as set, and no clinic's is held", None
    for name, since, why in held:
        is_old = seen.now - moment(since) > _HELD_LONG
        advice = "is it still needed? dentinel-controller retention release --help"
        yield (
            f"{name}: nothing is erased since {moment(since):%Y-%m-%d} ({why})",
            (advice if is_old else None),
        )
