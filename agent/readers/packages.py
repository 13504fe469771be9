"""Which packages are installed? (dpkg-query(1), rpm(8), /var/lib/apt/extended_states)

Tables in a form that we ask for: one package a line, tabs between its fields.
"""

import re
from dataclasses import dataclass

from agent.readers.errors import ParseError
from rules.facts.types import Version

DPKG_FORM = "${db:Status-Status}\\t${Package}\\t${Version}\\t${Priority}\\n"
RPM_FORM = "%{NAME}\\t%{VERSION}-%{RELEASE}\\t%{VENDOR}\\n"
_SYSTEM = frozenset({"required", "important", "standard"})
_UPSTREAM = re.compile(r"(?:[0-9]+:)?([^-]+?)(?:[+~].*)?(?:-.*)?")


@dataclass(frozen=True, slots=True)
class Package:
    """One package; `is_system`: it came with the system, by its priority."""

    name: str
    version: str
    vendor: str | None = None
    is_system: bool = False


def dpkg(data: bytes) -> tuple[Package, ...]:
    """What dpkg has installed; what it has removed and remembers is left out."""
    return tuple(
        Package(name, version, is_system=priority in _SYSTEM)
        for status, name, version, priority in _rows(data, 4)
        if status == "installed"
    )


def rpm(data: bytes) -> tuple[Package, ...]:
    """What rpm has installed."""
    return tuple(
        Package(name, version, None if vendor == "(none)" else vendor)
        for name, version, vendor in _rows(data, 3)
    )


def automatic(data: bytes) -> frozenset[str]:
    """The packages that apt brought along for others (`Auto-Installed: 1`)."""
    found = set()
    for block in data.decode(errors="surrogateescape").split("\n\n"):
        fields = dict(line.partition(": ")[::2] for line in block.strip().split("\n") if line)
        if fields and "Package" not in fields:
            raise ParseError("a block of apt's states without a package")
        if fields.get("Auto-Installed") == "1":
            found.add(fields["Package"])
    return frozenset(found)


def upstream(version: str) -> Version | None:
    """The maker's own version in that of a package; None where it is not made of numbers."""
    found = _UPSTREAM.fullmatch(version)
    try:
        return Version.parse(found[1]) if found else None
    except ValueError:
        return None


def _rows(data: bytes, columns: int) -> list[list[str]]:
    text = data.decode(errors="surrogateescape")
    rows = [line.split("\t") for line in text.split("\n")[:-1]]
    if not text.endswith("\n") or any(len(row) != columns for row in rows):
        raise ParseError("a list of packages that is cut, or of another form")
    return rows
