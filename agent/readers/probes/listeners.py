"""What did the probe `listeners` print: what listens on a Windows, and who is it?"""

import ipaddress
from dataclasses import dataclass

from agent.readers.errors import ParseError
from agent.readers.probes.document import Document
from agent.readers.sockets import Address, Transport
from rules.facts.base import Maybe

_TRANSPORTS: tuple[Transport, ...] = ("tcp", "udp")


@dataclass(frozen=True, slots=True)
class Listening:
    """A port that is open; `process` is the name of a file, None once it has ended."""

    transport: Transport
    address: Address
    port: int
    process: Maybe[str | None]


def read(document: Document) -> tuple[Listening, ...]:
    """From the document of the probe; ParseError."""
    return tuple(
        _listening(one, transport)
        for transport in _TRANSPORTS
        for one in document.records(transport)
    )


def _listening(one: Document, transport: Transport) -> Listening:
    try:
        address = ipaddress.ip_address(one.text("address"))
    except ValueError as error:
        raise ParseError("no address of IP") from error
    process = one.leaf("process", lambda all_, name: all_.optional(name, Document.text))
    return Listening(transport, address, one.number("port", 0xFFFF), process)
