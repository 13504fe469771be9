"""What is known of one imaging folder now?

Brings together what the ledger has counted, what shelters each file system, and what the guard
says of the stream of events. When a volume has changed since the last look, findings open and
close here: no file has to be opened for that.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from agent.imaging import account, coverage, shelter
from agent.imaging.account import Account
from agent.imaging.coverage import Coverage, Guard
from agent.imaging.findings import Place
from agent.imaging.ledger import Ledger, Tally
from agent.imaging.roots import Root
from agent.imaging.sweeps import Site, Sweep
from agent.imaging.volumes import Volume, Volumes
from rules.facts.base import Maybe, Unknown, Why


@dataclass(frozen=True, slots=True)
class Folder:
    """One imaging folder; `by_device` are the volumes of the file systems in it."""

    root: Root
    volume: Volume
    present: Maybe[bool]
    watched: Maybe[bool]
    sums: Account
    sweep: Sweep | None
    covered: Maybe[Coverage]
    by_device: dict[int, Volume]


@dataclass(frozen=True, slots=True)
class Sources:
    """Where an answer comes from; the ledger or the guard's word may be unread."""

    ledger: Ledger | Why
    volumes: Volumes
    guard: Maybe[Guard]
    now: float


def folder(root: Root, present: Maybe[bool], sources: Sources) -> Folder:
    """Everything about one folder; `present`: is it there?"""
    volume = sources.volumes.of(root)
    watched = _watched(root, sources)
    ledger = sources.ledger
    if isinstance(ledger, Why):
        sums = account.account(root, (), {})
        return Folder(root, volume, present, watched, sums, None, Unknown(ledger), {})
    tallies = tuple(ledger.tally(root.label))
    by_device = _sheltered(ledger, root, sources.volumes, tallies)
    shelters = {device: volume.shelter for device, volume in by_device.items()}
    sums = account.account(root, tallies, shelters)
    sweep = ledger.sweeps.last(root.label)
    covered = _covered(_of_now(sweep, root), sums, present, root, sources)
    return Folder(root, volume, present, watched, sums, sweep, covered, by_device)


def _of_now(sweep: Sweep | None, root: Root) -> Sweep | None:
    """The sweep, unless other parts are carried away now than when it was made."""
    return sweep if sweep is not None and sweep.parts == root.mark else None


def _covered(
    sweep: Sweep | None, sums: Account, present: Maybe[bool], root: Root, sources: Sources
) -> Maybe[Coverage]:
    if present is not True:
        return present if isinstance(present, Unknown) else Unknown(Why.NOT_COLLECTED)
    guard = Guard() if isinstance(sources.guard, Unknown) else sources.guard
    return coverage.coverage(sweep, guard, root.label, sums.unreadable, sources.now)


def _watched(root: Root, sources: Sources) -> Maybe[bool]:
    if isinstance(sources.guard, Unknown):
        return sources.guard
    said = sources.guard.of(root.label, sources.now)
    return said is not None and said.watched


def _sheltered(
    ledger: Ledger, root: Root, volumes: Volumes, tallies: Collection[Tally]
) -> dict[int, Volume]:
    """The volumes under a root's files; where one has changed, so have the findings on it.

    They are also put right where they are not as many as the files that they are about: `inspect`
    may have judged by a volume as it was before.
    """
    by_device = {}
    for site in ledger.sweeps.sites(root.label):
        volume = by_device[site.device] = volumes.under(_path(site))
        words = shelter.words(root.role, volume.shelter)
        stale = words != site.shelter
        if stale:
            ledger.sweeps.note(root.label, Site(site.device, site.folder, words))
        for in_part in {False, *(row.in_part for row in tallies if row.device == site.device)}:
            place = Place(root.label, site.device, in_part)
            verdicts = shelter.findings("outbox" if in_part else root.role, volume.shelter)
            if stale or ledger.findings.open_on(place) != _files(tallies, place, verdicts):
                ledger.shelter(place, verdicts)
    ledger.commit()
    return by_device


def _files(tallies: Iterable[Tally], place: Place, verdicts: Iterable[str]) -> int:
    there = (row for row in tallies if (row.device, row.in_part) == (place.device, place.in_part))
    return sum(row.files for row in there if row.verdict in verdicts)


def _path(site: Site) -> str:
    return site.folder.decode(errors="surrogateescape")
