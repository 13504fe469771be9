"""Does the system keep the guard running, and what does one do about it on this system?

Asked of the system's own manager of services, as the fact `services` is; of systemd by itself, for
it says more: `failed` is not `stopped`.
"""

import sys
from collections.abc import Iterator, Mapping

from agent import settings
from agent.cli.checks.base import Seen, Told
from agent.errors import SettingsError
from agent.facts.base import About
from agent.facts.gather import gather
from agent.facts.memory import Memory
from agent.host.base import Absent, Host, HostError, output
from agent.host.programs import Program
from agent.readers import systemdunits
from agent.readers.errors import ParseError
from agent.readers.systemdunits import Unit

GUARD: Mapping[str, str] = {
    "linux": "dentinel-guard.service",
    "macos": "dentinel.guard",
    "windows": "dentinel",
}
"""What the packages call the service that keeps the guard."""

_JOURNAL = {
    "linux": "journalctl -u dentinel-guard",
    "darwin": "less /var/log/dentinel/guard.log",
    "win32": "see the event log: Application, source dentinel",
}
_START = {
    "linux": "systemctl start dentinel-guard",
    "darwin": "launchctl kickstart system/dentinel.guard",
    "win32": "sc start dentinel",
}
_RESTART = {
    "linux": "systemctl restart dentinel-guard",
    "darwin": "launchctl kickstart -k system/dentinel.guard",
    "win32": "Restart-Service dentinel",
}
_OURS = "dentinel-"


def journal(part: str = "guard") -> str:
    """Where a part of the agent says what went wrong."""
    said = _JOURNAL.get(sys.platform, _JOURNAL["linux"])
    return said.replace("dentinel-guard", f"dentinel-{part}")


def start() -> str:
    """How the guard is started."""
    system = _START.get(sys.platform, _START["linux"])
    return f"{system}, or in the foreground: dentinel run"


def begun(seen: Seen) -> str:
    """How the guard of this home is started: only the package's is kept by the system."""
    return start() if seen.is_packaged else f"dentinel --home {seen.home.root} run"


def restart() -> str:
    """How the guard is started anew."""
    return _RESTART.get(sys.platform, _RESTART["linux"])


def service(seen: Seen) -> Iterator[Told]:
    """Is the service there, enabled, and neither masked nor failed? By systemd, launchd or the SCM.

    Of a home that is not the package's no service is expected.
    """
    if not seen.is_packaged:
        yield "this home is no package's: no service is expected", None
        return
    try:
        found = _units(seen.host) if seen.host.os == "linux" else None
    except (Absent, HostError, ParseError) as error:
        yield f"the system's services cannot be asked: {error}", "run as root, on a booted system"
        return
    yield from _of_systemd(found) if found is not None else _elsewhere(seen)


def _units(host: Host) -> tuple[Unit, ...]:
    words = f"--property={','.join(systemdunits.PROPERTIES)}"
    said = output(host, Program.SYSTEMCTL, "show", "--all", words, "*.service", "*.socket")
    return systemdunits.parse(said)


def _of_systemd(units: tuple[Unit, ...]) -> Iterator[Told]:
    ours = {unit.name: unit for unit in units if unit.name.startswith(_OURS)}
    guard = ours.get(GUARD["linux"])
    if guard is None:
        yield f"systemd knows no {GUARD['linux']}", "install the package again"
        return
    faults = [told for unit in ours.values() if (told := _fault(unit))]
    yield from faults
    if not faults:
        yield f"{guard.name} is {guard.active} and {guard.file}", None


def _fault(unit: Unit) -> Told | None:
    """What is wrong with one of our units."""
    name = unit.name
    if unit.file.startswith("masked"):
        do = f"systemctl unmask {name} && systemctl enable --now {name}"
        return f"{name} is masked: it can never start", do
    if unit.active == "failed":
        do = f"journalctl -u {name} says why; then: systemctl restart {name}"
        return f"{name} has failed", do
    if name == GUARD["linux"] and unit.file == "disabled":
        return f"{name} is disabled: it does not start with the machine", f"systemctl enable {name}"
    return None


def _elsewhere(seen: Seen) -> Iterator[Told]:
    """By the fact `services`, on the systems that have one manager."""
    name = GUARD[seen.host.os]
    about = About(_settings(seen), seen.home, Memory.none(), seen.now)
    said = gather(seen.host, about, ["services"])["services"].value
    if not isinstance(said, list):
        yield "the system's services cannot be asked", "run as administrator, or as root"
        return
    ours = [one for one in said if one.get("name") == name]
    if not ours:
        yield f"there is no service {name}", "install the package again"
    elif ours[0].get("start") == "disabled":
        yield f"the service {name} is disabled: it cannot start", f"enable it, then: {start()}"
    elif ours[0].get("state") != "running":
        yield f"the service {name} does not run", f"{journal()}; then: {start()}"
    else:
        yield f"the service {name} runs", None


def _settings(seen: Seen) -> settings.Settings:
    try:
        return settings.load(seen.home)
    except SettingsError:
        return settings.Settings()
