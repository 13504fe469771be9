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
