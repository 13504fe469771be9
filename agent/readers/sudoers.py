"""Whom does sudo let act as another? (sudoers(5))

Only to worsen an answer: whoever is named in a rule counts, whatever the rule lets him do, and a
rule that takes something away again is not followed. Nobody is cleared by what is read here.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from agent.readers.text import lines

_ALIAS = re.compile(r"User_Alias\s+(.*)")
_NOT_RULES = re.compile(
    r"(Defaults|Host_Alias|Cmnd_Alias|Runas_Alias|User_Alias|@include|#include)"
)
_RULE = re.compile(r"((?:[^\s,=\\]|\\.)+(?:\s*,\s*(?:[^\s,=\\]|\\.)+)*)\s+.*=.*")

_INCLUDE = re.compile(rb"^[ \t]*[@#]include(?:dir)?[ \t]+(\S.*?)[ \t]*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Named:
    """Users by name or `#number`, groups by name, and whether a rule names everybody."""

    users: frozenset[str]
    groups: frozenset[str]
    everybody: bool


def parse(files: Iterable[bytes]) -> Named:
    """All who are named in any rule, aliases opened."""
    aliases: dict[str, list[str]] = {}
    names: list[str] = []
    for data in files:
        for line in lines(data.replace(b"\\\n", b" ")):
            alias = _ALIAS.fullmatch(line)
            rule = None if _NOT_RULES.match(line) else _RULE.fullmatch(line)
            if alias:
                for part in alias[1].split(":"):
                    name, _, members = part.partition("=")
                    aliases[name.strip()] = _words(members)
            elif rule:
                names.extend(_words(rule[1]))
    opened = _opened(names, aliases)
    return Named(
        users=frozenset(name for name in opened if name[0] not in "%!+"),
        groups=frozenset(name[1:] for name in opened if name[0] == "%"),
        everybody="ALL" in opened or any(name[0] == "+" for name in opened),
    )


def included(files: Iterable[bytes]) -> set[str]:
    """The files and folders that are read besides."""
    found = (_INCLUDE.findall(data) for data in files)
    return {path.decode(errors="surrogateescape").strip('"') for paths in found for path in paths}


def _opened(names: Iterable[str], aliases: Mapping[str, list[str]]) -> set[str]:
    """All names, with those that aliases of aliases stand for; `!` before one opens nothing."""
    opened: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name not in opened:
            opened.add(name)
            waiting += aliases.get(name, [])
    return opened - aliases.keys()


def _words(text: str) -> list[str]:
    words = (word.strip().strip('"') for word in text.split(","))
    return [word for word in words if word]
