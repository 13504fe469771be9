"""Which probes are there? To add one, add its line: its name, its module, its deadline in seconds.

Modules are named and not imported: a probe loads its own packages only.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Probe:
    """A module of this folder with `ask()`, and how long it may take."""

    module: str
    deadline: float = 10.0


PROBES: Mapping[str, Probe] = {
    "bitlocker": Probe("agent.probes.bitlocker"),
    "tpm": Probe("agent.probes.tpm"),
    "volumes": Probe("agent.probes.volumes", deadline=20.0),
}
