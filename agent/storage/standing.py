"""How does a piece of storage stand, and how do several stand together?

- Data that may lie on several disks stand as their worst part: one plain member of a RAID, a
  volume group or a btrfs makes the whole unprotected.
- What is unread is not better than what is known to be encrypted, and not as bad as what is known
  to be plain.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from rules.facts.base import Maybe, Unknown, Why
from rules.facts.volumes import Cipher, Mechanism, Protection


@dataclass(frozen=True, slots=True)
class Standing:
    """Protection of some storage, by what, with which cipher, and how far a conversion has come.

    `removable`: at least one of the disks below can be pulled out.
    """

    protection: Maybe[Protection]
    mechanism: Maybe[Mechanism]
    cipher: Maybe[Cipher | None] = None
    percent: Maybe[int | None] = None
    removable: bool = False


PLAIN = Standing("unprotected", "none")

_WORST_FIRST: tuple[Protection | None, ...] = (
    "unprotected",
    None,  # unread
    "suspended",
    "converting",
    "locked",
    "protected",
)


def unread(why: Why, mechanism: Mechanism | None = None) -> Standing:
    """Nothing is known, except perhaps what it would be protected by."""
    return Standing(Unknown(why), mechanism or Unknown(why), Unknown(why), Unknown(why))


def together(parts: Iterable[Standing]) -> Standing:
    """The standing of data that may lie on any of these parts; of no part at all: plain."""
    ordered = sorted(parts, key=_badness)
    if not ordered:
        return PLAIN
    return replace(ordered[0], removable=any(part.removable for part in ordered))


def _badness(part: Standing) -> int:
    known = None if isinstance(part.protection, Unknown) else part.protection
    return _WORST_FIRST.index(known)
