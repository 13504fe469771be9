"""Which of the rules that were fetched may this machine be judged by?

The part with privilege and without a network. Nothing that was fetched is believed: the same
client as in agent.packs.fetch asks `packs/incoming` as if it were a repository, with metadata of
its own. Then: is this the assignment of this very clinic, no older than the one in force; is each
pack the one that was assigned, sound, and within its limits; does the tailoring fit.

- All or nothing: what is refused leaves the rules of before in force, and is said, as
  `pack_rejected`. What does not fit together while a fetch is under way, or because one was cut
  short, is not refused but waited for. Who has taken over the fetcher can so keep a refusal to
  himself; he can put nothing in force, and after three days the rules are `stale`.
- Rules are written first and the record of what is in force last, by one rename.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from tuf.api.exceptions import DownloadHTTPError
from tuf.ngclient.fetcher import FetcherInterface

from agent import paths
from agent.errors import HomeError, PacksRefused, PacksUnreached
from agent.host import files
from agent.host.base import HostError
from agent.identity.machine import Identity
from agent.packs import client, store
from agent.packs.client import Client, Repository
from agent.packs.record import InForce, News, Record
from agent.packs.sound import sound
from agent.paths import Home
from evidence import distribution
from evidence.bodies import PackRef
from evidence.distribution import Assignment, Metadata
from evidence.errors import EvidenceError

_MOST = max(distribution.MOST_BYTES.values()) + distribution.ASSIGNMENT_BYTES
_UPDATE = "update the agent, or have the rules signed anew for this release"
_NOT_OURS = "nothing was taken; ask who signs the rules, and who runs the controller"
_HALF = (
    "the rules are being fetched, or were not fetched to the end",
    "nothing: they are fetched again, and those of before stay in force",
)


class Incoming(FetcherInterface):
    """What was fetched, as python-tuf asks for files: by the names that a repository has."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def _fetch(self, url: str) -> Iterator[bytes]:
        try:
            return iter((files.read(str(self._place(url)), _MOST),))
        except FileNotFoundError as error:
            raise DownloadHTTPError(f"{url} was not fetched", 404) from error
        except HostError as error:
            raise OSError(error.detail) from error

    def _place(self, url: str) -> Path:
        """The file of a name: python-tuf keeps metadata by its role, and roots by their version."""
        if not distribution.is_served(url):
            raise FileNotFoundError(url)
        kind, _, name = url.partition("/")
        if kind == "targets":
            return store.targets(self._folder) / name
        role = name.removesuffix(".json").rpartition(".")[2]
        if role == distribution.ROOT:
            return store.root(self._folder, name)
        return store.newest(self._folder, role)


@dataclass(frozen=True, slots=True)
class Found:
    """What is signed for this clinic: its assignment, and all the files by their SHA-256."""

    assignment: Assignment
    sha256: str
    files: dict[str, bytes]


def install(identity: Identity, now: datetime) -> Record:
    """Put the newest rules in force, and return the record; the record says what came of it.

    PacksExpired or PacksUnreached if nothing newer can be told, HomeError; PacksRefused after the
    refusal has been recorded.
    """
    home = identity.home
    before, seen = recorded(home), store.fetch_seen(home)
    try:
        record = _Installation(identity, before, now).run()
    except PacksRefused as refused:
        if _was_half(seen, store.fetch_seen(home)):
            raise PacksUnreached(*_HALF) from refused
        news = News(event="pack_rejected", code=refused.reason, of=refused.of, serial=0)
        replace(before, news=news).save(home)
        raise
    record.save(home)
    _forget(home.kept, _named(home.kept, record))
    return record


def _was_half(before: tuple[bool, int | None], after: tuple[bool, int | None]) -> bool:
    """Did somebody fetch meanwhile, or stop in the middle of it?"""
    return before[0] or after[0] or before != after


def recorded(home: Home) -> Record:
    """What is in force; an empty record in place of a damaged one, so that it is made anew."""
    try:
        return Record.load(home)
    except HomeError:
        return Record()


