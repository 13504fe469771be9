"""Who answers which fact on which system? Loaded for the system that is asked, and for no other.

The answers of each system stand on a list of its own, in the order of the catalogue: on_linux.py,
on_macos.py, on_windows.py. To add an answer, add its line there.
"""

from typing import Any, TypeAlias

from agent.facts.base import EVERYWHERE, Collector
from rules.facts.host import Os

Collectors: TypeAlias = tuple[Collector[Any], ...]


def collectors(on: Os) -> Collectors:
    """All that answer on one system."""
    match on:
        case "linux":
            from agent.facts import on_linux

            return on_linux.COLLECTORS
        case "macos":
            from agent.facts import on_macos

            return on_macos.COLLECTORS
        case "windows":
            from agent.facts import on_windows

            return on_windows.COLLECTORS


def everywhere() -> Collectors:
    """All that answer on any system, each once: for who describes them, and asks none."""
    return tuple(dict.fromkeys(one for on in EVERYWHERE for one in collectors(on)))


OF_THE_AGENT = frozenset({"agent", "imaging"})
"""Facts that the agent of a machine answers out of its own home: without one, nobody does."""


def afar(on: Os) -> Collectors:
    """What answers for a machine whose home is not here: one over SSH, or a recording."""
    return tuple(one for one in collectors(on) if one.fact.name not in OF_THE_AGENT)
