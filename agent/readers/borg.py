"""Is what lies in a segment of a borg repository encrypted?

Of borg 1.x, by its documentation (Internals, Data structures and file formats). A segment is
`BORG_SEG` and then entries: a checksum and a size of four bytes each, little-endian, a tag, and
for what is put in, a key of 32 bytes and the data. The first byte of the data says how they were
made. The repository's `config` says less: one that only authenticates, and keeps everything in
clear, has a key in it too.
"""

from dataclasses import dataclass

from agent.readers.errors import ParseError

MAGIC = b"BORG_SEG"
HEADER = 9
HEAD = HEADER + 32 + 1
"""Bytes of an entry that are looked at: up to the first of its data, and not beyond."""

_PUT = 0
_TAGS = frozenset({_PUT, 1, 2})
_LARGEST = 600 << 20
_ENCRYPTED = frozenset({0, 1, 3, 4, 5})
_CLEAR = frozenset({2, 6, 7})
"""Kinds of data: key file, passphrase, key in the repository, and the first and last of these with
BLAKE2; without encryption: plain, and authenticated with BLAKE2 or without."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: its size with its header, and whether its data are encrypted; None: no data."""

    size: int
    encrypted: bool | None


def entry(head: bytes) -> Entry:
    """The entry that begins with these bytes; ParseError if it is none of borg 1's."""
    size = int.from_bytes(head[4:8], "little")
    if len(head) < HEADER or head[8] not in _TAGS or not HEADER <= size <= _LARGEST:
        raise ParseError("not an entry of a borg segment")
    if head[8] != _PUT:
        return Entry(size, None)
    if len(head) < HEAD or head[HEAD - 1] not in _ENCRYPTED | _CLEAR:
        raise ParseError("data of a kind that borg 1 does not write")
    return Entry(size, head[HEAD - 1] in _ENCRYPTED)
