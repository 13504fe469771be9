"""What came of the last visit to a host that carries no agent?

A few words beside its recording, left by the visit and read by the patrol: when, why it gave no
answer if it did not, and which of the pinned keys it showed.

- The visit has the network and may have been taken over: the patrol believes it about that host
  alone, and takes a key from here only if the settings pin it.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from agent import paths
from agent.host.base import Absent, Host, HostError
from agent.paths import Home
from rules.facts.base import Why
from rules.facts.form import Json, instant, timestamp

_FORM = 1
_MOST = 4096


@dataclass(frozen=True, slots=True)
class Visited:
    """When a host was asked, why in vain (None: it answered), and by which pin it was known."""

    at: datetime
    why: Why | None = None
    pin: str | None = None

    def to_json(self) -> dict[str, Json]:
        """As it stands in files."""
        return {"at": timestamp(self.at), "why": self.why, "pin": self.pin}

    @classmethod
    def from_json(cls, said: Mapping[str, Json]) -> Self:
        """Read what `to_json` made; ValueError, KeyError or TypeError otherwise."""
        why, pin = said["why"], said["pin"]
        return cls(
            instant(said["at"]),
            None if why is None else Why(why),
            None if pin is None else str(pin),
        )


def leave(home: Home, name: str, seen: Visited) -> None:
    """Leave it for the patrol; HomeError if the home does not allow it."""
    paths.write(home.visited(name), json.dumps({"form": _FORM, **seen.to_json()}).encode())


def read(home: Home, host: Host, name: str) -> Visited | None:
    """What the last visit left; None if there was none, or nothing that can be used."""
    try:
        said = json.loads(host.read(home.visited(name).as_posix(), _MOST))
        return Visited.from_json(said) if said["form"] == _FORM else None
    except (Absent, HostError, ValueError, KeyError, TypeError, RecursionError):
        return None


def end(home: Home) -> None:
    """A visit has ended: what it left waits for the patrol."""
    paths.write(home.visit_ended, b"")
