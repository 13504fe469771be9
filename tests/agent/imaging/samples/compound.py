"""A compound file of a few streams, written after [MS-CFB]: version 3, no small streams."""

import struct

FREE, LAST, TABLE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
SECTOR = 512


def compound(streams: dict[str, bytes]) -> bytes:
    """Every stream is filled up to the size from which streams are large."""
    padded = {name: data.ljust(4096, b"\0") for name, data in streams.items()}
    entries = [entry("Root Entry", 5, LAST, 0)]
    table: list[int] = []
    body = b""
    for name, data in padded.items():
        count = -(-len(data) // SECTOR)
        entries.append(entry(name, 2, len(table), len(data)))
        table += [*range(len(table) + 1, len(table) + count), LAST]
        body += data.ljust(count * SECTOR, b"\0")
    directory = b"".join(entries)
    directory += bytes(-len(directory) % SECTOR)
    first, count = len(table), len(directory) // SECTOR
    table += [*range(first + 1, first + count), LAST]
    tables = -(-(len(table) + 1) // 128)
    while -(-(len(table) + tables) // 128) > tables:
        tables += 1
    places = list(range(len(table), len(table) + tables))
    table += [TABLE] * tables
    table += [FREE] * (tables * 128 - len(table))
    head = (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<5H", 0x3E, 3, 0xFFFE, 9, 6)
    )
    head += bytes(6) + struct.pack("<5I", 0, tables, first, 0, 4096)
    head += struct.pack("<4I", LAST, 0, LAST, 0)
    head += struct.pack("<109I", *places, *[FREE] * (109 - tables))
    return head + body + directory + struct.pack(f"<{len(table)}I", *table)


def entry(name: str, kind: int, start: int, size: int) -> bytes:
    """One entry of the directory, 128 octets."""
    wide = name.encode("utf-16-le") + b"\0\0"
    head = wide.ljust(64, b"\0") + struct.pack("<HBB3I", len(wide), kind, 1, FREE, FREE, FREE)
    return head + bytes(36) + struct.pack("<IQ", start, size)
