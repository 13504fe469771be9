"""What lies in the imaging folders? From the ledger, the guard's own word, and the volumes.

No file is opened here: `inspect` has done that. What was not read is unknown with its reason, never
a default. A folder that a cloud's client carries away has the role `outbox`, whatever was declared.
"""

import contextlib
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from typing import Literal

from agent.errors import LedgerError
from agent.facts.base import About, answers, part
from agent.host.base import Absent, Host
from agent.imaging import account, carried, coverage, listed
from agent.imaging.clouds.base import Cloud
from agent.imaging.clouds.search import Clouds, clouds
from agent.imaging.coverage import Guard
from agent.imaging.folder import Folder, Sources, folder
from agent.imaging.ledger import Ledger
from agent.imaging.roots import Roots
from agent.imaging.volumes import Volume, Volumes
from rules.facts.base import Items, Maybe, Unknown, Why
from rules.facts.imaging import IMAGING, Counts, Coverage, Imaging, MassChange, Root
from rules.facts.volumes import Protection

_UNREAD = Unknown(Why.NOT_COLLECTED)
_YEAR_SECONDS = 365.2425 * 86_400
_FILES: tuple[tuple[int, Literal["under_100", "under_1000"]], ...] = (
    (100, "under_100"),
    (1000, "under_1000"),
)
_NO_CHANGE = MassChange(state="none", since=None, files="under_100", note=False, expected=False)


@answers(IMAGING, on="linux", pace="medium")
def linux(host: Host, about: About) -> Imaging:
    """Its volumes are told by files of the system; a sum over 400,000 files takes a second."""
    return _imaging(host, about)


@answers(IMAGING, on=("macos", "windows"), pace="heavy")
def elsewhere(host: Host, about: About) -> Imaging:
    """The same, where volumes are told by programs, which take their time."""
    return _imaging(host, about)


def _imaging(host: Host, about: About) -> Imaging:
    roots = Roots.of(about.settings, about.now.date())
    guard = part(lambda: _guard(host, about))
    found = clouds(host) if roots.all else Clouds(host.os)
    with _ledger(about) as ledger:
        sources = Sources(ledger, Volumes(host, roots), guard, about.now.timestamp())
        folders = [
            folder(root, part(partial(_is_there, host, root.path)), sources)
            for root in _carrying(roots, found, ledger).all
        ]
        about.memory.retain("imaging", {root.label for root in roots.all})
        return Imaging(
            roots=Items(tuple(_root(each, found, ledger, about) for each in folders)),
            exposed=listed.listed(ledger, folders, about.now.timestamp()),
            coverage=_coverage(folders, guard, about),
            mass_change=_mass_change(ledger, folders, about),
        )


def _carrying(roots: Roots, found: Clouds, ledger: Ledger | Why) -> Roots:
    """The folders, each with what is carried away of it; the ledger is told of both."""
    if isinstance(ledger, Why):
        return roots.carrying({root.label: carried.of(root, found) for root in roots.all})
    ledger.stand_by(roots.labels.mark)  # a word may have ended since the last file
    return roots.carrying(ledger.carried.note(roots, found))


@contextlib.contextmanager
def _ledger(about: About) -> Iterator[Ledger | Why]:
    """The ledger, if an agent has made one that we may read; else why not."""
    try:
        about.home.local.stat()
        ledger = Ledger.open(about.home.local)
    except FileNotFoundError:
        yield Why.NOT_COLLECTED
        return
    except (OSError, LedgerError):
        yield Why.ACCESS_DENIED
        return
    with ledger:
        yield ledger


def _guard(host: Host, about: About) -> Guard:
    try:
        return coverage.read(host.read(str(about.home.guard)))
    except Absent:
        return Guard()


def _is_there(host: Host, path: str) -> bool:
    try:
        return host.stat(path).kind == "folder"
    except Absent:
        return False


def _root(each: Folder, found: Clouds, ledger: Ledger | Why, about: About) -> Root:
    root, sums, volume, now = each.root, each.sums, each.volume, about.now.timestamp()
    cloud = _cloud_sync(each, found)
    doubt = cloud.why if isinstance(cloud, Unknown) else None
    swept = each.sweep is not None and not isinstance(each.covered, Unknown)
    summed = swept or not root.integrity
    protection: Maybe[Protection | None] = None if each.present is False else volume.protection
    return Root(
        label=root.label,
        role=root.role,
        path=root.path,
        present=each.present,
        watched=each.watched,
        complete=each.covered if isinstance(each.covered, Unknown) else each.covered.complete,
        as_of=each.covered if isinstance(each.covered, Unknown) else _moment(each.covered.as_of),
        owner=_owner(each),
        served_by=_served_by(volume, about),
        protection=protection,
        protection_since=_since(about, root.label, protection),
        cloud_sync=cloud,
        placeholders=sums.unread["placeholder"] if swept else _UNREAD,
        files=sums.files if swept else _UNREAD,
        counts=_counts(each) if swept else _UNREAD,
        exposed=account.exposed(sums, each.covered, volume, now, doubt),
        unproven=sums.outcomes["unproven"] if swept else _UNREAD,
        excluded=each.sweep.excluded if each.sweep else _UNREAD,
        unreadable=sums.unreadable + each.sweep.denied if each.sweep else _UNREAD,
        must_be_deidentified=root.must_be_deidentified,
        identified=_identified(each, now),
        secrets=account.secrets(sums, each.covered, volume, now),
        names_exposed=account.names(sums, each.covered, volume, now),
        past_retention=_past_retention(each, ledger, now),
        silently_changed=_silently_changed(each, ledger, now) if summed else _UNREAD,
    )


