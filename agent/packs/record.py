"""Which rules are in force on this machine, since when, and what came of the last installation?

One file, `packs/current.json`, for root alone; it names the rules by their SHA-256, and they lie
beside it in `packs/kept`. An installation writes the rules first and this file last, in one
rename: so there is never half of it.

- What holds an end by its signature holds it here too: past it rules are `expired`, and go on
  being judged by. `stale` is what nobody has said to be the newest for three days.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, ClassVar, Literal, Self, TypeAlias

from agent import paths
from agent.errors import HomeError
from agent.paths import Home
from evidence import distribution, shape, strict_json
from evidence.bodies import EventCode, PackRef
from evidence.errors import EvidenceError
from evidence.marks import AtMost, Between
from evidence.strict_json import Json
from evidence.words import Count, Hash, Position, Uuid

State: TypeAlias = Literal["builtin", "fresh", "stale", "expired"]


@dataclass(frozen=True, slots=True, kw_only=True)
class InForce:
    """The rules of one assignment, with the versions of root and targets that signed for them.

    `bootstrap` is the hash of the root that this machine was given when it joined, `patrol_s` how
    often the assignment wants the machine looked through, in seconds. `expires_at` is
    the first end of what people signed, `newest_until` of what the controller did, and
    `refreshed_at` is when its timestamp was last a newer one.
    """

    bootstrap: Hash
    org: Uuid
    clinic: Uuid
    serial: Position
    assignment: Hash
    patrol_s: Annotated[int, Between(300, 86_400)]
    packs: Annotated[tuple[PackRef, ...], AtMost(16)]
    root: Position
    targets: Position
    timestamp: Position
    refreshed_at: datetime
    expires_at: datetime
    newest_until: datetime

    def state(self, now: datetime) -> State:
        """How old these rules are, by this machine's clock."""
        if now >= self.expires_at:
            return "expired"
        silent = now - self.refreshed_at >= distribution.LIVES[distribution.TIMESTAMP]
        return "stale" if silent or now >= self.newest_until else "fresh"


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What the last installation that changed anything, or was refused, came to.

    `of` is the assignment concerned, if it was read; `serial` is its number, or 0.
    """

    event: Literal["pack_installed", "pack_rejected"]
    code: EventCode | None
    of: Hash | None
    serial: Count


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """The file; `rules` is null until a first assignment has been installed."""

    fixed: ClassVar[Mapping[str, Json]] = {"v": 1}
    rules: InForce | None = None
    news: News | None = None

    @classmethod
    def load(cls, home: Home) -> Self:
        """Read it: empty if there is none, HomeError if it cannot be read or is damaged."""
        try:
            data = home.in_force.read_bytes()
            return shape.read(cls, strict_json.read(data), closed=True)
        except FileNotFoundError:
            return cls()
        except OSError as error:
            raise HomeError(
                f"{home.in_force} cannot be read: {error.strerror}", "run as root"
            ) from error
        except EvidenceError as error:
            raise HomeError(
                f"{home.in_force} is damaged ({error})",
                "nothing: the rules are installed anew with the next that are fetched",
            ) from error

    def save(self, home: Home) -> None:
        """Write it whole; HomeError if the home does not allow it."""
        paths.write(home.in_force, strict_json.write(shape.to_json(self)))
