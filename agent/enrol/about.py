"""What does a machine say of itself when it joins?

Its name, its system and keyed hashes of its hardware: enough for a person to recognise it in a
list, and for the controller to recognise a computer that was set up anew.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from agent.facts.base import About as Collecting
from agent.facts.gather import gather
from agent.facts.host import hardware
from agent.host.base import Host
from agent.identity.binding import Binding
from agent.version import VERSION
from evidence import shape
from evidence.errors import EvidenceError
from evidence.words import Os

_OTHER = {"family": "other", "version": None, "arch": "other"}
_LEAVES = {"family": "os", "version": "os_version", "arch": "arch"}

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


@dataclass(frozen=True, slots=True)
class About:
    """A machine that is about to join."""

    hostname: str
    os: Os
    agent_version: str
    binding: Binding


def this_machine(host: Host, collecting: Collecting) -> About:
    """Read through the host; what could not be read is left open, never guessed."""
    reading = gather(host, collecting, ["host"])["host"]
    value = reading.value if isinstance(reading.value, dict) else {}
    return About(
        hostname=hostname(value.get("name")),
        os=system(value),
        agent_version=VERSION,
        binding=hardware.read(host),
    )


def hostname(read: object) -> str:
    """The machine's name as it may leave; `unnamed` if it has none of that form."""
    return read if isinstance(read, str) and _NAME.fullmatch(read) else "unnamed"


def system(value: Mapping[str, Any]) -> Os:
    """The operating system, from the value of the fact `host` in its JSON form."""
    read = {ours: value.get(fact) for ours, fact in _LEAVES.items()}
    said = {name: leaf for name, leaf in read.items() if isinstance(leaf, str)}
    try:
        return shape.read(Os, {**_OTHER, **said}, closed=True)
    except EvidenceError:
        return shape.read(Os, _OTHER, closed=True)