def _cloud_sync(each: Folder, found: Clouds) -> Maybe[Cloud | Literal["none"]]:
    """Who carries the folder away, or part of it; that of another machine's only it can tell."""
    cloud = found.of(each.root.path)
    if cloud is None and each.volume.is_remote:
        return Unknown(Why.NOT_LOCAL)
    return "none" if cloud is None else cloud


def _identified(each: Folder, now: float) -> Maybe[int]:
    """Read only in folders that must hold no identities."""
    if not each.root.must_be_deidentified:
        return _UNREAD
    return account.identified(each.sums, each.covered, each.volume, now)


def _past_retention(each: Folder, ledger: Ledger | Why, now: float) -> Maybe[int | None]:
    """Files that were last changed longer ago than the practice keeps images.

    Null: the practice set no limit. 0 is only said of a folder that was seen whole.
    """
    if each.root.keep_years is None:
        return None
    if isinstance(ledger, Why):
        return Unknown(ledger)
    old = ledger.older_than(each.root.label, now - each.root.keep_years * _YEAR_SECONDS)
    gap = account.uncovered(each.sums, each.covered, each.volume, now)
    return Unknown(gap) if gap and not old else old


def _silently_changed(each: Folder, ledger: Ledger | Why, now: float) -> Maybe[int | None]:
    """A number above 0 is proof; 0 is said when every file was summed within a round.

    Null: nobody asked for sums of this folder.
    """
    if not each.root.integrity:
        return None
    if isinstance(ledger, Why):
        return Unknown(ledger)
    standing = ledger.sums.standing(each.root.label, now)
    if standing.changed:
        return standing.changed
    if standing.unsummed:
        return _UNREAD
    return Unknown(Why.STALE_SOURCE) if standing.stale else 0


def _mass_change(ledger: Ledger | Why, folders: list[Folder], about: About) -> Maybe[MassChange]:
    """A suspicion stands by itself; that there is none needs every folder to be covered."""
    if isinstance(ledger, Why):
        return Unknown(ledger) if folders else _NO_CHANGE
    now = about.now.timestamp()
    for each in folders:
        ledger.upheavals.weigh(each.root.label, each.sums.files, each.root.batch, now)
    ledger.commit()
    found = ledger.upheavals.all()
    if found is not None:
        return MassChange(
            state="suspected",
            since=datetime.fromtimestamp(found.since, UTC),
            files=next((word for most, word in _FILES if found.files < most), "more"),
            note=found.note,
            expected=found.expected,
        )
    gaps = (account.uncovered(each.sums, each.covered, each.volume, now) for each in folders)
    gap = next((why for why in gaps if why not in (None, Why.NOT_LOCAL)), None)
    return Unknown(gap) if gap else _NO_CHANGE


def _counts(each: Folder) -> Counts:
    verdicts = each.sums.verdicts
    return Counts(
        plaintext=verdicts["plaintext"],
        encrypted=verdicts["encrypted"],
        weak_encrypted=verdicts["weak_encrypted"],
        encrypted_no_secret=verdicts["encrypted_no_secret"],
        partly_encrypted=verdicts["partly_encrypted"],
        unknown=verdicts["unknown"],
        not_content=verdicts["not_content"],
    )


def _owner(each: Folder) -> Maybe[Literal["here", "other_host", "unowned"]]:
    """The machine that hosts the volume owns its files."""
    if each.volume.is_remote is None:
        return each.volume.protection if isinstance(each.volume.protection, Unknown) else _UNREAD
    if not each.volume.is_remote:
        return "here"
    return "other_host" if each.root.audited else "unowned"


def _served_by(volume: Volume, about: About) -> Maybe[str | None]:
    """The host of a share: by its name in the settings if it is visited, else as it is mounted."""
    if volume.is_remote is None:
        return _UNREAD
    if not volume.is_remote:
        return None
    if volume.server is None:
        return Unknown(Why.PARSE_ERROR)
    hosts = {host.address.casefold(): host.name for host in about.settings.hosts}
    return hosts.get(volume.server.casefold(), volume.server)


def _since(about: About, label: str, state: Maybe[Protection | None]) -> Maybe[datetime | None]:
    if state is None or isinstance(state, Unknown):
        return state
    return about.memory.since("imaging", label, state, about.now)


def _coverage(folders: list[Folder], guard: Maybe[Guard], about: About) -> Coverage:
    """All folders in sum: complete if each is, as of the earliest of them."""
    covered = [each.covered for each in folders if each.volume.is_remote is not True]
    unread = next((one for one in covered if isinstance(one, Unknown)), None)
    known = [one for one in covered if not isinstance(one, Unknown)]
    moments = [one.as_of for one in known if one.as_of is not None]
    overflowed = _overflowed(folders, guard, about)
    if unread is not None:
        return Coverage(complete=unread, as_of=unread, overflowed=overflowed)
    return Coverage(
        complete=all(one.complete for one in known),
        as_of=_moment(min(moments)) if moments and len(moments) == len(known) else None,
        overflowed=overflowed,
    )


def _overflowed(folders: list[Folder], guard: Maybe[Guard], about: About) -> Maybe[bool]:
    """Were events lost, and the sweep that mends it is not finished?"""
    if isinstance(guard, Unknown):
        return guard
    said = [guard.of(each.root.label, about.now.timestamp()) for each in folders]
    watched = [one for one in said if one is not None]
    return any(one.dirty for one in watched) if len(watched) == len(folders) else _UNREAD


def _moment(at: float | None) -> datetime | None:
    return None if at is None else datetime.fromtimestamp(at, UTC)
