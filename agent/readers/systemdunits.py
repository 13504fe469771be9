"""Which units has systemd loaded? (`systemctl show --all --property=…`, systemctl(1))

Blocks of `Name=value` lines, a blank line between them; names and states are never translated.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from agent.readers.errors import ParseError

PROPERTIES = ("Id", "LoadState", "ActiveState", "UnitFileState")


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit: its name, whether it runs, and whether it is started by itself."""

    name: str
    active: str
    file: str


def parse(data: bytes) -> tuple[Unit, ...]:
    """All units that there are; ParseError if a block does not hold all properties."""
    text = data.decode(errors="surrogateescape")
    if not text.endswith("\n"):
        raise ParseError("the list of units is cut")
    blocks = map(_properties, text.strip("\n").split("\n\n"))
    return tuple(
        Unit(said["Id"], said["ActiveState"], said["UnitFileState"])
        for said in blocks
        if not _is_a_mere_name(said)
    )


def _is_a_mere_name(said: Mapping[str, str]) -> bool:
    """Do others name it, and no file describe it? What runs on without its file is a unit."""
    return said["LoadState"] == "not-found" and said["ActiveState"] == "inactive"


def _properties(block: str) -> dict[str, str]:
    pairs = [line.partition("=") for line in block.split("\n")]
    said = {name: value for name, _, value in pairs}
    if len(pairs) != len(PROPERTIES) or said.keys() != set(PROPERTIES) or not said["Id"]:
        raise ParseError("a unit does not say its name and states")
    return said
