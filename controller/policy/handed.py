"""May what an author handed over be published? Asked as a machine asks, before anything is served.

The very client that machines run looks at the repository as it would be: the root known here, each
one after it, snapshot and timestamp by our keys, targets, and every target by its hash. Then what
no client knows: versions and serials that may not go down, clinics that must be of this org, and
packs and tailorings that machines must be able to read.
"""

import hashlib
import logging
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import unquote, urlsplit
from uuid import UUID

from tuf.api.exceptions import (
    DownloadError,
    DownloadHTTPError,
    ExpiredMetadataError,
    RepositoryError,
)
from tuf.api.metadata import Metadata, Root, Targets
from tuf.ngclient import FetcherInterface, Updater, UpdaterConfig

from controller.errors import Refusal
from controller.identity.secrets import Keys
from controller.policy import assigned
from controller.policy.online import named_by
from controller.policy.repository import Newest, Repository, said
from evidence import distribution
from evidence.distribution import MOST_BYTES, ROOT, SNAPSHOT, TARGETS, TIMESTAMP, Assignment
from evidence.handover import Handover
from rules.compiled.rule import Pack

_SIGN_AGAIN = "the author signs again and hands over a new file: `dentinel pack sign`, `publish`"


@dataclass(frozen=True, slots=True)
class Place:
    """Whose repository it is: the org, its clinics, the controller's keys, and what lies there."""

    org: UUID
    clinics: Mapping[UUID, str]
    keys: Keys
    held: Repository


@dataclass(frozen=True, slots=True)
class Accepted:
    """What is to be published: every file, and what it says."""

    files: Mapping[str, bytes]
    root: Root
    targets: Targets
    targets_sha256: str
    packs: tuple[tuple[Pack, bytes], ...]
    assignments: tuple[Assignment, ...]


def accept(handed: Handover, place: Place, now: datetime) -> Accepted:
    """Check all of it; Refusal says what does not hold."""
    root, targets = _read(handed)
    online = named_by(root, place.keys, place.org)
    before = 0
    if place.held.is_open:
        _require_no_step_back(handed, place.held, targets)
        is_same = _online_ids(root) == _online_ids(place.held.root().signed)
        before = place.held.timestamp().signed.version if is_same else 0
    else:
        _require_new_numbers(handed, place.held)
    newest = Newest(root, targets, _roles(handed), before)
    files = {**_unwritten(handed, place.held), **said(newest, online, now)}
    contents = _as_a_machine(handed, {**place.held.served(), **files}, place.held)
    assignments = tuple(assigned.read(contents))
    for one in assignments:
        assigned.require_own(one, place.org, place.clinics)
        assigned.require_whole(one, contents)
        name = distribution.assignment_target(one.clinic)
        assigned.require_no_older(one, place.held.file(name) if place.held.is_open else None)
    packs = tuple(assigned.packs(contents))
    digest = hashlib.sha256(handed.targets[1]).hexdigest()
    return Accepted(files, root, targets, digest, packs, assignments)


def _read(handed: Handover) -> tuple[Root, Targets]:
    version, data = handed.targets
    try:
        root = Metadata[Root].from_bytes(list(handed.roots.values())[-1]).signed
        targets = Metadata[Targets].from_bytes(data).signed
    except RepositoryError as error:
        raise Refusal("its root or targets are damaged", help=_SIGN_AGAIN) from error
    if (root.type, targets.type, targets.version) != (ROOT, TARGETS, version):
        raise Refusal("its root or targets are other than they are named", help=_SIGN_AGAIN)
    return root, targets


def _require_no_step_back(handed: Handover, held: Repository, targets: Targets) -> None:
    for version, data in held.roots().items():
        theirs = handed.roots.get(version)
        if theirs is None or not _same_root(theirs, data):
            raise Refusal(
                f"root {version} is missing, or is another than the published one",
                help="if the old roots are lost for good, begin anew: `packs publish "
                "--anew`; then every machine must join again",
            )
    published = held.targets().signed.version
    if targets.version < published:
        raise Refusal(
            f"targets {targets.version} are older than {published}, which is published",
            help="bring the author's folder up to date first: `dentinel-controller packs show -o "
            "FILE`, then `dentinel pack take FILE`",
        )
    same = held.targets_bytes(targets.version)
    if same is not None and same != handed.targets[1]:
        raise Refusal(
            f"other targets {targets.version} are published already",
            help="two authors signed at once: take the published ones, then sign again",
        )


