"""What do the files of one imaging folder add up to?

Pure: from the ledger's tally, what shelters each file system, and the coverage. A number of
exposed files above 0 is proof whatever else is missing; 0 is only said when every file was judged
and none is unproven.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import cast

from agent.imaging.coverage import Coverage
from agent.imaging.ledger import Tally
from agent.imaging.roots import Root
from agent.imaging.shelter import Outcome, Shelter, outcome
from agent.imaging.volumes import Volume
from rules.facts.base import Maybe, Unknown, Why
from rules.facts.imaging import FileVerdict

FRESH_SECONDS = 2 * 86400.0
"""A folder is swept daily: a statement older than two days is no statement any more."""

_UNREAD: Mapping[str, Why] = {
    "denied": Why.ACCESS_DENIED,
    "locked": Why.LOCKED,
    "error": Why.API_ERROR,
    "placeholder": Why.NOT_LOCAL,
}
_IDENTIFIED = ("identified", "deid_contradicted")


@dataclass(frozen=True, slots=True)
class Account:
    """The sums of one folder."""

    files: int
    verdicts: Counter[str]
    outcomes: Counter[str]
    unread: Counter[str]
    secrets: int
    names_exposed: int
    identified: int
    unidentified: int

    @property
    def unreadable(self) -> int:
        """Files that were there and could not be read."""
        return self.unread.total()


def account(root: Root, tallies: Iterable[Tally], shelters: Mapping[int, Shelter]) -> Account:
    """Add up a folder; a file system that was not looked at shelters nothing provably."""
    rows = [(row, _outcome(root, row, shelters)) for row in tallies]
    files = [row for row, _ in rows]
    return Account(
        files=sum(row.files for row in files),
        verdicts=_summed(files, lambda row: row.verdict),
        outcomes=_outcomes(rows),
        unread=_summed((row for row in files if row.reason in _UNREAD), lambda row: row.reason),
        secrets=sum(row.files for row in files if row.reason == "secret_key"),
        names_exposed=sum(row.names_exposed for row in files),
        identified=sum(row.files for row in files if row.identity in _IDENTIFIED),
        unidentified=sum(row.files for row in files if row.identity == "unknown"),
    )


def exposed(
    root: Account, covered: Maybe[Coverage], volume: Volume, now: float, doubt: Why | None = None
) -> Maybe[int]:
    """How many files are exposed, or why that cannot be said.

    `doubt`: why a client may carry the folder away, so that its volume would protect nothing.
    """
    if root.outcomes["exposed"]:
        return root.outcomes["exposed"]
    gap = uncovered(root, covered, volume, now)
    if gap is not None:
        return Unknown(gap)
    if not root.outcomes["unproven"]:
        by_volume = root.outcomes["safe"] - root.verdicts["encrypted"]
        return Unknown(doubt) if doubt is not None and by_volume else 0
    if isinstance(volume.protection, Unknown) and root.verdicts["unknown"] == 0:
        return volume.protection  # all is unproven only because the volume was not read
    return Unknown(Why.UNRECOGNISED)


def identified(root: Account, covered: Maybe[Coverage], volume: Volume, now: float) -> Maybe[int]:
    """How many files say whose picture they are, or why that cannot be said."""
    unclear = root.unidentified + root.verdicts["unknown"]
    return _counted(root.identified, unclear, uncovered(root, covered, volume, now))


def secrets(root: Account, covered: Maybe[Coverage], volume: Volume, now: float) -> Maybe[int]:
    """How many files are secret keys, or why that cannot be said.

    What the bytes do not prove may be a key too: 0 is said where every file is recognised.
    """
    return _counted(root.secrets, root.verdicts["unknown"], uncovered(root, covered, volume, now))


def names(root: Account, covered: Maybe[Coverage], volume: Volume, now: float) -> Maybe[int]:
    """How many containers and mails show names, or why that cannot be said.

    What nobody recognises may show some too.
    """
    unclear = root.verdicts["unknown"]
    return _counted(root.names_exposed, unclear, uncovered(root, covered, volume, now))


def uncovered(root: Account, covered: Maybe[Coverage], volume: Volume, now: float) -> Why | None:
    """Why it cannot be said that every file was judged; None if it can."""
    if volume.is_remote:
        return Why.NOT_LOCAL
    if volume.protection == "locked":
        return Why.LOCKED
    if isinstance(covered, Unknown):
        return covered.why
    if covered.as_of is None:
        return Why.NOT_COLLECTED
    if root.unread:
        return _UNREAD[next(iter(root.unread))]
    if not covered.complete:
        return Why.ACCESS_DENIED
    return Why.STALE_SOURCE if now - covered.as_of > FRESH_SECONDS else None


def _counted(found: int, unclear: int, gap: Why | None) -> Maybe[int]:
    """One file is proof whatever is missing; none is said of a whole and clear look alone."""
    if found:
        return found
    if gap is not None:
        return Unknown(gap)
    return Unknown(Why.UNRECOGNISED) if unclear else 0


def _outcome(root: Root, row: Tally, shelters: Mapping[int, Shelter]) -> Outcome:
    shelter = shelters.get(row.device, Shelter())
    role = "outbox" if row.in_part else root.role
    return outcome(cast("FileVerdict", row.verdict), role, shelter)


def _outcomes(rows: Iterable[tuple[Tally, Outcome]]) -> Counter[str]:
    sums: Counter[str] = Counter()
    for row, means in rows:
        sums[means] += row.files
    return sums


def _summed(rows: Iterable[Tally], key: Callable[[Tally], str]) -> Counter[str]:
    sums: Counter[str] = Counter()
    for row in rows:
        sums[key(row)] += row.files
    return sums
