"""What did the script's output say? (the frames of answer.sh)

Whatever is no section with this round's nonce is noise: banners, prompts, answers to somebody
else. A section that is short, or whose end is not where it says, is `broken`, and what follows it
is read all the same: it costs one answer.
"""

import base64
import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass

_HEAD = rb"@@%s ([a-z]+(?:/[0-9]{1,9}){0,2}) ([a-z_]{1,20}) ([0-9]{1,9}) ([0-9]{1,9})@@\n"


@dataclass(frozen=True, slots=True)
class Section:
    """One answer: `op` as asked, with its numbers; `body` is None where it was broken."""

    op: str
    numbers: tuple[int, ...]
    path: str
    status: str
    body: bytes | None


def parse(data: bytes, nonce: str) -> Iterator[Section]:
    """All sections in the order in which they came."""
    head = re.compile(_HEAD % re.escape(nonce.encode()))
    at = 0
    while found := head.search(data, at):
        at = found.end()
        op, *numbers = found[1].decode().split("/")
        middle = at + int(found[3])
        end = middle + 1 + int(found[4])
        path = _word(data[at:middle]) if data[middle : middle + 1] == b"\n" else None
        if path is None:
            continue  # nobody can say what it was about
        body = _word(data[middle + 1 : end]) if data[end : end + 1] == b"\n" else None
        if body is not None:
            at = end
        name = path.decode(errors="surrogateescape")
        yield Section(op, tuple(map(int, numbers)), name, found[2].decode(), body)


def _word(packed: bytes) -> bytes | None:
    """A text as answer.sh packs it; None if it is not of that form."""
    kind, rest = packed[:1], packed[1:]
    try:
        match kind:
            case b"t":
                return rest
            case b"l":
                return rest + b"\n."  # read to its end
            case b"b":
                return base64.b64decode(b"".join(rest.split()), validate=True)
            case b"x":
                return bytes.fromhex(rest.decode("ascii"))
    except (binascii.Error, ValueError):
        return None
    return None
