"""Is it a 7z archive, and which of its files are encrypted?

All of them by AES: encrypted; some: partly. With the header encrypted too, not even names show.
"""

from agent.imaging.glance import Beyond, Glance, Malformed
from agent.imaging.judgement import Judgement, Span, readable, unproven
from agent.imaging.walks import sevenzip as walk
from agent.imaging.walks.sevenzip import Archive

_AES_LEAST = 16
_LOOSE = 1024


def archive(glance: Glance) -> Judgement | None:
    """By the coders of its folders."""
    if not glance.head.startswith(walk.MAGIC):
        return None
    try:
        found = walk.archive(glance)
    except Beyond:
        return unproven("partial", "archive", "7z")
    except Malformed:
        return unproven("damaged", "archive", "7z")
    sealed = [walk.AES in folder.coders for folder in found.folders]
    if not sealed:
        return readable("archive", "7z", "names_only").with_names()
    if not any(sealed):
        return readable("archive", "7z").with_names()
    if not all(sealed):
        return Judgement("partly_encrypted", "members", "archive", "7z", "aes").with_names()
    return _sealed(glance, found)


def _sealed(glance: Glance, found: Archive) -> Judgement:
    """Every folder is: then nothing else may lie in the file."""
    sample = max(found.streams, key=lambda span: span.length)
    if sample.length < _AES_LEAST:
        return unproven("damaged", "archive", "7z")
    if found.loose > _LOOSE or any(glance.some(walk.stored_end(glance), _LOOSE)):
        return unproven("contradiction", "archive", "7z")
    if found.hidden:  # the files lie before the header
        sample = Span(walk.START, glance.size - found.loose - walk.START)
    whole = Judgement("encrypted", "cipher", "archive", "7z", "aes", sample=sample)
    return whole if found.hidden else whole.with_names()
