r"""Where does a copy lie whose path is written with slashes, on a machine that writes backslashes?

What copies have in common is written for paths like `/srv/copy/data`; of Windows they come as
`D:\\Copy/data`, and are asked for as `D:\\Copy\\data`.
"""

from dataclasses import dataclass

from agent.host.base import Entry, Host, Key, Ran, Stat
from agent.host.programs import Program
from rules.facts.host import Os


@dataclass(frozen=True, slots=True)
class Slashed:
    """A Windows that takes either."""

    host: Host

    @property
    def os(self) -> Os:
        """Of the host behind."""
        return self.host.os

    @property
    def elevated(self) -> bool:
        """Of the host behind."""
        return self.host.elevated

    def run(self, program: Program, *args: str) -> Ran:
        """Run."""
        return self.host.run(program, *args)

    def read(
        self, path: str, limit: int = 1 << 20, offset: int = 0, *, whole: bool = True
    ) -> bytes:
        """Read."""
        return self.host.read(_own(path), limit, offset, whole=whole)

    def list(self, path: str, limit: int = 10_000) -> tuple[Entry, ...]:
        """List."""
        return self.host.list(_own(path), limit)

    def stat(self, path: str) -> Stat:
        """Look."""
        return self.host.stat(_own(path))

    def registry(self, key: str) -> Key | None:
        """Ask."""
        return self.host.registry(key)


def _own(path: str) -> str:
    return path.replace("/", "\\")
