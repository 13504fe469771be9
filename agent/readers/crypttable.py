"""Which disks does the kernel encrypt right now? (`dmsetup table --target crypt`)

One line a piece of a mapped device: `NAME: START LENGTH crypt CIPHER KEY IV DEVICE OFFSET …`, in
sectors of 512 bytes. The key stands as zeros, or as `:SIZE:TYPE:NAME` of the kernel's keyring.
"""

import re
from dataclasses import dataclass

from agent.readers.ciphers import cipher
from agent.readers.errors import ParseError
from rules.facts.volumes import Cipher

_NOTHING = b"No devices found\n"
_LINE = re.compile(
    r"(?P<name>.{1,128}): (?P<start>[0-9]{1,20}) (?P<length>[0-9]{1,20}) crypt (?P<spec>\S+)"
    r" (?P<key>[0-9a-f]+|-|:[0-9]{1,4}:[^ ]+) [0-9]+ \S+ [0-9]+( .*)?"
)


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a mapped device that is encrypted; start and length in sectors of 512 bytes."""

    start: int
    length: int
    cipher: Cipher


def parse(data: bytes) -> dict[str, tuple[Piece, ...]]:
    """The encrypted pieces of each mapped device that has any, by its name."""
    if data == _NOTHING:
        return {}
    if data and not data.endswith(b"\n"):
        raise ParseError("the table of the device mapper is cut")
    pieces: dict[str, tuple[Piece, ...]] = {}
    for line in data.decode(errors="replace").splitlines():
        found = _LINE.fullmatch(line)
        if not found:
            raise ParseError("a line of the device mapper's table is not of its form")
        kind = cipher(found["spec"], _key_bytes(found["key"]))
        piece = Piece(int(found["start"]), int(found["length"]), kind)
        pieces[found["name"]] = (*pieces.get(found["name"], ()), piece)
    return pieces


def _key_bytes(key: str) -> int:
    if key.startswith(":"):
        return int(key.split(":")[1])
    return 0 if key == "-" else len(key) // 2
