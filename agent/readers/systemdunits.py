"""Which services has systemd loaded? (`systemctl show --property=…`, systemctl(1))

Blocks of `Name=value` lines, a blank line between them; names and states are never translated.
"""

from dataclasses import dataclass

from agent.readers.errors import ParseError

PROPERTIES = ("Id", "ActiveState", "UnitFileState")


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit: its name, whether it runs, and whether it is started by itself."""

    name: str
    active: str
    file: str


def parse(data: bytes) -> tuple[Unit, ...]:
    """All units; ParseError if a block does not hold the three properties."""
    text = data.decode(errors="surrogateescape")
    if not text.endswith("\n"):
        raise ParseError("the list of units is cut")
    return tuple(_unit(block) for block in text.strip("\n").split("\n\n"))


def _unit(block: str) -> Unit:
    pairs = [line.partition("=") for line in block.split("\n")]
    said = {name: value for name, _, value in pairs}
    if len(pairs) != len(PROPERTIES) or said.keys() != set(PROPERTIES) or not said["Id"]:
        raise ParseError("a unit does not say its name and states")
    return Unit(said["Id"], said["ActiveState"], said["UnitFileState"])
