"""What does the header of a LUKS volume say of its data?

LUKS1: cryptsetup's On-Disk Format 1.2.3. LUKS2: On-Disk Format 1.1, a binary header of 4,096
bytes and a JSON text after it, both under one checksum.

- A header says how the data are encrypted when they are opened as it says; it is no proof that
  they are open, nor that they were not opened otherwise. agent.storage weighs that.
- No key material is read: the keyslots lie behind what is asked for.
"""

import hashlib
import json
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from agent.readers.ciphers import cipher
from agent.readers.errors import ParseError
from rules.facts.volumes import Cipher

MAGIC = b"LUKS\xba\xbe"
FIRST = 4096
"""Bytes that say which LUKS it is, and how long its header."""

LONGEST = 4 << 20
"""The longest header that LUKS2 knows."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of the data: its cipher, None where it is plain; size None is all the rest."""

    cipher: Cipher | None
    offset: int
    size: int | None


@dataclass(frozen=True, slots=True)
class Luks:
    """`converting`: a re-encryption, encryption or decryption has begun and is not done."""

    version: int
    segments: tuple[Segment, ...]
    converting: bool = False


def header_size(first: bytes) -> int | None:
    """How many bytes the header of this disk has; None if it is no LUKS."""
    if len(first) < FIRST or not first.startswith(MAGIC):
        return None
    version = int.from_bytes(first[6:8], "big")
    size = FIRST if version == 1 else int.from_bytes(first[8:16], "big")
    if version not in (1, 2) or not FIRST <= size <= LONGEST:
        raise ParseError("a LUKS header of a version or size that there is not")
    return size


def parse(header: bytes) -> Luks:
    """Read a whole header; ParseError if it is damaged."""
    size = header_size(header)
    if size is None or len(header) < size:
        raise ParseError("no LUKS header, or a part of one")
    return _luks1(header) if header[7] == 1 else _luks2(header[:size])


def _luks1(header: bytes) -> Luks:
    name, mode, _, payload, key_bytes = struct.unpack_from(">32s32s32sII", header, 8)
    spec = f"{_text(name)}-{_text(mode)}"
    if not name.strip(b"\0") or not 0 < key_bytes <= 512:
        raise ParseError("a LUKS1 header without a cipher")
    return Luks(1, (Segment(cipher(spec, key_bytes), payload * 512, None),))


def _luks2(header: bytes) -> Luks:
    algorithm, stated = _text(header[72:104]), header[448:512]
    if algorithm not in ("sha1", "sha256", "sha512"):
        raise ParseError("a LUKS2 header with an unknown checksum")
    digest = hashlib.new(algorithm, usedforsecurity=False)
    digest.update(header[:448] + bytes(64) + header[512:])
    if not stated.startswith(digest.digest()):
        raise ParseError("a LUKS2 header that is damaged")
    try:
        return _from_json(json.loads(header[FIRST:].split(b"\0", 1)[0]))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ParseError("the text of a LUKS2 header is not of its form") from error


def _from_json(text: Mapping[str, Any]) -> Luks:
    needs = text["config"].get("requirements", {}).get("mandatory", [])
    segments = tuple(
        _segment(segment, _key_bytes(text, name))
        for name, segment in sorted(text["segments"].items(), key=lambda item: int(item[0]))
        if not any(str(flag).startswith("backup") for flag in segment.get("flags", ()))
    )
    if not segments:
        raise ParseError("a LUKS2 header without data")
    return Luks(2, segments, any(str(need).startswith("online-reencrypt") for need in needs))


def _segment(segment: Mapping[str, Any], key_bytes: int | None) -> Segment:
    size = None if segment["size"] == "dynamic" else int(segment["size"])
    kind = {"crypt": None, "linear": "linear"}.get(segment["type"], "other")
    if kind is None:
        return Segment(cipher(str(segment["encryption"]), key_bytes), int(segment["offset"]), size)
    # hw-opal: the disk encrypts by itself, which nothing here can see
    return Segment("hardware" if kind == "other" else None, int(segment["offset"]), size)


def _key_bytes(text: Mapping[str, Any], segment: str) -> int | None:
    """The size of the key that the segment's digest belongs to."""
    for digest in text["digests"].values():
        if segment in digest["segments"]:
            for slot in digest["keyslots"]:
                if slot in text["keyslots"]:
                    return int(text["keyslots"][slot]["key_size"])
    return None


def _text(field: bytes) -> str:
    return field.split(b"\0", 1)[0].decode("ascii", errors="replace")
