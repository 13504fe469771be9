"""Is it a program? Then nothing clinical is in it, unless much lies behind its image.

PE (Microsoft's PE format), ELF (gABI) and Mach-O: where the last section of the file ends is
reckoned; over 64 KiB behind that prove nothing (an archive that unpacks itself, data hidden), and
what is less is looked at. A structure that does not hold is no program, nor is the memory of one.
"""

import struct

from agent.imaging.formats.base import Inside
from agent.imaging.glance import Glance, Stopped
from agent.imaging.judgement import Judgement, no_content, unproven

_MOST_BEHIND = 64 << 10
_MACH = {
    b"\xfe\xed\xfa\xce": (">", 28),
    b"\xce\xfa\xed\xfe": ("<", 28),
    b"\xfe\xed\xfa\xcf": (">", 32),
    b"\xcf\xfa\xed\xfe": ("<", 32),
}
_CORE = 4  # the memory of a process: ET_CORE of ELF, MH_CORE of Mach-O
_SEGMENT, _SEGMENT_64 = 0x1, 0x19


def image(glance: Glance) -> Judgement | Inside | None:
    """MZ with PE, ELF, or Mach-O."""
    head = glance.head
    try:
        if head[:2] == b"MZ":
            end, form = _pe(glance), "pe"
        elif head[:4] == b"\x7fELF":
            end, form = _elf(glance), "elf"
        elif head[:4] in _MACH:
            end, form = _mach(glance), "macho"
        else:
            return None
    except (Stopped, struct.error):
        return unproven("damaged", form="program")
    if end is None:
        return None
    if glance.size - end > _MOST_BEHIND:
        return unproven("opaque", form=form)
    if glance.size > end:
        return Inside(glance.part(end, glance.size - end), _behind)
    return no_content("program", form)


def _behind(inside: Judgement) -> Judgement:
    """Symbols and padding are nobody's pictures."""
    proven = inside.verdict in ("unknown", "not_content")
    return no_content("program", "program") if proven else inside


def _pe(glance: Glance) -> int | None:
    at = int.from_bytes(glance.exact(60, 4), "little")
    if glance.some(at, 4) != b"PE\0\0":
        return None
    sections, optional = struct.unpack_from("<2xH12xH", glance.exact(at + 4, 20))
    if not 0 < sections <= 96 or not 96 <= optional <= 512:
        return None
    table = glance.exact(at + 24, optional + sections * 40)
    ends = [
        sum(struct.unpack_from("<II", table, optional + number * 40 + 16))
        for number in range(sections)
    ]
    # The signature lies behind the sections, and its place is an offset in the file (entry 4).
    first = 112 if table[:2] == b"\x0b\x02" else 96
    place, size = struct.unpack_from("<II", table, first + 32) if optional >= first + 40 else (0, 0)
    return _within(glance, max(*ends, place + size))


def _elf(glance: Glance) -> int | None:
    wide, order = glance.head[4], "<" if glance.head[5] == 1 else ">"
    if wide not in (1, 2) or glance.head[5] not in (1, 2) or glance.head[6] != 1:
        return None
    if struct.unpack_from(order + "H", glance.head, 16)[0] == _CORE:
        return None
    form, at = (order + "QQ", 32) if wide == 2 else (order + "II", 28)
    segments, sections = struct.unpack_from(form, glance.head, at)
    sizes = struct.unpack_from(order + "4H", glance.head, 54 if wide == 2 else 42)
    ends = [sections + sizes[2] * sizes[3]] if sections else []
    data = glance.exact(segments, sizes[0] * sizes[1]) if sizes[1] <= 256 else b""
    for number in range(sizes[1] if data else 0):
        row = data[number * sizes[0] : (number + 1) * sizes[0]]
        offset, size = (
            (
                struct.unpack_from(order + "Q", row, 8)[0],
                struct.unpack_from(order + "Q", row, 32)[0],
            )
            if wide == 2
            else (
                struct.unpack_from(order + "I", row, 4)[0],
                struct.unpack_from(order + "I", row, 16)[0],
            )
        )
        ends.append(offset + size)
    return _within(glance, max(ends)) if ends else None


def _mach(glance: Glance) -> int | None:
    order, size = _MACH[glance.head[:4]]
    commands, length = struct.unpack_from(order + "II", glance.head, 16)
    kind = struct.unpack_from(order + "I", glance.head, 12)[0]
    if kind == _CORE or not 0 < commands <= 256 or length > 64 << 10:
        return None
    data, at, ends = glance.exact(size, length), 0, [size + length]
    for _ in range(commands):
        command, step = struct.unpack_from(order + "II", data, at)
        if command in (_SEGMENT, _SEGMENT_64):
            form, place = ("QQ", 40) if command == _SEGMENT_64 else ("II", 32)
            ends.append(sum(struct.unpack_from(order + form, data, at + place)))
        if step < 8:
            return None
        at += step
    return _within(glance, max(ends))


def _within(glance: Glance, end: int) -> int | None:
    """The end of the image; None if the file is shorter: a program that was cut is none."""
    return end if end <= glance.size else None
