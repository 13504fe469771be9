"""Is each volume encrypted? The answer for Linux, from the walk of agent.storage.

A list that may not be whole says so: unread swap areas or unlisted disks leave it incomplete.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

from agent.facts.base import About, answers
from agent.host.base import Host, HostError
from agent.host.paths import holds
from agent.readers.errors import ParseError
from agent.storage.survey import Place, Storage, survey
from rules.facts.base import Items, Maybe, Unknown, Why
from rules.facts.volumes import VOLUMES, Volume

Role: TypeAlias = Literal["system", "data", "swap", "boot", "recovery", "other"]

_NAME = re.compile(r"/|(/[a-z0-9][a-z0-9._-]{0,15}){1,3}")
_PRIVATE = ("/home/", "/root/", "/media/", "/run/media/", "/tmp/")  # noqa: S108 - only compared
_SYSTEM = frozenset({"/", "/usr", "/var", "/opt", "/nix", "/sysroot"})
_BOOT = frozenset({"/boot", "/boot/efi", "/boot/firmware", "/efi", "/esp"})
_IMAGES = frozenset({"squashfs", "erofs", "cramfs"})
"""Read-only images of programs: nobody can store anything on them."""


@answers(VOLUMES, on="linux", confidence="derived")
def linux(host: Host, about: About) -> Items[Volume]:
    """Walk from the mount table and the swap areas down to the disks."""
    storage = survey(host)
    roots = _Roots.of(storage, about)
    found, missing = _all(
        storage.mounted,
        storage.swap_areas,
        storage.unused,
        roots.places.values,  # in memory, in a layer, in a folder that encrypts itself
    )
    places = {(place.filesystem == "swap", place.key): place for place in found}
    volumes = tuple(_volume(place, about, roots) for place in places.values())
    if missing is None:
        about.memory.retain("volumes", {place.key for place in places.values()})
    return Items(volumes, missing)


def _all(*parts: Callable[[], Iterable[Place]]) -> tuple[list[Place], Why | None]:
    """The places of all parts, and why one of them, if any, is not whole."""
    found: list[Place] = []
    missing: Why | None = None
    for part in parts:
        try:
            found.extend(part())
        except HostError as error:
            missing = missing or error.why
        except ParseError:
            missing = missing or Why.PARSE_ERROR
    return found, missing


@dataclass(frozen=True, slots=True)
class _Roots:
    """The places of the imaging folders, by label; `unread` if one of them cannot be told."""

    places: dict[str, Place]
    unread: Why | None
    paths: tuple[str, ...]

    @classmethod
    def of(cls, storage: Storage, about: About) -> "_Roots":
        places, unread = {}, None
        for root in about.settings.roots:
            try:
                places[root.label] = storage.at(str(root.path))
            except HostError as error:
                unread = error.why
        return cls(places, unread, tuple(str(root.path) for root in about.settings.roots))

    def lie_on(self, place: Place) -> Maybe[bool]:
        if any(found.key == place.key for found in self.places.values()):
            return True
        return Unknown(self.unread) if self.unread else False

    def private(self, mount: str) -> bool:
        """Is it the name of somebody's folder rather than of the system's?"""
        return mount.startswith(_PRIVATE) or any(holds(path, mount) for path in self.paths)


def _volume(place: Place, about: About, roots: _Roots) -> Volume:
    standing = place.standing
    state = standing.protection
    return Volume(
        name=_name(place, about, roots),
        mount=place.mount,
        kind=place.kind,
        role=_role(place),
        holds_imaging=roots.lie_on(place),
        protection=standing.protection,
        mechanism=standing.mechanism,
        cipher=standing.cipher,
        percent=standing.percent,
        protectors=Items((), None if state == "unprotected" else Why.NOT_COLLECTED),
        suspend_reboots=None,
        state_since=_since(place, about),
        used_space_only=None,
        hardware_encryption=None,
        filesystem=place.filesystem,
        size=place.size,
    )


def _since(place: Place, about: About) -> Maybe[datetime]:
    state = place.standing.protection
    if isinstance(state, Unknown):
        return state
    return about.memory.since("volumes", place.key, state, about.now)


def _name(place: Place, about: About, roots: _Roots) -> str:
    if place.filesystem == "swap":
        return about.memory.number("swap", place.key)
    mount = place.mount or ""
    if _NAME.fullmatch(mount) and not roots.private(mount):
        return mount
    return about.memory.number("volume", place.key)


def _role(place: Place) -> Role:
    if place.filesystem == "swap":
        return "swap"
    if place.filesystem in _IMAGES:
        return "other"
    if place.mount in _BOOT:
        return "boot"
    return "system" if place.mount in _SYSTEM else "data"
