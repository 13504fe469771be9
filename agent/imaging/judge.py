"""One file: who may read its bytes?

The formats are asked in their order; the first that knows the file decides. What nobody knows
proves nothing: it is `unknown`, never encrypted and never without content.

- No exception leaves: a detector that meets the unexpected says `unknown(error)`.
- Claimed ciphertext that is not random is `unknown(contradiction)`. The reverse is never asked:
  randomness is no proof of encryption.
"""

import struct
from pathlib import Path
from typing import NamedTuple

from agent.imaging import identity, surroundings, veto
from agent.imaging.formats.base import Inside, Members
from agent.imaging.formats.index import ASKED
from agent.imaging.glance import Beyond, Glance, Malformed, Spent, Stopped
from agent.imaging.identity import Identity
from agent.imaging.judgement import Judgement, no_content, unproven
from agent.imaging.opening import Opened, Refused

_SHORTEST = 4
_WRAPPERS = 4
_MOST_MEMBERS = 64
_LOOK = 4096
_FAULTS = (ArithmeticError, EOFError, LookupError, OSError, ValueError, struct.error)


class Look(NamedTuple):
    """What one look into a file gave; `identity` only of DICOM, and only if it was asked for.

    `device`: the file system of a file that was opened.
    """

    judgement: Judgement
    identity: Identity | None = None
    is_gone: bool = False
    device: int | None = None


def judge(path: str | Path) -> Judgement:
    """Open a file and judge it; nothing is raised, a file that cannot be read is `unknown`."""
    return look(path).judgement


def look(path: str | Path, *, identify: bool = False) -> Look:
    """Open a file, judge it, and say whose picture it is if that is asked; nothing is raised."""
    try:
        opened = Opened(path)
        with opened as glance:
            judgement = weigh(glance)
            if judgement.verdict == "unknown" or judgement.kind == "text":
                judgement = _in_its_place(Path(path), judgement, glance)
            is_dicom = judgement.format == "dicom"
            whose = _whose(glance) if identify and is_dicom else None
            return Look(judgement, whose, device=opened.device)
    except Refused as refused:
        return Look(unproven(refused.reason), is_gone=refused.gone)


def _in_its_place(path: Path, judgement: Judgement, glance: Glance) -> Judgement:
    """With what the folder of the file adds; a fault of the disk adds nothing."""
    try:
        found = surroundings.placed(path, judgement, glance)
        return found if found is judgement else _checked(found, glance)
    except (Stopped, *_FAULTS):
        return judgement


def _whose(glance: Glance) -> Identity:
    try:
        return identity.identify(glance)
    except _FAULTS:
        return identity.NOTHING


def weigh(glance: Glance) -> Judgement:
    """The verdict on bytes that can be looked at; nothing is raised."""
    try:
        return _weigh(glance, _WRAPPERS)
    except Spent:
        return unproven("limit")
    except Beyond:
        return unproven("partial")
    except Malformed:
        return unproven("damaged")
    except _FAULTS:
        return unproven("error")


def _weigh(glance: Glance, wrappers: int) -> Judgement:
    if glance.size == 0:
        return no_content("empty")
    if glance.size < _SHORTEST:
        return unproven("too_short")
    for ask in ASKED:
        answer = ask(glance)
        if isinstance(answer, Inside):
            if wrappers == 0:
                raise Spent
            return answer.wrap(_weigh(answer.glance, wrappers - 1))
        if isinstance(answer, Members):
            return _of_all(answer, glance, wrappers)
        if answer is not None:
            return _checked(answer, glance)
    return unproven("all_zero" if _is_zero(glance) else "opaque")


def _is_zero(glance: Glance) -> bool:
    """Was nothing written yet, as far as its beginning, its middle and its end tell?"""
    places = (glance.size // 2, max(0, glance.size - _LOOK))
    return not any(glance.head) and not any(any(glance.some(at, _LOOK)) for at in places)


def _of_all(members: Members, glance: Glance, wrappers: int) -> Judgement:
    """Encrypted, if each member is; one look at a level is deep enough to say otherwise."""
    seen = 0
    try:
        for member in members.each:
            seen += 1
            if wrappers == 0 or seen > _MOST_MEMBERS or not _is_encrypted(member, wrappers - 1):
                return members.otherwise
    except (Beyond, Malformed):
        return members.otherwise
    return _checked(members.encrypted, glance) if seen else members.otherwise


def _is_encrypted(glance: Glance, wrappers: int) -> bool:
    try:
        return _weigh(glance, min(wrappers, 2)).verdict == "encrypted"
    except (Beyond, Malformed):
        return False


def _checked(judgement: Judgement, glance: Glance) -> Judgement:
    """The judgement, unless what it calls ciphertext is plainly none."""
    if judgement.sample is not None and veto.contradicts(glance, judgement.sample):
        return unproven("contradiction")
    return judgement
