"""What does a settings file of KDE say, and which of it may nobody change?

`[Group]` and `Key=value`; `[$i]` behind the name of a group, a key, or alone at the head of the
file makes it immutable: a user's own file then has no say. (KConfig, entry format)
"""

import re
from dataclasses import dataclass, field

from agent.readers.text import lines

_GROUP = re.compile(r"\[([^\]$]+)\](\[\$i\])?")
_KEY = re.compile(r"([^=\[]+)(\[\$[a-z]*i[a-z]*\])?(?:\[[^\]]*\])*\s*=(.*)")


@dataclass(frozen=True, slots=True)
class Settings:
    """Values by (group, key), and those that are fixed."""

    values: dict[tuple[str, str], str] = field(default_factory=dict)
    fixed: frozenset[tuple[str, str]] = frozenset()
    fixed_groups: frozenset[str] = frozenset()
    whole: bool = False

    def is_fixed(self, group: str, key: str) -> bool:
        """May the files after this one not change it?"""
        return self.whole or group in self.fixed_groups or (group, key) in self.fixed


def parse(data: bytes) -> Settings:
    """Read one file; lines of no meaning are passed over, as KConfig does it."""
    values: dict[tuple[str, str], str] = {}
    fixed: set[tuple[str, str]] = set()
    groups: set[str] = set()
    here, whole = "", False
    for line in lines(data):
        group, key = _GROUP.fullmatch(line), _KEY.fullmatch(line)
        if line == "[$i]":
            whole = whole or not here
        elif group:
            here = group[1]
            groups.update({here} if group[2] else ())
        elif key:
            values[here, key[1].strip()] = key[3].strip()
            fixed.update({(here, key[1].strip())} if key[2] else ())
    return Settings(values, frozenset(fixed), frozenset(groups), whole)
