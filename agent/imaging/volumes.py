"""On which volume does a folder lie, and does that volume shelter its files?

The answer of agent.storage, turned into what the outcome table needs. Nothing is guessed: where
storage could not be read, neither protection nor medium is known.

- The mount that carries the running system is no medium that anybody carries away.
- Files on a network mount belong to the machine that serves it, and are judged there.
"""

import re
from dataclasses import dataclass, field

from agent.host.base import Host, HostError, HostFault
from agent.imaging.roots import Root, Roots
from agent.imaging.shelter import Shelter
from agent.readers.errors import ParseError
from agent.storage.survey import Place, Storage, survey
from rules.facts.base import Maybe, Unknown, Why
from rules.facts.volumes import Protection

_SERVER = re.compile(r"(?://)?([A-Za-z0-9][A-Za-z0-9._-]{0,63})[:/].*")


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
    _storage: Storage | Why | None = None
    _places: dict[str, Place | Why] = field(default_factory=dict)

    def under(self, folder: str) -> Volume:
        """The volume that shows a folder; nothing is raised."""
        place = self._place(folder)
        if isinstance(place, Why):
            return Volume(Unknown(place), Shelter())
        protection = place.standing.protection
        if place.kind == "network":
            server = self._server(folder)
            return Volume(Unknown(Why.NOT_LOCAL), Shelter(), is_remote=True, server=server)
        removable = _removable(place)
        known = None if isinstance(protection, Unknown) else protection
        return Volume(
            protection,
            Shelter(known, removable, self._holds_store(place)),
            is_remote=False,
            is_removable=removable,
        )

    def of(self, root: Root) -> Volume:
        """The volume of an imaging folder."""
        return self.under(root.path)

    def _holds_store(self, place: Place) -> bool | None:
        """Does an imaging folder with the role `store` lie on the same volume?"""
        stores = [self._place(root.path) for root in self.roots.all if root.role == "store"]
        if any(isinstance(store, Place) and store.key == place.key for store in stores):
            return True
        unread = any(isinstance(store, Why) for store in stores)
        return None if unread or not self.roots.are_known else False

    def _place(self, folder: str) -> Place | Why:
        if folder not in self._places:
            self._places[folder] = self._read(folder)
        return self._places[folder]

    def _read(self, folder: str) -> Place | Why:
        try:
            if self._storage is None:
                self._storage = survey(self.host)
            return self._storage if isinstance(self._storage, Why) else self._storage.at(folder)
        except HostError as error:
            why = error.why
        except HostFault:
            why = Why.API_ERROR
        except ParseError:
            why = Why.PARSE_ERROR
        if self._storage is None:
            self._storage = why
        return why

    def _server(self, folder: str) -> str | None:
        if isinstance(self._storage, Storage):
            found = _SERVER.fullmatch(self._storage.walk.mounts.holding(folder).source)
            return found[1] if found else None
        return None


def _removable(place: Place) -> bool | None:
    """Is the medium itself carried away? None if what lies under the mount was not read."""
    if place.kind != "fixed":
        return place.kind == "removable"
    unread = isinstance(place.standing.protection, Unknown)
    return None if unread and place.mount != "/" else False
