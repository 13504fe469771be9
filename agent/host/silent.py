"""A machine that answers nothing, and why: it could not be reached, or was not believed."""

from dataclasses import dataclass
from typing import NoReturn

from agent.host.base import HostError
from agent.host.programs import Program
from rules.facts.base import Why
from rules.facts.host import Os


@dataclass(frozen=True, slots=True)
class SilentHost:
    """A `Host` whose every answer is the same reason."""

    why: Why
    detail: str = ""
    os: Os = "linux"
    elevated: bool = False

    def run(self, program: Program, *args: str) -> NoReturn:
        """No program was run."""
        raise self._fault(program, *args)

    def read(
        self, path: str, limit: int = 1 << 20, offset: int = 0, *, whole: bool = True
    ) -> NoReturn:
        """Nothing was read."""
        raise self._fault(path, str(limit), str(offset), str(whole))

    def list(self, path: str, limit: int = 10_000) -> NoReturn:
        """Nothing was listed."""
        raise self._fault(path, str(limit))

    def stat(self, path: str) -> NoReturn:
        """Nothing was looked at."""
        raise self._fault(path)

    def registry(self, key: str) -> NoReturn:
        """Nothing was asked."""
        raise self._fault(key)

    def _fault(self, *_asked: str) -> HostError:
        return HostError(self.why, self.detail)
