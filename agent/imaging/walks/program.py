"""Where does the image of a program end? PE (Microsoft's PE format), ELF (gABI) and Mach-O.

The last section of the file, or the signature behind it. None where the structure does not hold,
and for the memory of a process: its dump is no program.
"""

import struct

from agent.imaging.glance import Glance, Malformed, Stopped

_CORE = 4  # the memory of a process: ET_CORE of ELF, MH_CORE of Mach-O
_MACH = {
    b"\xfe\xed\xfa\xce": (">", 28),
    b"\xce\xfa\xed\xfe": ("<", 28),
    b"\xfe\xed\xfa\xcf": (">", 32),
    b"\xcf\xfa\xed\xfe": ("<", 32),
}
_SYMBOL = 18
_SEGMENT, _SEGMENT_64 = 0x1, 0x19


def end(glance: Glance) -> tuple[int | None, str] | None:
    """Where it ends, and its form; None if it begins as none. Malformed if it was cut."""
    head = glance.head
    try:
        if head[:2] == b"MZ":
            return _pe(glance), "pe"
        if head[:4] == b"\x7fELF":
            return _elf(glance), "elf"
        return (_mach(glance), "macho") if head[:4] in _MACH else None
    except (Stopped, struct.error):
        raise Malformed from None


def _pe(glance: Glance) -> int | None:
    at = int.from_bytes(glance.exact(60, 4), "little")
    if glance.some(at, 4) != b"PE\0\0":
        return None
    sections, symbols, count, optional = struct.unpack_from("<2xH4xIIH", glance.exact(at + 4, 20))
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
    return _within(glance, max(*ends, place + size, _names(glance, symbols, count)))


def _names(glance: Glance, symbols: int, count: int) -> int:
    """Where the symbols of COFF end, with the strings behind them; 0 if there are none."""
    if not symbols or not count:
        return 0
    strings = symbols + count * _SYMBOL
    return strings + int.from_bytes(glance.exact(strings, 4), "little")


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
