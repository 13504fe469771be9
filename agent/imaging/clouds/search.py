"""Which folders of this machine does a program carry away?

One walk through the homes of everybody: what their clients name, and where links in a folder of
OneDrive or iCloud lead, which those two follow.
"""

from dataclasses import dataclass

from agent.host.base import Host, list_if_there
from agent.imaging.clouds import naming
from agent.imaging.clouds.base import Cloud, Search, Synced, System
from agent.imaging.clouds.clients import by_their_files
from rules.facts.base import Maybe, Unknown, Why
from rules.facts.host import Os

_FOLLOWED: frozenset[Cloud] = frozenset({"onedrive", "icloud"})
_CLOUD_DOCUMENTS = "com~apple~CloudDocs"
"""Where iCloud shows Desktop and Documents, as links (macOS)."""


@dataclass(frozen=True, slots=True)
class Clouds:
    """The folders that were found; `why` there may be more, if there may."""

    os: Os
    synced: tuple[Synced, ...] = ()
    why: Why | None = None

    def above(self, path: str) -> Synced | None:
        """The folder that holds a path, by its true name; the innermost, if there are several."""
        holding = [one for one in self.synced if naming.holds(self.os, one.folder, path)]
        return max(holding, key=lambda one: len(one.folder), default=None)

    def below(self, path: str) -> tuple[Synced, ...]:
        """Folders that lie in a path: part of it is carried away."""
        return tuple(one for one in self.synced if naming.holds(self.os, path, one.folder))

    def of(self, path: str) -> Maybe[Cloud | None]:
        """Who carries a folder away, or part of it; None if it is known that nobody does."""
        found = self.above(path) or next(iter(self.below(path)), None)
        if found is not None:
            return found.cloud
        return None if self.why is None else Unknown(self.why)


def clouds(host: Host) -> Clouds:
    """All that can be found; nothing is raised."""
    search = Search(host)
    system = _system(host.os)
    system.of_the_machine(search)
    for person in system.people(search):
        by_their_files(search, person)
        system.of_a_person(search, person)
    for synced in tuple(search.found):
        _follow(search, synced)
    return Clouds(host.os, tuple(search.found), search.why)


def _follow(search: Search, synced: Synced) -> None:
    """A junction in OneDrive, and Desktop in iCloud, stand for folders that are carried away too.

    Dropbox, Nextcloud and Syncthing do not follow them (their documents, "symlinks").
    """
    if synced.cloud not in _FOLLOWED:
        return
    for above in (synced.folder, naming.join(search.host.os, synced.folder, _CLOUD_DOCUMENTS)):
        with search.asking():
            for entry in list_if_there(search.host, above):
                if entry.kind == "link":
                    search.add(synced.cloud, naming.join(search.host.os, above, entry.name))


def _system(os: Os) -> System:
    """That of this machine alone is loaded: hives and property lists weigh something."""
    match os:
        case "windows":
            from agent.imaging.clouds.windows import SYSTEM  # noqa: PLC0415 - see above
        case "macos":
            from agent.imaging.clouds.macos import SYSTEM  # noqa: PLC0415 - see above
        case "linux":
            from agent.imaging.clouds.linux import SYSTEM  # noqa: PLC0415 - see above
    return SYSTEM
