"""What lies in a shared folder, and what does its own mode allow? On any system with modes."""

from typing import Literal, TypeAlias

from agent.host.base import Absent, Host, HostError
from agent.host.paths import TooManyLinks, follow, holds
from agent.settings import Settings
from rules.facts.base import Maybe, Unknown, Why

Access: TypeAlias = Literal["none", "read", "change", "full"]

_RANK: tuple[Access, ...] = ("none", "read", "change", "full")


class Folders:
    """A machine's folders, and where its imaging folders lie."""

    def __init__(self, host: Host, settings: Settings) -> None:
        self.host = host
        self._roots = [self.real(root.path.as_posix()) for root in settings.roots]

    def real(self, path: str) -> Maybe[str]:
        """The path without links; what cannot be followed is unknown."""
        try:
            return follow(path, self._link)
        except TooManyLinks:
            return Unknown(Why.API_ERROR)
        except HostError as error:
            return Unknown(error.why)

    def _link(self, path: str) -> str | None:
        try:
            return self.host.stat(path).link
        except Absent:
            return None

    def holds_imaging(self, path: str) -> Maybe[bool]:
        """Does an imaging folder lie in it, or it in one?"""
        here = self.real(path)
        known = [root for root in self._roots if isinstance(root, str)]
        if isinstance(here, str) and any(holds(here, one) or holds(one, here) for one in known):
            return True
        unknown = [one for one in (here, *self._roots) if isinstance(one, Unknown)]
        return unknown[0] if unknown else False

    def least(self, path: str, granted: Access) -> Maybe[Access]:
        """What is granted, or less, where the folder's mode gives others less."""
        if granted == "none":
            return "none"
        here = self.real(path)
        if isinstance(here, Unknown):
            return here
        try:
            mode = self.host.stat(here).mode
        except Absent:
            return "none"
        except HostError as error:
            return Unknown(error.why)
        of_mode: Access = "full" if mode & 0o7 == 0o7 else "read" if mode & 0o5 == 0o5 else "none"
        return min(granted, of_mode, key=_RANK.index)
