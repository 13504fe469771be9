"""Does a hand-over hold: each root by the one before, targets by the newest, bytes by both?

Asked of one's own folder before it goes out, and of another's before it comes in. The controller
asks again, as a machine would.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from tuf.api.exceptions import RepositoryError
from tuf.api.metadata import Metadata, Root, Targets

from agent.errors import AuthorError
from agent.packs.author import roots
from agent.packs.author.targets import require_enough
from evidence.handover import Handover

_ANEW = "have it made again: dentinel pack publish"


@dataclass(frozen=True, slots=True)
class Checked:
    """What a hand-over says, once all of it was verified."""

    root: Root
    targets: Targets
    first: str
    """The digest of the first root, by which people compare."""


def check(handed: Handover, known: Sequence[Metadata[Root]] = ()) -> Checked:
    """Verify all of it; AuthorError says what does not hold.

    Roots that are known here must be the same, byte for byte in what was signed.
    """
    before: Root | None = None
    same = {one.signed.version: one.signed for one in known}
    least = min(handed.roots)
    for number, (version, data) in enumerate(handed.roots.items(), start=least):
        signed = roots.read(data, f"root {version}")
        if version != number or signed.signed.version != number:
            raise AuthorError(f"root {number} is missing", _ANEW)
        if same.get(number, signed.signed) != signed.signed:
            raise AuthorError(
                f"root {number} is another than the one here",
                "it is of another org, or somebody replaced it: ask who made it, by telephone",
            )
        if not roots.standing(signed, before).is_enough:
            raise AuthorError(f"root {number} is not signed by enough people", _ANEW)
        before = signed.signed
    if before is None or min(same, default=least) != least or before.version < max(same, default=0):
        raise AuthorError("it holds fewer roots than are known here", "take the newest one")
    targets = _targets(handed, before)
    return Checked(before, targets, hashlib.sha256(handed.roots[least]).hexdigest())


def _targets(handed: Handover, root: Root) -> Targets:
    version, data = handed.targets
    try:
        signed = Metadata[Targets].from_bytes(data)
    except RepositoryError:
        raise AuthorError(f"targets {version} are damaged", _ANEW) from None
    if signed.signed.version != version:
        raise AuthorError(f"targets {version} say another version of themselves", _ANEW)
    require_enough(signed, root)
    for name, of in signed.signed.targets.items():
        found = handed.file(name, of.hashes.get("sha256", ""))
        if found is None or hashlib.sha256(found).hexdigest() != of.hashes["sha256"]:
            raise AuthorError(f"{name} is missing, or is not what was signed", _ANEW)
    return signed.signed
