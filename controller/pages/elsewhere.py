"""Who judges the files of an imaging folder that lies on another machine?

A machine says which host serves such a folder, and whether somebody has said that this host is
judged itself. Whether it really is stands here: is there a machine of that name in the clinic?
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from controller.fleet import queries as fleet
from controller.pages.documents import Root
from controller.tenants.scope import Place

if TYPE_CHECKING:
    from controller.fleet.models import Machine


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """The host that serves a folder, by the name that its machine gave; `judged` if we know it."""

    name: str
    judged: "Machine | None"
    is_claimed: bool


class Hosts:
    """The machines of a place, asked for only when a folder lies on another one."""

    def __init__(self, place: Place, roots: Iterable[Root]) -> None:
        self._known: dict[str, Machine] = {}
        if any(root.is_elsewhere for root in roots):
            for machine in fleet.machines(place):
                self._known.setdefault(machine.host.casefold(), machine)

    def of(self, root: Root) -> Elsewhere | None:
        """Where the folder lies, if it is not on the machine that told of it."""
        if not root.is_elsewhere:
            return None
        name = root.served_by
        judged = self._known.get(name.casefold()) or self._known.get(
            name.partition(".")[0].casefold()
        )
        return Elsewhere(name, judged, root.owner == "other_host")
