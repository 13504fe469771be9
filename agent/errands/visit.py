"""What do the machines answer that carry no agent?

    python -m agent visit [NAME]…

Each host of the settings, or those named, is asked over SSH, four at a time; what it answered is
left as a recording in the home, for `dentinel facts --replay` and for the next patrol, which judges
it (agent.errands.hosts); and beside it what came of the visit. It has the network and needs no
privilege. Of this machine it reads which ports listen, and asks those where DICOM is expected what
they speak (agent.errands.probe_ports); with names it visits those alone.

- The same collectors run as on a machine with an agent, but for those that ask the agent itself.
- A host that is not reached, or shows another key than those pinned, is unknown in every fact, and
  leaves no recording; the one of its last visit stays, and is not judged any more.
"""

import sys
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial

from agent import settings
from agent.errands import probe_ports, visited
from agent.errands.visited import Visited
from agent.errors import UnknownHost
from agent.facts.base import About
from agent.facts.gather import gather
from agent.facts.index import afar
from agent.facts.memory import Memory
from agent.host.base import Host, HostError
from agent.host.cuts import cut
from agent.host.local import LocalHost
from agent.host.recorded import Recorder
from agent.host.recording import Header
from agent.host.recording import write as recorded
from agent.host.silent import SilentHost
from agent.host.ssh import windows
from agent.host.ssh.line import DEADLINE, Deadline, Line, connected
from agent.host.ssh.rounds import through
from agent.paths import Home, write
from agent.settings import HostSetting, Settings
from rules.facts.base import Reading

AT_ONCE = 4


@dataclass(frozen=True, slots=True)
class Visit:
    """What one host answered, when, in how many rounds, and which key it showed.

    `fault` is why it did not, with a text for the person at this machine.
    """

    readings: dict[str, Reading]
    recorder: Recorder
    at: datetime
    rounds: int = 0
    pin: str | None = None
    fault: HostError | None = None


def visit(
    setting: HostSetting, home: Home, names: Collection[str] | None = None, limit: float = DEADLINE
) -> Visit:
    """Ask one host; UnknownHost if none of its keys is pinned. `limit` is in seconds."""
    about = About(Settings(role=setting.role), home, Memory.none(), datetime.now(UTC))

    def look(host: Host) -> Visit:
        recorder = Recorder(host)
        return Visit(gather(recorder, about, names or None, afar(host.os)), recorder, about.now)

    try:
        with connected(setting, Deadline.after(limit)) as line:
            seen, rounds = _asked(line, look)
    except HostError as error:
        return replace(look(SilentHost(error.why, error.detail)), fault=error)
    return replace(seen, rounds=rounds, pin=line.pin)


def _asked(line: Line, look: Callable[[Host], Visit]) -> tuple[Visit, int]:
    """By a script for sh, or by the registry of a Windows."""
    if windows.is_windows(line.banner):
        return windows.through(partial(line.ask, command=windows.COMMAND), look)
    return through(line.ask, look)


def main(home: Home, argv: Sequence[str]) -> int:
    """Visit them: 0 when all were, 1 if one was not, 2 for wrong use."""
    decided = settings.load(home)
    hosts = decided.hosts
    strangers = set(argv) - {host.name for host in hosts}
    if strangers:
        known = ", ".join(host.name for host in hosts) or "none"
        sys.stderr.write(f"visit: no host {min(strangers)!r} in the settings; there: {known}\n")
        return 2
    if not home.visits.is_dir():
        home.create()  # (under its unit it may not, and need not)
    chosen = [host for host in hosts if not argv or host.name in argv]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        answered = list(pool.map(partial(_leave, home), chosen))
    if not argv:
        asked = probe_ports.run(home, decided, LocalHost(), datetime.now(UTC))
        sys.stdout.write(f"visit: ports of this machine asked={asked}\n")
    visited.end(home)
    return 0 if all(answered) else 1


def _leave(home: Home, setting: HostSetting) -> bool:
    """Visit one, and leave what it said without what must not be kept."""
    try:
        seen = visit(setting, home)
    except UnknownHost as error:
        sys.stderr.write(f"visit: host={setting.name}: {error}\n")
        return False
    why = None if seen.fault is None else seen.fault.why
    if seen.fault is not None:
        sys.stderr.write(f"visit: host={setting.name} was not visited: {seen.fault}\n")
    else:
        _record(home, setting.name, seen)
    visited.leave(home, setting.name, Visited(seen.at, why, seen.pin))
    return why is None


def _record(home: Home, name: str, seen: Visit) -> None:
    calls = {call: cut(call, answer) for call, answer in seen.recorder.calls.items()}
    header = Header(seen.recorder.os, seen.recorder.elevated, seen.at)
    text = recorded(header, calls)
    write(home.recording(name), text.encode(errors="surrogateescape"), mode=0o600)
    sys.stdout.write(f"visit: host={name} rounds={seen.rounds} calls={len(calls)}\n")
