"""On which calls to the machine does an answer rest, and what did they cost?

Only the place of a call is kept, never more: a path says whose home it is, or how a practice
calls its folders. Of the system's own folders two names are kept, of others one, of /proc all but
the numbers of processes; of Windows the drive, and a first folder that every Windows has; of a
program its fixed arguments.
"""

import re
from dataclasses import dataclass, field

from agent.host.base import Entry, Host, HostFault, Key, Ran, Stat
from agent.host.programs import PROGRAMS, Program
from rules.facts.base import Source
from rules.facts.host import Os

MOST = 64
"""Sources kept of one fact; a machine with 500 disks makes no longer a list."""

_WINDOWS = frozenset({"program files", "program files (x86)", "programdata", "users", "windows"})
_SYSTEM = frozenset({"boot", "dev", "etc", "run", "sys", "usr", "var"})


@dataclass(slots=True)
class Witness:
    """A host that notes what was asked of another one."""

    host: Host
    sources: dict[Source, None] = field(default_factory=dict)
    spawned: int = 0
    children_ms: int = 0

    @property
    def os(self) -> Os:
        """Of the host behind."""
        return self.host.os

    @property
    def elevated(self) -> bool:
        """Of the host behind."""
        return self.host.elevated

    def run(self, program: Program, *args: str) -> Ran:
        """Run, and note the return code and the child's CPU time."""
        call = " ".join((f"run:{program}", *PROGRAMS[program].fixed(args)))
        try:
            ran = self.host.run(program, *args)
        except HostFault:
            self._note(Source(call))
            raise
        self._note(Source(call, ran.rc))
        self.spawned += not ran.shared
        self.children_ms += ran.cpu_ms
        return ran

    def read(
        self, path: str, limit: int = 1 << 20, offset: int = 0, *, whole: bool = True
    ) -> bytes:
        """Read, and note the place."""
        self._note(Source(f"read:{_place(path)}"))
        return self.host.read(path, limit, offset, whole=whole)

    def list(self, path: str, limit: int = 10_000) -> tuple[Entry, ...]:
        """List, and note the place."""
        self._note(Source(f"list:{_place(path)}"))
        return self.host.list(path, limit)

    def stat(self, path: str) -> Stat:
        """Look, and note the place."""
        self._note(Source(f"stat:{_place(path)}"))
        return self.host.stat(path)

    def registry(self, key: str) -> Key | None:
        """Ask, and note the hive; whose it is of several people's is not kept."""
        root, *names = key.split("\\")
        shown = (root, "SID" if root == "HKU" else names[0], *names[1:2])
        self._note(Source("registry:" + "\\".join(shown)))
        return self.host.registry(key)

    def _note(self, source: Source) -> None:
        if len(self.sources) < MOST:
            self.sources.setdefault(source)


def _place(path: str) -> str:
    if not path.startswith("/"):
        return _on_windows(path)
    names = ["PID" if name.isdecimal() and name != "1" else name for name in path.split("/")]
    keep = len(names) if names[1] == "proc" else 3 if names[1] in _SYSTEM else 2
    return "/".join(names[:keep])


def _on_windows(path: str) -> str:
    drive, *names = re.split(r"[\\/]", path)
    kept = names[:1] if names and names[0].lower() in _WINDOWS else []
    return "\\".join((drive, *kept))
