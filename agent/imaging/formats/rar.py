"""Is it a RAR archive, and which of its files are encrypted?

RAR 3 and later encrypt by AES; before that by a cipher of their own, which is weak.
"""

from agent.imaging.glance import Beyond, Glance, Malformed
from agent.imaging.judgement import Judgement, Span, readable, unproven
from agent.imaging.walks import rar as walk
from agent.imaging.walks.rar import Archive

_PADDING = 4096


def archive(glance: Glance) -> Judgement | None:
    """Both formats, by their signatures."""
    if glance.head.startswith(walk.MAGIC_5):
        read, form, skip = walk.five, "rar5", 8
    elif glance.head.startswith(walk.MAGIC_4):
        read, form, skip = walk.four, "rar4", 7
    else:
        return None
    try:
        found = read(glance)
    except Beyond:
        return unproven("partial", "archive", form)
    except Malformed:
        return unproven("damaged", "archive", form)
    if found.volume and not found.files and not found.hidden:
        return unproven("multi_volume", "archive", form)
    judgement = _judge(found, form, Span(skip, glance.size - skip))
    if judgement.verdict == "encrypted" and not _ends(glance, found):
        judgement = unproven("contradiction", "archive", form)
    return judgement.with_names() if found.names else judgement


def _ends(glance: Glance, found: Archive) -> bool:
    """Does the file end with the archive, but for padding?"""
    behind = glance.size - found.end if found.end is not None else 0
    return behind <= _PADDING and not any(glance.exact(glance.size - behind, behind))


def _judge(found: Archive, form: str, rest: Span) -> Judgement:
    sealed = [file.encrypted for file in found.files]
    if found.hidden and all(sealed):
        return Judgement("encrypted", "cipher", "archive", form, "aes", sample=rest)
    if not any(sealed) and not found.hidden:
        return readable("archive", form, "content" if sealed else "names_only")
    if not all(sealed):
        return Judgement("partly_encrypted", "members", "archive", form)
    if any(file.old for file in found.files):
        return Judgement("weak_encrypted", "old_rar", "archive", form, "rar")
    sample = max(found.files, key=lambda file: file.data.length).data
    return Judgement("encrypted", "cipher", "archive", form, "aes", sample=sample)
