"""What is the machine at: is it on battery, is somebody capturing images, do others need it?

On Linux from /proc and /sys (proc(5), sysfs's power_supply class), elsewhere by psutil, which has
never been asked there. What the errands of this agent use does not count: they run at nice 19.

- A capture program counts as at work when it has used the processor (a hundredth of the time) or
  the disk within a minute; one that is seen for the first time counts too, until a minute shows
  otherwise.
- What cannot be read is taken for nothing in the way: the pace is slow enough by itself.
"""

import time
from collections.abc import Callable, Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from agent.imaging.courtesy import Moment

_FRESH_S = 5.0
_LEAST_S = 0.5
_ACTIVE_S = 60.0
_SOME_CPU = 0.01
_SOME_BYTES = 64 * 1024
_STAT = Path("/proc/stat")
_USER_HZ = 100
"""Ticks a second in /proc, on every architecture that Linux has today."""
_LONGEST_NAME = 15
"""Linux cuts the names of processes (proc_pid_comm(5))."""


@dataclass(frozen=True, slots=True)
class Running:
    """A process: CPU seconds and bytes of disk that it has used since it began."""

    pid: int
    cpu: float
    octets: int


@dataclass(frozen=True, slots=True)
class System:
    """How a system is asked. `cpu` gives seconds that others have used, and all there were."""

    is_on_battery: Callable[[], bool]
    cpu: Callable[[], tuple[float, float]]
    running: Callable[[Collection[str]], list[Running]]


class Occupied:
    """Looks now and then; `capture` are the names of programs that capture images."""

    def __init__(
        self,
        capture: Collection[str],
        system: System | None = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._capture = frozenset(name.casefold() for name in capture)
        self._system = system or here()
        self._clock, self._sleep = clock, sleep
        self._cpu_at, self._cpu = clock(), self._system.cpu()
        self._known: dict[int, Running] = {}
        self._known_at = clock()
        self._active_at = -_ACTIVE_S
        self._last: tuple[float, Moment] | None = None

    def __call__(self) -> Moment:
        """What the machine is at; looked at anew every five seconds."""
        now = self._clock()
        if self._last is None or now - self._last[0] >= _FRESH_S:
            moment = Moment(self._captures(), self._system.is_on_battery(), self._busy())
            self._last = (self._clock(), moment)
        return self._last[1]

    def _busy(self) -> float | None:
        self._sleep(max(0.0, self._cpu_at + _LEAST_S - self._clock()))
        before, self._cpu, self._cpu_at = self._cpu, self._system.cpu(), self._clock()
        total = self._cpu[1] - before[1]
        return (self._cpu[0] - before[0]) / total if total > 0 else None

    def _captures(self) -> bool:
        now = self._clock()
        found = {one.pid: one for one in self._system.running(self._capture)}
        if any(self._works(one, now - self._known_at) for one in found.values()):
            self._active_at = now
        self._known, self._known_at = found, now
        return now - self._active_at < _ACTIVE_S

    def _works(self, one: Running, seconds: float) -> bool:
        before = self._known.get(one.pid)
        if before is None:
            return True
        return (
            one.cpu - before.cpu > _SOME_CPU * seconds or one.octets - before.octets > _SOME_BYTES
        )


def here() -> System:
    """How this system is asked: only Linux has such a /proc."""
    if _STAT.exists():
        return System(on_battery, lambda: cpu(_STAT), running)
    return _by_psutil()


def on_battery(supplies: Path = Path("/sys/class/power_supply")) -> bool:
    """Does a battery of the machine itself feed it? Those of mice and pens do not count."""
    with suppress(OSError):
        each = [supply for supply in supplies.iterdir() if _word(supply, "scope") != "Device"]
        if any(_word(supply, "online") == "1" for supply in each):
            return False
        return any(_word(supply, "status") == "Discharging" for supply in each)
    return False


def _word(supply: Path, name: str) -> str:
    try:
        return (supply / name).read_text().strip()
    except (OSError, ValueError):
        return ""


def cpu(path: Path) -> tuple[float, float]:
    """Ticks that all processors spent for others, and all ticks; work at low priority is idle."""
    try:
        fields = [int(field) for field in path.read_text().split("\n", 1)[0].split()[1:9]]
        user, _nice, system, _idle, _wait, irq, softirq, steal = fields
    except (OSError, ValueError):
        return 0.0, 0.0
    return float(user + system + irq + softirq + steal), float(sum(fields))


def running(names: Collection[str], processes: Path = Path("/proc")) -> list[Running]:
    """The processes that bear one of these names, which are casefolded."""
    cut = {name[:_LONGEST_NAME] for name in names}
    return [*_running(cut, processes)] if cut else []


def _running(cut: Collection[str], processes: Path) -> Iterator[Running]:
    for folder in processes.glob("[0-9]*"):
        with suppress(OSError, ValueError, IndexError):  # it has ended meanwhile
            if (folder / "comm").read_text().strip().casefold() in cut:
                fields = (folder / "stat").read_text().rsplit(")", 1)[1].split()
                ticks = int(fields[11]) + int(fields[12])
                yield Running(int(folder.name), ticks / _USER_HZ, _octets(folder))


def _octets(process: Path) -> int:
    """Bytes that a process has had from the disk and given to it; 0 where we may not ask."""
    try:
        lines = (process / "io").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) for line in lines if line.startswith(("read_b", "write_b")))


def _by_psutil() -> System:
    import psutil  # noqa: PLC0415 - only where it is asked

    def is_on_battery() -> bool:
        battery = psutil.sensors_battery() if hasattr(psutil, "sensors_battery") else None
        return battery is not None and battery.power_plugged is False

    def spent() -> tuple[float, float]:
        times = psutil.cpu_times()
        return sum(times) - times.idle - getattr(times, "nice", 0.0), float(sum(times))

    def found(names: Collection[str]) -> list[Running]:
        each = psutil.process_iter(["pid", "name", "cpu_times", "io_counters"])
        return [
            Running(one.pid, _spent(one.info["cpu_times"]), _moved(one.info.get("io_counters")))
            for one in each
            if (one.info["name"] or "").casefold() in names
        ]

    return System(is_on_battery, spent, found)


def _spent(times: object) -> float:
    return float(getattr(times, "user", 0.0) + getattr(times, "system", 0.0))


def _moved(counters: object) -> int:
    return int(getattr(counters, "read_bytes", 0) + getattr(counters, "write_bytes", 0))
