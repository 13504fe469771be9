"""What would apt upgrade? (`apt-get -s dist-upgrade` in the language C)

The closing line counts what the lines before must have said: an answer that was cut, or is in
another language, is no answer.
"""

import re
from dataclasses import dataclass

from agent.readers.errors import ParseError

_INST = re.compile(
    r"Inst (?P<name>\S+) (\[(?P<old>[^\]]+)\] )?\((?P<new>\S+) (?P<from>.*)\)( \[.*\])?"
)
_SECURITY = re.compile(r"/\S*-security\b")
_NUMBER = "[0-9]{1,9}"
_CLOSING = re.compile(
    rf"({_NUMBER}) upgraded, ({_NUMBER}) newly installed, (?:{_NUMBER} reinstalled, )?"
    rf"(?:{_NUMBER} downgraded, )?{_NUMBER} to remove and ({_NUMBER}) not upgraded\."
)
_KEPT = "The following packages have been kept back:"


@dataclass(frozen=True, slots=True)
class Upgrade:
    """A package with a newer version; where apt keeps the old one, it says no more: None.

    `from_security`: an archive that has it is one of security, by the name of its suite.
    """

    package: str
    old: str | None
    new: str | None
    from_security: bool = False


def parse(data: bytes) -> tuple[Upgrade, ...]:
    """What waits: packages that would be upgraded, and those that are kept back."""
    lines = data.decode(errors="replace").split("\n")
    counts = [found for found in map(_CLOSING.fullmatch, lines) if found]
    if len(counts) != 1:
        raise ParseError("apt-get did not count what it would do")
    found = [_upgrade(line) for line in lines if line.startswith("Inst ")]
    kept = _kept(lines)
    upgraded, new, not_upgraded = (int(number) for number in counts[0].groups())
    if len(found) != upgraded + new or len(kept) != not_upgraded:
        raise ParseError("apt-get did not name what it counted")
    held = [Upgrade(name, None, None) for name in kept]
    return (*(upgrade for upgrade in found if upgrade.old), *held)


def _upgrade(line: str) -> Upgrade:
    found = _INST.fullmatch(line)
    if not found:
        raise ParseError("a line of apt-get is not of its form")
    from_security = _SECURITY.search(found["from"]) is not None
    return Upgrade(found["name"], found["old"], found["new"], from_security)


def _kept(lines: list[str]) -> list[str]:
    if _KEPT not in lines:
        return []
    names = []
    for line in lines[lines.index(_KEPT) + 1 :]:
        if not line.startswith("  "):
            break
        names.extend(line.split())
    return names
