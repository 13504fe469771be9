"""Which USB devices does USBGuard let in? (usbguard-daemon.conf(5), usbguard-rules.conf(5))"""

import re
from typing import Literal, TypeAlias

from agent.readers.errors import ParseError
from agent.readers.text import assignments, lines

Lets: TypeAlias = Literal["none", "some", "any"]

_INTERFACES = re.compile(
    r"with-interface\s+(?:(?P<how>equals|equals-ordered|match-all|none-of|one-of|all-of)\s+)?"
    r"(?:\{(?P<set>[^}]*)\}|(?P<one>[0-9a-fA-F*:]+))"
)
_NAMED = re.compile(r'\b(hash\s+"[^"]+"|serial\s+"[^"]+"|id\s+[0-9a-fA-F]{4}:[0-9a-fA-F]{4})')


def blocks_by_default(configuration: bytes) -> bool:
    """Does it block what no rule allows?"""
    return assignments(configuration).get("ImplicitPolicyTarget") in ("block", "reject")


def storage(rules: bytes) -> Lets:
    """Which disks do the rules let in: none, some that they name, or any?"""
    lets: Lets = "none"
    for line in lines(rules):
        target = line.split()[0]
        if target not in ("allow", "block", "reject", "match"):
            raise ParseError("a rule of USBGuard that is not of its form")
        if target != "allow" or _is_for_other_things(line):
            continue
        if not _NAMED.search(line):
            return "any"
        lets = "some"
    return lets


def _is_for_other_things(rule: str) -> bool:
    """Does it ask for interfaces such that no disk has them? Class 08 is mass storage."""
    found = _INTERFACES.search(rule)
    if not found:
        return False
    kinds = (found["set"] or found["one"] or "").split()
    how = found["how"] or "equals"
    if how == "none-of":
        return "08:*:*" in kinds
    return how in ("equals", "equals-ordered", "match-all") and all(
        kind[:2] not in ("08", "*:") and kind[0] != "*" for kind in kinds
    )
