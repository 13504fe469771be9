"""May these bytes be run as rules, and do they belong together?

Asked when rules are installed, and again by every patrol that judges by them: between the two they
lay on a disk. Who signed them is not asked here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

from agent.errors import PacksRefused
from evidence.distribution import Assignment
from rules.compiled import tailoring
from rules.compiled.pack import load
from rules.compiled.rule import Pack
from rules.compiled.tailoring import Tailorings
from rules.errors import PackRefused, TailoringRefused

_ADVICE = "update the agent, or have the rules signed anew for this release"


@dataclass(frozen=True, slots=True)
class Sound:
    """The packs of an assignment in its order, and what is set otherwise in them, if anything."""

    packs: tuple[Pack, ...]
    tailored: Tailorings | None = None


def sound(assignment: Assignment, files: Mapping[str, bytes]) -> Sound:
    """Read the files that an assignment names, by SHA-256; PacksRefused if one may not be run."""
    packs = tuple(_pack(files[one.sha256], one.pack, one.version) for one in assignment.packs)
    ids = sorted(rule.id for pack in packs for rule in pack.rules)
    twice = next((one for one, following in pairwise(ids) if one == following), None)
    if twice is not None:
        raise PacksRefused(f"two of the packs have a rule {twice}", _ADVICE, "DL105")
    if assignment.tailoring is None:
        return Sound(packs)
    try:
        read = tailoring.load(files[assignment.tailoring.sha256], packs)
    except TailoringRefused as refused:
        raise PacksRefused(str(refused), _ADVICE, refused.code) from refused
    return Sound(packs, read)


def _pack(data: bytes, name: str, version: str) -> Pack:
    try:
        pack = load(data)
    except PackRefused as refused:
        raise PacksRefused(str(refused), _ADVICE, refused.code) from refused
    if (pack.pack, pack.version) != (name, version):
        said = f"{name} {version} was assigned, and the file is {pack.pack} {pack.version}"
        raise PacksRefused(said, _ADVICE, "DL704")
    return pack
