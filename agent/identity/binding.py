"""Is this still the computer that joined, or a copy of it?

Three values of the hardware and the installation, kept on the machine and compared; only keyed
hashes of them ever leave, so that the controller can recognise a re-imaged machine.

- A value that could not be read is no change: virtual disks have no serials.
- Nothing is identified by them: duplicate board ids are common, and would evict each other.
"""

import hashlib
import hmac
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Annotated, ClassVar, Self

from agent import paths
from evidence import shape, strict_json
from evidence.errors import EvidenceError
from evidence.marks import Pattern
from evidence.messages import Hardware

Value = Annotated[str, Pattern(r"[!-~][ -~]{0,127}")]


@dataclass(frozen=True, slots=True)
class Binding:
    """Board UUID, install id and serial of the system disk, as the machine gives them."""

    fixed: ClassVar = {"v": 1}

    board: Value | None = None
    install: Value | None = None
    disk: Value | None = None

    def hashed(self, salt: bytes) -> Hardware:
        """HMAC-SHA256 of each value under the clinic's salt; None stays None."""
        board, install, disk = (_hashed(salt, value) for value in astuple(self))
        return Hardware(board=board, install=install, disk=disk)

    def changes(self, now: Self) -> int:
        """How many values differ, of those that are known on both sides."""
        pairs = zip(astuple(self), astuple(now), strict=True)
        return sum(old is not None and new is not None and old != new for old, new in pairs)

    def renewed(self, now: Self) -> Self:
        """What is known now, and where that is nothing, what was known."""
        pairs = zip(astuple(self), astuple(now), strict=True)
        board, install, disk = (new if new is not None else old for old, new in pairs)
        return type(self)(board, install, disk)

    def save(self, path: Path) -> None:
        """Write it for root alone."""
        paths.write(path, strict_json.write(shape.to_json(self)), mode=0o600)

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read it; one that is missing or damaged knows no value, and so proves no change."""
        try:
            return shape.read(cls, strict_json.read(path.read_bytes()), closed=True)
        except (OSError, EvidenceError):
            return cls()


def known(said: str) -> str | None:
    """A value as it can be kept: short, printable and plain; None if it is none."""
    is_plain = said.isascii() and said.isprintable()
    return said if 0 < len(said) <= 128 and is_plain else None


def _hashed(salt: bytes, value: str | None) -> str | None:
    return value and hmac.new(salt, value.encode(), hashlib.sha256).hexdigest()
