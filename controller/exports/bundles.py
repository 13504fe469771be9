"""How does a bundle that somebody asked for on a page come to be, and for how long is it there?

Asked for, it waits; the worker makes one after the other with `gather.evidence`, the very function
of `dentinel-controller evidence export`. The rights of who asked are looked up again when it is
made: who lost them meanwhile gets nothing. One that was broken off is begun again, three times at
most. Files lie in a folder of their own, 0700, for seven days; what lies there and belongs to no
row that was made (a power cut, a database that was put back) goes as well.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO, cast
from uuid import UUID

from django.db.models import QuerySet

from controller.errors import ControllerError, NotAllowed, NotThere
from controller.exports import gather
from controller.exports.meter import Tell
from controller.exports.models import Export, ExportState
from controller.identity.home import ControllerHome
from controller.ledger.actions import Act, By, acting, told
from controller.ledger.bus import BUS, Change, Kind
from controller.people.models import User
from controller.people.roles import Permission
from controller.tenants import queries as tenants
from controller.tenants.models import Clinic
from controller.tenants.scope import Place
from evidence.bundle import Manifest, Profile

KEPT = timedelta(days=7)
TRIES = 3
_SUFFIX = ".dentinel-evidence"
_PIECE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Wanted:
    """Of which clinic, for whom, and from when to when."""

    clinic: Clinic
    profile: Profile
    since: datetime
    until: datetime


def ask(home: ControllerHome, wanted: Wanted, by: By) -> Export:
    """Put a bundle on the worker's list; NotAllowed for who signs in nowhere."""
    if by.user is None:
        raise NotAllowed("a page was asked by nobody", help="`dentinel-controller evidence export`")
    with acting(home, by) as books:
        row = Export(
            org_id=wanted.clinic.org_id,
            clinic=wanted.clinic,
            profile=wanted.profile,
            since=wanted.since,
            until=wanted.until,
            user=by.user,
            asked_by=by.actor,
            address=by.address,
            asked_at=by.at,
        )
        row.save(force_insert=True)
        asked = {"profile": wanted.profile, "from": str(wanted.since), "to": str(wanted.until)}
        act = Act("evidence.ask", str(row.id), after=asked)
        books.record(wanted.clinic.org_id, wanted.clinic.id, act)
    return row


def exports(place: Place) -> QuerySet[Export]:
    """What was asked for in a place, the newest first."""
    return Export.objects.at(place).order_by("-asked_at", "id")


def opened(home: ControllerHome, place: Place, key: UUID, by: By) -> tuple[Export, BinaryIO]:
    """A bundle to be taken along, which is an act; NotThere if there is none, or none any more."""
    made = Export.objects.at(place).filter(state=ExportState.MADE, ended_at__gt=by.at - KEPT)
    row = made.filter(pk=key).first()
    path = _path(home, key)
    if row is None or not path.is_file():
        raise NotThere("there is no such file here", help="files are kept for seven days")
    told(home, by, Act("evidence.take", str(key)), row.org_id, row.clinic_id)
    return row, path.open("rb")


def work(home: ControllerHome, now: datetime) -> int:
    """Let go what is kept no longer, then make what waits; how many were made."""
    kept = {one for org in tenants.orgs() for one in _let_go(home, Place(org.id), now)}
    for path in set(_folder(home).iterdir()) - kept:
        path.unlink(missing_ok=True)
    made = 0
    while (row := _next()) is not None:
        made += _make(home, row, now)
    return made


def _next() -> Export | None:
    """What was asked for first. What is being made already was broken off: nobody else makes."""
    open_ = (ExportState.WAITING, ExportState.MAKING)
    every: QuerySet[Export] = QuerySet(Export)
    return every.filter(state__in=open_).order_by("asked_at", "id").first()


def _make(home: ControllerHome, row: Export, now: datetime) -> bool:
    if row.tries >= TRIES:
        return _refuse(row, now, "It broke off three times; the log of the server says why.")
    place = Place(row.org_id).clinic(row.clinic_id)
    user = User.objects.filter(pk=row.user).first()
    if user is None or not user.has_perm(Permission.EVIDENCE_EXPORT, place):
        return _refuse(row, now, f"{row.asked_by} may not take evidence along any more.")
    _update(row, state=ExportState.MAKING, tries=row.tries + 1)
    order = gather.Order(
        row.clinic_id,
        row.since,
        row.until,
        By(row.asked_by, row.address, now, row.user),
        cast("Profile", row.profile),
    )
    try:
        with _whole(_path(home, row.id)) as file:
            made = gather.evidence(home, place, order, file, _telling(row))
    except ControllerError as error:
        return _refuse(row, now, f"{error}. {error.help}".strip(". ") + ".")
    except OSError as error:
        return _refuse(row, now, f"The file could not be written: {error.strerror}.")
    _made(home, row, made, now)
    return True


def _made(home: ControllerHome, row: Export, made: Manifest, now: datetime) -> None:
    path = _path(home, row.id)
    _update(
        row,
        state=ExportState.MADE,
        ended_at=now,
        size=path.stat().st_size,
        sha256=_hash(path),
        machines=made.machines,
        reports=made.reports,
    )


def _refuse(row: Export, now: datetime, why: str) -> bool:
    _update(row, state=ExportState.REFUSED, ended_at=now, why=why[:500])
    return False


def _telling(row: Export) -> Tell:
    def tell(done: int, total: int) -> None:
        _update(row, done=done, total=total)

    return tell


def _update(row: Export, **values: object) -> None:
    for name, value in values.items():
        setattr(row, name, value)
    row.save(update_fields=list(values))
    BUS.tell([Change(row.org_id, row.clinic_id, Kind.FILES)])


def _let_go(home: ControllerHome, place: Place, now: datetime) -> list[Path]:
    """Let go what is kept no longer in a place; the files that stay."""
    made = Export.objects.at(place).filter(state=ExportState.MADE)
    for row in made.filter(ended_at__lte=now - KEPT):
        _path(home, row.id).unlink(missing_ok=True)
        _update(row, state=ExportState.GONE)
    return [_path(home, key) for key in made.values_list("id", flat=True)]


def _folder(home: ControllerHome) -> Path:
    folder = home.root / "exports"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def _path(home: ControllerHome, key: UUID) -> Path:
    return _folder(home) / f"{key}{_SUFFIX}"


@contextmanager
def _whole(path: Path) -> Iterator[BinaryIO]:
    """A file that takes its name when all of it is written; nothing is left if it is not."""
    part = path.with_suffix(".part")
    try:
        with part.open("wb") as file:
            yield file
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _hash(path: Path) -> str:
    found = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            found.update(piece)
    return found.hexdigest()
