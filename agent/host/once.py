"""What has a program answered in this pass, whoever asked it first?

Several facts look at one program (which services run, what Samba is configured to do): it is
started once with the same words, and its answer, or its failure, given to all. Files and the
registry are asked anew.
"""

import threading
from dataclasses import dataclass, field, replace

from agent.host import patience
from agent.host.base import Entry, Host, HostError, Key, Ran, Stat
from agent.host.programs import Program
from rules.facts.base import Why
from rules.facts.host import Os


@dataclass(slots=True)
class Once:
    """A host for one pass; any thread may ask."""

    host: Host
    _known: dict[tuple[str, ...], "_Answer"] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def os(self) -> Os:
        """Of the host behind."""
        return self.host.os

    @property
    def elevated(self) -> bool:
        """Of the host behind."""
        return self.host.elevated

    def run(self, program: Program, *args: str) -> Ran:
        """Run; what was run before has its answer already, which cost nothing."""
        with self._lock:
            answer = self._known.setdefault((program, *args), _Answer())
        return answer.of(self.host, program, *args)

    def read(
        self, path: str, limit: int = 1 << 20, offset: int = 0, *, whole: bool = True
    ) -> bytes:
        """Read."""
        return self.host.read(path, limit, offset, whole=whole)

    def list(self, path: str, limit: int = 10_000) -> tuple[Entry, ...]:
        """List."""
        return self.host.list(path, limit)

    def stat(self, path: str) -> Stat:
        """Look."""
        return self.host.stat(path)

    def registry(self, key: str) -> Key | None:
        """Ask."""
        return self.host.registry(key)


@dataclass(slots=True)
class _Answer:
    """The answer of one program; who asks while it runs waits for it."""

    _said: Ran | HostError | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def of(self, host: Host, program: Program, *args: str) -> Ran:
        """Ask, if nobody has."""
        with self._lock:
            if self._said is None:
                said = self._asked(host, program, *args)
                self._keep(said)
            else:
                said = self._said
        if isinstance(said, HostError):
            raise HostError(said.why, said.detail)
        return said

    def _keep(self, said: Ran | HostError) -> None:
        """What was killed because this one had no more time is asked anew by the next."""
        if isinstance(said, Ran):
            self._said = replace(said, wall_ms=0, cpu_ms=0, shared=True)
        elif said.why is not Why.TIMEOUT or patience.seconds_left() > 0:
            self._said = said

    def _asked(self, host: Host, program: Program, *args: str) -> Ran | HostError:
        try:
            return host.run(program, *args)
        except HostError as error:
            return error
