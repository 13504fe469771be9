"""What may everybody do, by a list of rights of Windows in its text form (SDDL)?

    D:PAI(A;OICI;FA;;;BA)(A;OICI;0x1200a9;;;WD)

"Everybody" is whoever has no rights of his own: one who signed in with any account (Everyone,
Authenticated Users, Users, Network), or a guest (Everyone, Anonymous, Guests, Network).

- Rules are taken in their order: a right that was denied before it was granted is not had. Only
  what is denied to everybody counts, and only where it holds for all that lies below too.
- What is granted only to what lies below (inherit only) is granted; so is what a condition grants.
- A list that is not there grants all ([MS-DTYP] 2.5.3.2); an empty one nothing.

Form: [MS-DTYP] 2.5.1.1; rights: winnt.h (FILE_…, STANDARD_…, GENERIC_…).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

from agent.readers.errors import ParseError

Access: TypeAlias = Literal["none", "read", "change", "full"]

ALL = 0x1F01FF
"""FILE_ALL_ACCESS."""

_READ, _CHANGE, _FULL = 0x1, 0x2 | 0x4 | 0x40 | 0x10000, 0x40000 | 0x80000
"""FILE_READ_DATA; write, append, delete below, delete; WRITE_DAC and WRITE_OWNER."""

_READS, _WRITES, _RUNS = 0x120089, 0x120116, 0x1200A0
"""FILE_GENERIC_READ, FILE_GENERIC_WRITE, FILE_GENERIC_EXECUTE."""

_NAMED = (
    *(("CC", 0x1), ("DC", 0x2), ("LC", 0x4), ("SW", 0x8), ("RP", 0x10), ("WP", 0x20)),
    *(("DT", 0x40), ("LO", 0x80), ("CR", 0x100)),
    *(("SD", 0x10000), ("RC", 0x20000), ("WD", 0x40000), ("WO", 0x80000)),
    *(("FA", ALL), ("FR", _READS), ("FW", _WRITES), ("FX", _RUNS)),
    *(("GA", ALL), ("GR", _READS), ("GW", _WRITES), ("GX", _RUNS)),
)
_RIGHTS = dict(_NAMED)
_GENERIC = {0x10000000: ALL, 0x80000000: _READS, 0x40000000: _WRITES, 0x20000000: _RUNS}

_ANYBODY = {"WD": "S-1-1-0", "NU": "S-1-5-2"}
_SIGNED_IN = {"AU": "S-1-5-11", "BU": "S-1-5-32-545"}
_GUESTS = {"AN": "S-1-5-7", "BG": "S-1-5-32-546", "LG": "-501"}

_INSIDE = r"[^()]*(?:\((?:[^()]|\([^()]*\))*\)[^()]*)?"
"""A rule without its brackets; a condition in it has brackets of its own."""

_RULE = re.compile(rf"\(({_INSIDE})\)")
_LIST = re.compile(
    r"(?:O:[A-Z0-9-]+?)?(?:G:[A-Z0-9-]+?)?"
    rf"(?P<list>D:(?P<marks>[A-Z_]*)(?P<rules>(?:\({_INSIDE}\))*))?(?:S:.*)?"
)
_LONGEST = 1 << 16


@dataclass(frozen=True, slots=True)
class Everybody:
    """The rights, as a mask of files, of who signed in with any account, and of a guest."""

    signed_in: int
    guest: int

    def __and__(self, other: "Everybody") -> "Everybody":
        """What both lists allow."""
        return Everybody(self.signed_in & other.signed_in, self.guest & other.guest)


def access(mask: int) -> Access:
    """What may be done with these rights."""
    if mask & _FULL:
        return "full"
    if mask & _CHANGE:
        return "change"
    return "read" if mask & _READ else "none"


def everybody(said: str, *, folder: bool) -> Everybody:
    """What the list of a folder, or of a share, grants everybody; ParseError."""
    rules = tuple(_rules(said, folder=folder))
    anybody = _names(_ANYBODY)
    return Everybody(
        _granted(rules, anybody | _names(_SIGNED_IN), anybody | {"AU", "S-1-5-11"}),
        _granted(rules, anybody | _names(_GUESTS), anybody),
    )


def _names(known: dict[str, str]) -> frozenset[str]:
    return frozenset({*known, *known.values()})


@dataclass(frozen=True, slots=True)
class _Rule:
    grants: bool
    whole: bool
    mask: int
    who: str


def _granted(rules: tuple[_Rule, ...], who: frozenset[str], denied: frozenset[str]) -> int:
    granted = refused = 0
    for rule in rules:
        if rule.grants and rule.who in who:
            granted |= rule.mask & ~refused
        elif not rule.grants and rule.whole and rule.who in denied:
            refused |= rule.mask & ~granted
    return granted


def _rules(said: str, *, folder: bool) -> Iterator[_Rule]:
    if not said or len(said) > _LONGEST:
        raise ParseError("no list of rights")
    found = _LIST.fullmatch(said)
    if not found:
        raise ParseError("a list of rights of another form")
    if found["list"] is None or "NO_ACCESS_CONTROL" in found["marks"]:
        yield _Rule(grants=True, whole=True, mask=ALL, who="WD")
    for rule in _RULE.findall(found["rules"] or ""):
        yield _rule(rule.split(";"), folder=folder)


def _rule(parts: list[str], *, folder: bool) -> _Rule:
    if len(parts) < 6 or not re.fullmatch(r"[A-Z]{1,3}", parts[0]):
        raise ParseError("a rule of another form")
    kind, flags, rights, _, _, who = parts[:6]
    marks = set(re.findall("..", flags))
    # the list of a share has no marks, and holds for all that is in it
    whole = not folder or ({"OI", "CI"} <= marks and not {"IO", "NP"} & marks)
    grants = kind in ("A", "XA", "OA", "ZA")
    name = "-501" if re.fullmatch(r"S-1-5-21(-[0-9]+){3}-501", who) else who
    return _Rule(grants, whole, _mask(rights) if grants or kind == "D" else 0, name)


def _mask(rights: str) -> int:
    """By two letters each, or as a number."""
    if re.fullmatch(r"0x[0-9a-fA-F]{1,8}|[0-9]{1,10}", rights):
        number = int(rights, 0) if rights.startswith("0x") else int(rights)
        return number | _spread(number)
    names = re.findall("..", rights)
    if "".join(names) != rights or not set(names) <= _RIGHTS.keys():
        raise ParseError("rights of another form")
    mask = 0
    for name in names:
        mask |= _RIGHTS[name]
    return mask


def _spread(number: int) -> int:
    """What generic rights mean of a file."""
    mask = 0
    for generic, meant in _GENERIC.items():
        mask |= meant if number & generic else 0
    return mask