@dataclass(frozen=True, slots=True)
class _Installation:
    identity: Identity
    before: Record
    now: datetime

    def run(self) -> Record:
        home, clinic = self.identity.home, self.identity.clinic
        root = client.bootstrap(self.identity)
        fetched = Repository.below("")
        asked = Client(store.metadata(home.checked), fetched, Incoming(home.incoming), root)
        asked.refresh()
        self._require_no_older_root()
        folder = store.targets(home.checked)
        target = distribution.assignment_target(clinic)
        assigned = asked.bring(target, distribution.ASSIGNMENT_BYTES, folder)
        if assigned is None:
            raise PacksUnreached(
                "no rules are assigned to this machine's clinic yet",
                "its own stay in force until somebody signs an assignment for it",
            )
        found = self._found(asked, assigned.read_bytes(), folder)
        _forget(folder, set())
        for digest, data in found.files.items():
            paths.write(home.kept / digest, data)
        return self._record(found, _digest(root))

    def _found(self, asked: Client, data: bytes, folder: Path) -> Found:
        digest = _digest(data)
        try:
            assignment = self._ours(Assignment.from_bytes(data), digest)
            kept = {digest: data}
            for target, sha256, most in client.wanted(self.identity.clinic, assignment):
                file = asked.bring(target, most, folder)
                kept[sha256] = _assigned(target, sha256, file)
            sound(assignment, kept)
        except EvidenceError as error:
            said = f"the assignment cannot be read ({error})"
            raise PacksRefused(said, _UPDATE, of=digest) from error
        except PacksRefused as refused:
            raise PacksRefused(refused.message, refused.advice, refused.reason, digest) from refused
        return Found(assignment, digest, kept)

    def _require_no_older_root(self) -> None:
        """What a key signs that a newer root ended counts no more, also if `checked` was lost."""
        known = self._known()
        found = _head(store.newest(self.identity.home.checked, distribution.ROOT)).version
        if known is not None and found < known.root:
            said = f"root {found} of the rules was shown, and root {known.root} is in force"
            raise PacksRefused(said, _NOT_OURS)

    def _known(self) -> InForce | None:
        """The rules in force, if they hang on the root that this machine was given."""
        known = self.before.rules
        is_same = known and known.bootstrap == _digest(client.bootstrap(self.identity))
        return known if is_same else None

    def _ours(self, assignment: Assignment, digest: str) -> Assignment:
        ours = self.identity.org, self.identity.clinic
        if (assignment.org, assignment.clinic) != ours:
            raise PacksRefused("the assignment is of another org or clinic", _NOT_OURS)
        known = self._known()
        if known is None or (known.org, known.clinic) != ours:
            return assignment
        is_other = assignment.serial == known.serial and digest != known.assignment
        if assignment.serial < known.serial or is_other:
            raise PacksRefused(
                f"the assignment has number {assignment.serial}, and {known.serial} is in force",
                _NOT_OURS,
            )
        return assignment

    def _record(self, found: Found, bootstrap: str) -> Record:
        checked = self.identity.home.checked
        heads = {role: _head(store.newest(checked, role)) for role in distribution.LIVES}
        theirs = store.newest(checked, distribution.clinic_role(self.identity.clinic))
        signed = [heads[distribution.ROOT], heads[distribution.TARGETS]]
        signed += [_head(theirs)] if theirs.exists() else []
        rules = InForce(
            bootstrap=bootstrap,
            org=found.assignment.org,
            clinic=found.assignment.clinic,
            serial=found.assignment.serial,
            assignment=found.sha256,
            patrol_s=int(found.assignment.every.total_seconds()),
            packs=tuple(
                PackRef(pack=one.pack, version=one.version, sha256=one.sha256)
                for one in found.assignment.packs
            ),
            root=heads[distribution.ROOT].version,
            targets=heads[distribution.TARGETS].version,
            timestamp=heads[distribution.TIMESTAMP].version,
            refreshed_at=self._refreshed_at(heads[distribution.TIMESTAMP]),
            expires_at=min(head.expires for head in signed),
            newest_until=min(
                heads[distribution.SNAPSHOT].expires, heads[distribution.TIMESTAMP].expires
            ),
        )
        return replace(self.before, rules=rules, news=self._news(rules))

    def _refreshed_at(self, timestamp: Metadata) -> datetime:
        """Now, unless it is the same timestamp as before: who freezes one makes nothing fresh."""
        known = self._known()
        is_same = known is not None and known.timestamp == timestamp.version
        return known.refreshed_at if known is not None and is_same else self.now

    def _news(self, rules: InForce) -> News | None:
        known = self.before.rules
        is_refused = self.before.news is not None and self.before.news.event == "pack_rejected"
        if known is not None and known.assignment == rules.assignment and not is_refused:
            return self.before.news
        return News(event="pack_installed", code=None, of=rules.assignment, serial=rules.serial)


def _assigned(target: str, sha256: str, file: Path | None) -> bytes:
    if file is None:
        raise PacksRefused(f"{target} is assigned, and nobody has signed for it", _NOT_OURS)
    data = file.read_bytes()
    if _digest(data) != sha256:
        raise PacksRefused(f"{target} is signed for with other bytes than assigned", _NOT_OURS)
    return data


def _head(file: Path) -> Metadata:
    return Metadata.from_bytes(file.read_bytes())


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _named(kept: Path, record: Record) -> set[Path]:
    """The files that the record needs."""
    if record.rules is None:
        return set()
    names = {record.rules.assignment, *(one.sha256 for one in record.rules.packs)}
    assignment = Assignment.from_bytes((kept / record.rules.assignment).read_bytes())
    if assignment.tailoring is not None:
        names.add(assignment.tailoring.sha256)
    return {kept / name for name in names}


def _forget(folder: Path, files: set[Path]) -> None:
    for file in folder.rglob("*"):
        if file.is_file() and file not in files:
            file.unlink()
