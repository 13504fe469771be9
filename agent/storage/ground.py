"""What does a folder lie on? The same few words for every system.

What judges files asks this and nothing else of the storage: which volume carries a folder, how
that stands, and whether it can be carried away.
"""

from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias

from rules.facts.base import Maybe
from rules.facts.volumes import Protection

GroundKind: TypeAlias = Literal["fixed", "removable", "network", "memory"]


@dataclass(frozen=True, slots=True)
class Ground:
    """The volume below a folder; `key` names it for this machine and never leaves it.

    `is_system`: the running system lies there, so that nobody carries it away. `server` names the
    machine that a network's volume belongs to, where it is told.
    """

    key: str
    kind: Maybe[GroundKind]
    protection: Maybe[Protection]
    is_system: bool = False
    server: str | None = None


class Grounds(Protocol):
    """The volumes of one machine, read once."""

    def below(self, folder: str) -> Ground:
        """What a folder lies on, links followed; HostError, ParseError if that cannot be told."""
        ...
