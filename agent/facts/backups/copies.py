"""What do copies say that were declared, or found where they lie? The same on every system.

- A copy on the file system that holds the images is none: one disk takes both. So is a snapshot.
- A disk that is away keeps what was last seen of it.
- Of another machine nothing is read here; of what the practice declares its word is taken.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, time
from pathlib import PurePosixPath
from typing import Literal

from agent.facts.backups import borg, folder, restic, store
from agent.facts.backups.history import History
from agent.facts.backups.store import Store
from agent.facts.base import About
from agent.host.base import Absent, Host, HostError
from agent.imaging.roots import Roots
from agent.imaging.volumes import Volume, Volumes
from agent.readers.errors import ParseError
from agent.settings import BackupSetting, RootSetting, Settings
from rules.facts.backups import Copy
from rules.facts.base import Maybe, Unknown, Why

_UNREAD = Unknown(Why.NOT_COLLECTED)
_SNAPSHOTS = frozenset({".zfs", ".snapshots", ".snapshot"})
"""Folders in which a file system shows its own past (ZFS, snapper, filers)."""


def declared(look: "Look") -> list[Copy]:
    """What the settings name: each [[backup]], and imaging folders that are copies."""
    settings = look.about.settings
    look.history.retain(
        {one.name for one in settings.backups} | {one.label for one in folders(settings)}
    )
    copies = [look.declared(one) for one in settings.backups]
    return copies + [look.at(one.path.as_posix(), one.label) for one in folders(settings)]


def places(settings: Settings) -> list[str]:
    """Where the copies lie that the settings name."""
    named = [one.path.as_posix() for one in settings.backups if one.path]
    return named + [one.path.as_posix() for one in folders(settings)]


def folders(settings: Settings) -> tuple[RootSetting, ...]:
    """Imaging folders that are copies, and that no [[backup]] speaks of."""
    places = {one.path for one in settings.backups}
    names = {one.name for one in settings.backups}
    found = (root for root in settings.roots if root.role == "backup")
    return tuple(one for one in found if one.path not in places and one.label not in names)


def restored(about: About) -> Maybe[datetime | None]:
    """The last day on which somebody says that he brought a file back."""
    days = [one.restored for one in about.settings.backups if one.restored]
    if not days:
        return _UNREAD
    last = datetime.combine(max(days), time(), UTC)
    return last if last <= about.now else Unknown(Why.CONFLICT)


class Look:
    """One look at the copies of a machine."""

    def __init__(self, host: Host, about: About) -> None:
        self.host = host
        self.about = about
        self.history = History(about.memory, about.now)
        self._volumes = Volumes(host, Roots.of(about.settings))

    def declared(self, said: BackupSetting) -> Copy:
        """A copy of the settings: what its files say, and for the rest the practice's word."""
        path = said.path and said.path.as_posix()
        volume = self._volumes.under(path) if path else None
        here = self._declared(path, volume, said) if path else store.unread(Why.NOT_LOCAL)
        seen, encrypted = self._remembered(said.name, here, said, volume)
        return Copy(
            name=said.name,
            product=said.by if said.by and seen.product == "folder" else seen.product,
            destination=said.destination,
            last_success=seen.last,
            ok=seen.ok,
            encrypted=encrypted,
            offsite=said.offsite,
            immutable=said.immutable,
            covers_images=said.images,
            covers_database=said.database,
            shrunk=self.history.shrunk(said.name, seen.amount),
        )

    def at(self, path: str, label: str | None = None) -> Copy:
        """A folder of copies that the settings name, or a repository that nobody declared.

        What a repository holds, only its owner knows.
        """
        volume = self._volumes.under(path)
        name = label or self.about.memory.number("found", path)
        seen, encrypted = self._remembered(name, self._there(path, volume), None, volume)
        return Copy(
            name=name,
            product=seen.product,
            destination=_medium(volume),
            last_success=seen.last,
            ok=seen.ok,
            encrypted=encrypted,
            offsite=False,
            immutable=False,
            covers_images=_UNREAD if label is None else True,
            covers_database=_UNREAD,
            shrunk=self.history.shrunk(name, seen.amount),
        )

    def _remembered(
        self, name: str, here: Store | None, said: BackupSetting | None, volume: Volume | None
    ) -> tuple[Store, Maybe[bool]]:
        """What is seen now, or was when it was last here; and whether that is encrypted."""
        word = said.encrypted if said else None
        if here is not None:
            encrypted = _encrypted(here, volume, word=word)
            self.history.keep(name, here, encrypted=encrypted)
            return here, encrypted
        before = self.history.of(name) or store.unread(Why.NOT_COLLECTED)
        return before, _encrypted(before, None, word=word)

    def _declared(self, path: str, volume: Volume | None, said: BackupSetting) -> Store | None:
        """What lies at a declared path; None if the medium is away."""
        if said.destination == "usb" and volume and volume.is_removable is False:
            return None  # the folder on which it is mounted when it is here
        seen = self._there(path, volume)
        if seen is None or said.destination == "local":
            return seen
        return None if (seen.product, seen.last) == ("folder", None) else seen

    def _there(self, path: str, volume: Volume | None) -> Store | None:
        """What lies at a path; None if it is proven not to be there."""
        try:
            names = {one.name for one in self.host.list(path, limit=1 << 20)}
            seen = _kind(names)(self.host, path, self.about.now)
        except Absent:
            return None
        except HostError as error:
            return store.unread(error.why)
        except ParseError:
            return store.unread(Why.PARSE_ERROR)
        return replace(seen, ok=_is_apart(path, volume, seen.ok))


def _kind(names: set[str]) -> Callable[[Host, str, datetime], Store]:
    """Who knows a folder with these names in it."""
    if restic.is_one(names):
        return restic.look
    return borg.look if borg.is_one(names) else folder.look


def _medium(volume: Volume) -> Maybe[Literal["local", "usb", "share"]]:
    """On what a folder lies; unknown if its volume could not be read."""
    if volume.is_remote:
        return "share"
    if volume.is_removable is None:
        return volume.protection if isinstance(volume.protection, Unknown) else _UNREAD
    return "usb" if volume.is_removable else "local"


def _is_apart(path: str, volume: Volume | None, ok: Maybe[bool]) -> Maybe[bool]:
    """A copy is none if what takes the images takes it too."""
    with_images = volume.shelter.holds_store if volume else None
    if ok is False or with_images or _SNAPSHOTS & {*PurePosixPath(path).parts}:
        return False
    return _UNREAD if with_images is None else ok


def _encrypted(seen: Store, volume: Volume | None, *, word: bool | None) -> Maybe[bool]:
    """By its own form, else by somebody's word, else by the volume that it lies on."""
    if seen.encrypted is not None:
        return seen.encrypted
    if word is not None:
        return word
    if volume is None:
        return seen.last if isinstance(seen.last, Unknown) else _UNREAD
    if isinstance(volume.protection, Unknown):
        return volume.protection
    return volume.protection == "protected"
