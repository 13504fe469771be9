"""`lsof -FpcPn` (lsof(8), "Output for other programs"): which program holds which port?

One field a line, told by its first letter: `p` and `c` begin a process, `f` an open file of it,
`P` is its protocol, `n` its name: `*:22`, `127.0.0.1:631`, `[::1]:631`, and of what is connected
both ends.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from agent.readers.errors import ParseError
from agent.readers.sockets import Transport

_FIELD = re.compile(r"[pcfPn][^\n]*")
_TRANSPORTS: dict[str, Transport] = {"TCP": "tcp", "UDP": "udp"}
_END = re.compile(r"(?P<address>\*|\[[0-9a-f:.%a-z]+\]|[0-9.]+):(?P<port>[0-9]{1,5}|\*)")
_ESCAPED = re.compile(r"\\x([0-9a-f]{2})")


@dataclass(frozen=True, slots=True)
class Held:
    """A port that a program holds open."""

    program: str
    transport: Transport
    port: int


def parse(data: bytes) -> frozenset[Held]:
    """All that is held and not connected; ParseError for what was cut, or is no such list."""
    text = data.decode(errors="surrogateescape")
    if not text.endswith("\n"):
        raise ParseError("fields that were cut")
    return frozenset(_held(text[:-1].split("\n")))


def _held(lines: list[str]) -> Iterator[Held]:
    program: str = ""
    transport: Transport | None = None
    for line in lines:
        if not _FIELD.fullmatch(line):
            raise ParseError("a line that is no field")
        mark, value = line[0], line[1:]
        match mark:
            case "p" if not value.isdecimal():
                raise ParseError("a process without a number")
            case "p" | "f":
                program, transport = ("" if mark == "p" else program), None
            case "c":
                program = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), value)
            case "P":
                transport = _transport(value)
            case _:
                yield from _named(program, transport, value)


def _transport(value: str) -> Transport:
    if value not in _TRANSPORTS:
        raise ParseError("a protocol that was not asked for")
    return _TRANSPORTS[value]


def _named(program: str, transport: Transport | None, name: str) -> Iterator[Held]:
    if not program or transport is None:
        raise ParseError("a name without its process and protocol")
    if "->" in name:
        return  # connected to somebody
    end = _END.fullmatch(name)
    if not end:
        raise ParseError("a name that is no address")
    if end["port"] != "*":
        yield Held(program, transport, int(end["port"]))
