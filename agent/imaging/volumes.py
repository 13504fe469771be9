"""On which volume does a folder lie, and does that volume shelter its files?

The answer of agent.storage, turned into what the outcome table needs. Nothing is guessed: where
storage could not be read, neither protection nor medium is known.

- The mount that carries the running system is no medium that anybody carries away.
- Files on a network mount belong to the machine that serves it, and are judged there.
"""

from dataclasses import dataclass, field

from agent.host.base import Host, HostError, HostFault
from agent.imaging.roots import Root, Roots
from agent.imaging.shelter import Shelter
from agent.readers.errors import ParseError
from agent.storage.ground import Ground, Grounds
from agent.storage.grounds import grounds
from rules.facts.base import Maybe, Unknown, Why
from rules.facts.volumes import Protection


@dataclass(frozen=True, slots=True)
class Volume:
    """What is known of the volume under a folder; None: it was not read.

    `server` names the host of a network mount.
    """

    protection: Maybe[Protection]
    shelter: Shelter
    is_remote: bool | None = None
    is_removable: bool | None = None
    server: str | None = None


@dataclass(slots=True)
class Volumes:
    """The volumes under the imaging folders of a machine, each read once."""

    host: Host
    roots: Roots
    _grounds: Grounds | Why | None = None
    _known: dict[str, Ground | Why] = field(default_factory=dict)

    def under(self, folder: str) -> Volume:
        """The volume that shows a folder; nothing is raised."""
        ground = self._ground(folder)
        if isinstance(ground, Why):
            return Volume(Unknown(ground), Shelter())
        protection = ground.protection
        if ground.kind == "network":
            unread = Unknown(Why.NOT_LOCAL)
            return Volume(unread, Shelter(), is_remote=True, server=ground.server)
        removable = _removable(ground)
        known = None if isinstance(protection, Unknown) else protection
        return Volume(
            protection,
            Shelter(known, removable, self._holds_store(ground)),
            is_remote=None if isinstance(ground.kind, Unknown) else False,
            is_removable=removable,
        )

    def of(self, root: Root) -> Volume:
        """The volume of an imaging folder."""
        return self.under(root.path)

    def _holds_store(self, ground: Ground) -> bool | None:
        """Does an imaging folder with the role `store` lie on the same volume?"""
        stores = [self._ground(root.path) for root in self.roots.all if root.role == "store"]
        if any(isinstance(store, Ground) and store.key == ground.key for store in stores):
            return True
        unread = any(isinstance(store, Why) for store in stores)
        return None if unread or not self.roots.are_known else False

    def _ground(self, folder: str) -> Ground | Why:
        if folder not in self._known:
            self._known[folder] = self._read(folder)
        return self._known[folder]

    def _read(self, folder: str) -> Ground | Why:
        try:
            if self._grounds is None:
                self._grounds = grounds(self.host)
            return self._grounds if isinstance(self._grounds, Why) else self._grounds.below(folder)
        except HostError as error:
            why = error.why
        except HostFault:
            why = Why.API_ERROR
        except ParseError:
            why = Why.PARSE_ERROR
        if self._grounds is None:
            self._grounds = why
        return why


def _removable(ground: Ground) -> bool | None:
    """Is the medium itself carried away? None if what lies under the folder was not read."""
    if isinstance(ground.kind, Unknown):
        return None
    if ground.kind != "fixed":
        return ground.kind == "removable"
    unread = isinstance(ground.protection, Unknown)
    return None if unread and not ground.is_system else False
