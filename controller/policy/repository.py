"""What lies in the repository from which machines fetch rules, and how does it change?

    metadata/1.root.json … 5.targets.json 29744130.snapshot.json timestamp.json
    targets/packs/…/<sha256>.1.0.0.json targets/tenants/<clinic>/<sha256>.assignment.json

- `timestamp.json` is written last, by rename: who reads on the way sees the state of before.
- Versions of snapshot and timestamp are at least the minutes since 1970: a controller that was
  restored from a backup is at once ahead of what its machines have seen.
- Files of older targets stay: evidence of years ago names them. Snapshots go but for two.
- One at a time may write: whoever does holds a lock that the system lets go of when it dies.
"""

import hashlib
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from tuf.api.exceptions import RepositoryError
from tuf.api.metadata import Metadata, MetaFile, Root, Snapshot, Targets, Timestamp

from controller.errors import HomeProblem
from controller.identity.home import write_private
from controller.policy.online import Online
from evidence import distribution
from evidence.distribution import LIVES, ROOT, SIGN_AGAIN, SNAPSHOT, TARGETS, TIMESTAMP
from evidence.handover import Handover

_PATIENCE_SECONDS = 30.0
_SNAPSHOT_AGAIN = timedelta(days=15)


@dataclass(frozen=True, slots=True)
class Repository:
    """The repository of one org; `folder` is `<home>/tuf/<org>`."""

    folder: Path

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Be the only one who writes; HomeProblem if somebody else does for half a minute."""
        self.folder.mkdir(parents=True, exist_ok=True)
        file = self.folder / "writing.sqlite"
        with closing(sqlite3.connect(file, timeout=_PATIENCE_SECONDS)) as lock:
            lock.isolation_level = None
            try:
                lock.execute("BEGIN EXCLUSIVE")
            except sqlite3.OperationalError as error:
                raise HomeProblem(
                    f"somebody else is writing to {self.folder}, or it cannot be written to",
                    help="try again in a minute; is the disk full?",
                ) from error
            yield

    @contextmanager
    def aside(self, now: datetime) -> Iterator[None]:
        """Set what lies here aside while something else takes its place; back if that fails."""
        beside = self.folder / f"aside-{now:%Y%m%dT%H%M%S}"
        moved = [one for one in ("metadata", TARGETS) if (self.folder / one).exists()]
        beside.mkdir(parents=True, exist_ok=True)
        for one in moved:
            (self.folder / one).replace(beside / one)
        try:
            yield
        except BaseException:
            for one in moved:
                (beside / one).replace(self.folder / one)
            raise

    @property
    def is_open(self) -> bool:
        """Is there anything for machines to fetch?"""
        return self._metadata(TIMESTAMP, 0).is_file()

    def roots(self) -> dict[int, bytes]:
        """Every root by its version."""
        return {
            version: self._metadata(ROOT, version).read_bytes() for version in self._versions(ROOT)
        }

    def set_aside(self) -> dict[tuple[str, int], bytes]:
        """Roots and targets that counted before the author began anew, by role and version."""
        return {
            (role, int(file.name.partition(".")[0])): file.read_bytes()
            for role in (ROOT, TARGETS)
            for file in self.folder.glob(f"aside-*/metadata/*.{role}.json")
        }

    def root(self) -> Metadata[Root]:
        """The newest root; HomeProblem if there is none."""
        return self._read(ROOT, max(self._versions(ROOT), default=0))

    def timestamp(self) -> Metadata[Timestamp]:
        """What says what is newest."""
        return self._read(TIMESTAMP, 0)

    def snapshot(self) -> Metadata[Snapshot]:
        """The versions of all that is newest."""
        return self._read(SNAPSHOT, self.timestamp().signed.snapshot_meta.version)

    def targets(self) -> Metadata[Targets]:
        """The rules that count now."""
        return self._read(TARGETS, self.snapshot().signed.meta[f"{TARGETS}.json"].version)

    def targets_bytes(self, version: int) -> bytes | None:
        """The metadata of some targets as they were signed; None if they were never here."""
        file = self._metadata(TARGETS, version)
        return file.read_bytes() if file.is_file() else None

    def file(self, target: str) -> bytes | None:
        """The bytes of a target that counts now."""
        info = self.targets().signed.targets.get(target)
        if info is None:
            return None
        name = distribution.target_file(target, info.hashes["sha256"])
        return (self.folder / TARGETS / name).read_bytes()

    def handover(self) -> Handover:
        """What counts now, as an author hands it over."""
        targets = self.targets().signed
        name = distribution.metadata_file(TARGETS, targets.version)
        found = {
            f"metadata/{distribution.metadata_file(ROOT, version)}": data
            for version, data in self.roots().items()
        }
        found[f"metadata/{name}"] = self.targets_bytes(targets.version) or b""
        for target, of in targets.targets.items():
            file = f"{TARGETS}/{distribution.target_file(target, of.hashes['sha256'])}"
            found[file] = (self.folder / file).read_bytes()
        return Handover(found)

    def served(self) -> dict[str, bytes]:
        """Every file that machines may ask for, by its path."""
        return {
            path.relative_to(self.folder).as_posix(): path.read_bytes()
            for kind in ("metadata", TARGETS)
            for path in (self.folder / kind).rglob("*.json")
        }

    def write(self, files: Mapping[str, bytes]) -> None:
        """Add files; targets before metadata, roots after what they let in, timestamp last."""
        for name in sorted(files, key=_order):
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            write_private(path, files[name])
        self._sweep()

    def _sweep(self) -> None:
        for version in self._versions(SNAPSHOT)[:-2]:
            self._metadata(SNAPSHOT, version).unlink()

    def _versions(self, role: str) -> list[int]:
        found = (self.folder / "metadata").glob(f"*.{role}.json")
        return sorted(int(file.name.partition(".")[0]) for file in found)

    def _metadata(self, role: str, version: int) -> Path:
        return self.folder / "metadata" / distribution.metadata_file(role, version)

    def _read(self, role: str, version: int) -> Metadata:  # type: ignore[type-arg]
        file = self._metadata(role, version)
        try:
            return Metadata.from_bytes(file.read_bytes())
        except (OSError, RepositoryError) as error:
            raise HomeProblem(
                f"{file} is missing or damaged",
                help="publish the author's newest file again: `dentinel-controller packs publish`",
            ) from error


@dataclass(frozen=True, slots=True)
class Newest:
    """What is to be said to be newest: by which root, which targets, and after what."""

    root: Root
    targets: Targets
    roles: Mapping[str, int]
    """The versions of the roles of clinics that keep an author of their own."""
    before: int
    """The highest version of snapshot and timestamp so far; 0 if their keys are new."""


def said(newest: Newest, online: Online, now: datetime) -> dict[str, bytes]:
    """A new snapshot and timestamp, signed."""
    version = max(newest.before + 1, int(now.timestamp()) // 60)
    meta = {f"{TARGETS}.json": MetaFile(newest.targets.version)}
    meta |= {f"{role}.json": MetaFile(held) for role, held in newest.roles.items()}
    snapshot = Snapshot(version=version, expires=_end(SNAPSHOT, now), meta=meta)
    data = online.sign(newest.root, snapshot)
    return {
        f"metadata/{distribution.metadata_file(SNAPSHOT, version)}": data,
        **stamped(newest.root, online, (version, version, data), now),
    }


def stamped(
    root: Root, online: Online, of: tuple[int, int, bytes], now: datetime
) -> dict[str, bytes]:
    """A new timestamp alone: its version, and version and bytes of the snapshot that it names."""
    version, snapshot, data = of
    meta = MetaFile(snapshot, len(data), {"sha256": hashlib.sha256(data).hexdigest()})
    made = Timestamp(version=version, expires=_end(TIMESTAMP, now), snapshot_meta=meta)
    return {f"metadata/{TIMESTAMP}.json": online.sign(root, made)}


def refreshed(held: Repository, online: Online, now: datetime) -> dict[str, bytes]:
    """What to write so that it stays known to be newest; nothing if it was signed just now."""
    stamp, snapshot, root = held.timestamp().signed, held.snapshot().signed, held.root().signed
    if stamp.expires - LIVES[TIMESTAMP] > now - SIGN_AGAIN + timedelta(minutes=5):
        return {}
    if snapshot.expires - now < _SNAPSHOT_AGAIN:
        roles = {
            name.removesuffix(".json"): of.version
            for name, of in snapshot.meta.items()
            if name != f"{TARGETS}.json"
        }
        before = max(stamp.version, snapshot.version)
        return said(Newest(root, held.targets().signed, roles, before), online, now)
    version = max(stamp.version + 1, int(now.timestamp()) // 60)
    data = held.served()[f"metadata/{distribution.metadata_file(SNAPSHOT, snapshot.version)}"]
    return stamped(root, online, (version, snapshot.version, data), now)


def newest_root(folder: Path) -> bytes | None:
    """The newest root of a repository, for a welcome document; None if nothing is published."""
    roots = Repository(folder).roots()
    return roots[max(roots)] if roots else None


def _order(name: str) -> tuple[int, str]:
    kind, _, file = name.partition("/")
    if kind == TARGETS:
        return 0, name
    role = file.removesuffix(".json").rpartition(".")[2]
    return {TARGETS: 1, SNAPSHOT: 3, ROOT: 4, TIMESTAMP: 5}.get(role, 2), name.zfill(80)


def _end(role: str, now: datetime) -> datetime:
    return (now + LIVES[role]).replace(microsecond=0)
