"""For which processor was a program built? (elf(5), e_machine)"""

from typing import Literal

from agent.readers.errors import ParseError

Arch = Literal["x86_64", "arm64", "x86", "arm", "other"]

HEADER = 20
"""Bytes from the start that say so."""

_MACHINES: dict[int, Arch] = {3: "x86", 40: "arm", 62: "x86_64", 183: "arm64"}


def arch(header: bytes) -> Arch:
    """The processor; ParseError if the bytes are no start of a program."""
    if len(header) < HEADER or not header.startswith(b"\x7fELF") or header[5] not in (1, 2):
        raise ParseError("no start of a program")
    order: Literal["little", "big"] = "little" if header[5] == 1 else "big"
    return _MACHINES.get(int.from_bytes(header[18:20], order), "other")
