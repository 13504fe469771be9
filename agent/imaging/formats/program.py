"""Is it a program? Then nothing clinical is in it, unless much lies behind its image.

Where its image ends is reckoned; what lies behind is looked at, and proves nothing unless it is
padding (an archive that unpacks itself, data hidden). A structure that does not hold is no
program, nor is the memory of one.
"""

from agent.imaging.formats.base import Inside
from agent.imaging.glance import Glance, Malformed
from agent.imaging.judgement import Judgement, no_content, unproven
from agent.imaging.walks import program as walk

_MOST_BEHIND = 64 << 10


def image(glance: Glance) -> Judgement | Inside | None:
    """MZ with PE, ELF, or Mach-O."""
    try:
        found = walk.end(glance)
    except Malformed:
        return unproven("damaged", form="program")
    end, form = found or (None, "")
    if end is None:
        return None
    behind = glance.size - end
    if behind > _MOST_BEHIND:
        return unproven("opaque", form=form)
    if not any(glance.exact(end, behind)):
        return no_content("program", form)
    return Inside(glance.part(end, behind), _behind)


def _behind(inside: Judgement) -> Judgement:
    """A few octets are nobody's picture; what nobody knows may be one."""
    proven = inside.verdict == "not_content" or inside.reason == "too_short"
    return no_content("program", "program") if proven else inside