def _require_new_numbers(handed: Handover, held: Repository) -> None:
    """Whoever begins anew goes on counting: reports name roots and targets by number alone."""
    before = held.set_aside()
    first, last = min(handed.roots), max((n for kind, n in before if kind == ROOT), default=0)
    numbered = [(ROOT, *one) for one in handed.roots.items()] + [(TARGETS, *handed.targets)]
    taken = [(kind, n) for kind, n, data in numbered if before.get((kind, n), data) != data]
    if taken or first > last + 1:
        kind, number = taken[0] if taken else (ROOT, first)
        raise Refusal(
            f"{kind} {number} is the number of another that was published before"
            if taken
            else f"{kind} {number} does not follow {last}, the last that was published",
            help="begin with the numbers of today: `dentinel-controller packs online-keys`, then "
            "`dentinel pack keys --new` with that file",
        )


def _same_root(one: bytes, other: bytes) -> bool:
    """The same but for signatures, which more people may have added since."""
    try:
        return Metadata.from_bytes(one).signed == Metadata.from_bytes(other).signed
    except RepositoryError:
        return False


def _unwritten(handed: Handover, held: Repository) -> dict[str, bytes]:
    """The author's files that are not there yet: what is published is never written over."""
    there = held.served()
    return {name: data for name, data in handed.files.items() if name not in there}


def _online_ids(root: Root) -> list[list[str]]:
    return [sorted(root.roles[role].keyids) for role in (SNAPSHOT, TIMESTAMP)]


def _roles(handed: Handover) -> dict[str, int]:
    """Metadata of clinics' own authors in the file: the newest version of each."""
    found: dict[str, int] = {}
    for name in handed.files:
        file = name.removeprefix("metadata/")
        version, _, role = file.removesuffix(".json").partition(".")
        if file != name and role not in (ROOT, TARGETS):
            found[role] = max(found.get(role, 0), int(version))
    return found


class _Files(FetcherInterface):
    """The repository as it would be, without a network."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        super().__init__()
        self._files = files

    def _fetch(self, url: str) -> Iterator[bytes]:
        data = self._files.get(unquote(urlsplit(url).path).lstrip("/"))
        if data is None:
            raise DownloadHTTPError("there is no such file", 404)
        return iter([data])


def _as_a_machine(
    handed: Handover, files: Mapping[str, bytes], held: Repository
) -> dict[str, bytes]:
    """Every target that the client fetches and verifies, by name; Refusal for one it does not."""
    logging.getLogger("tuf").setLevel(logging.CRITICAL)
    known = held.roots()
    pinned = known[min(known)] if known else handed.roots[min(handed.roots)]
    with tempfile.TemporaryDirectory(prefix="dentinel-") as folder:
        try:
            return dict(_fetched(_Files(files), Path(folder), pinned, handed))
        except ExpiredMetadataError as error:
            raise Refusal(
                f"a machine would refuse it as expired: {error}", help=_SIGN_AGAIN
            ) from error
        except (RepositoryError, DownloadError) as error:
            said = f"a machine would refuse it ({type(error).__name__}): {error}"
            raise Refusal(said, help=_SIGN_AGAIN) from error


def _fetched(
    fetcher: FetcherInterface, folder: Path, pinned: bytes, handed: Handover
) -> Iterator[tuple[str, bytes]]:
    client = Updater(
        str(folder / "metadata"),
        "https://here/metadata/",
        str(folder),
        "https://here/targets/",
        fetcher,
        _CONFIG,
        bootstrap=pinned,
    )
    client.refresh()
    targets = Metadata[Targets].from_bytes(handed.targets[1]).signed
    for name in targets.targets:
        info = client.get_targetinfo(name)
        if info is None:
            raise Refusal(f"a machine would not find {name}", help=_SIGN_AGAIN)
        yield name, Path(client.download_target(info, str(folder / "target"))).read_bytes()


_CONFIG = UpdaterConfig(
    max_root_rotations=distribution.ROOT_ROTATIONS,
    max_delegations=distribution.DELEGATIONS,
    root_max_length=MOST_BYTES[ROOT],
    timestamp_max_length=MOST_BYTES[TIMESTAMP],
    snapshot_max_length=MOST_BYTES[SNAPSHOT],
    targets_max_length=MOST_BYTES[TARGETS],
)
