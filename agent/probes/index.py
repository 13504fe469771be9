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
    "accounts": Probe("agent.probes.accounts", deadline=5.0),
    "audit": Probe("agent.probes.audit", deadline=5.0),
    "backups": Probe("agent.probes.backups", deadline=8.0),
    "bitlocker": Probe("agent.probes.bitlocker"),
    "clock": Probe("agent.probes.clock", deadline=4.0),
    "defender": Probe("agent.probes.defender", deadline=15.0),
    "firewalls": Probe("agent.probes.firewalls"),
    "firmware": Probe("agent.probes.firmware", deadline=4.0),
    "listeners": Probe("agent.probes.listeners", deadline=5.0),
    "passwords": Probe("agent.probes.passwords", deadline=5.0),
    "power": Probe("agent.probes.power", deadline=2.0),
    "security": Probe("agent.probes.security"),
    "services": Probe("agent.probes.services", deadline=5.0),
    "sessions": Probe("agent.probes.sessions", deadline=3.0),
    "shares": Probe("agent.probes.shares", deadline=6.0),
    "tpm": Probe("agent.probes.tpm", deadline=4.0),
    "volumes": Probe("agent.probes.volumes", deadline=20.0),
    "wua": Probe("agent.probes.wua", deadline=120.0),
}
