"""A practice with imaging folders, and a guard over them: a real process over real folders."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from agent.paths import Home

STANDIN = Path(__file__).parent / "standin.py"
_RUN = """
import sys
from pathlib import Path
from agent.guard import state
from agent.guard.bell import Bell
from agent.guard.loop import Guard
from agent.guard.start import watcher
from agent.paths import Home
home = Home(Path(sys.argv[1]))
queue = Path("/proc/sys/fs/inotify/max_queued_events")
if sys.argv[4:]:
    before = queue.read_text()
    queue.write_text(sys.argv[4])
    watching = watcher()
    queue.write_text(before)
else:
    watching = watcher()
with state.lock(home):
    guard = Guard(home, (sys.executable, "-I", sys.argv[2]), watching, network=sys.argv[3] == "1")
    guard.tick_s = 1.0
    bell = Bell()
    bell.heed_signals()
    guard.run(bell)
"""


def until(claim: Callable[[], Any], seconds: float = 150.0) -> Any:
    """Wait until a claim holds and return what it gave; fails when it never does.

    It rests as long as it asked: what is waited for needs the processor too.
    """
    end = time.monotonic() + seconds
    began = time.monotonic()
    while not (found := claim()):
        assert time.monotonic() < end, "it never came true"
        time.sleep(max(0.02, time.monotonic() - began))
        began = time.monotonic()
    return found


@dataclass
class Practice:
    """Bright Smiles: a home, one imaging folder, and what has happened there."""

    home: Home
    images: Path
    process: "subprocess.Popen[bytes] | None" = None
    log: list[bytes] = field(default_factory=list)

    until = staticmethod(until)

    def tell(self, name: str, text: str) -> None:
        (self.home.root / name).write_text(text)

    pause = staticmethod(time.sleep)

    def launch(self, *words: str, network: bool = True) -> "subprocess.Popen[bytes]":
        command = [sys.executable, "-c", _RUN, str(self.home.root), str(STANDIN)]
        return subprocess.Popen([*command, "1" if network else "0", *words])

    def start(self, *words: str, network: bool = True) -> None:
        self.process = self.launch(*words, network=network)
        until(self.sweeps)

    @staticmethod
    def modules_of(code: str) -> set[str]:
        """Which modules a fresh process holds after this code."""
        command = [sys.executable, "-I", "-c", f"{code}; import sys; print(*sys.modules)"]
        return set(
            subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
        )

    def noted(self) -> list[dict[str, Any]]:
        try:
            lines = (self.home.root / "asked.jsonl").read_text().splitlines()
        except FileNotFoundError:
            return []
        return [json.loads(line) for line in lines]

    def asked(self) -> list[dict[str, Any]]:
        return [note["asked"] for note in self.noted() if "asked" in note]

    def files(self) -> list[str]:
        return [asked["file"] for asked in self.asked() if "file" in asked]

    def sweeps(self) -> list[str | None]:
        return [asked["path"] for asked in self.asked() if "sweep" in asked]

    def errands(self, name: str) -> list[list[str]]:
        return [note["words"] for note in self.noted() if note.get("errand") == name]

    def state(self) -> dict[str, Any]:
        return json.loads(self.home.guard.read_bytes())

    def root(self) -> dict[str, Any]:
        self.until(lambda: "sidexis" in self.state()["roots"])  # a guard begins with none
        return self.state()["roots"]["sidexis"]

    def is_calm(self) -> bool:
        root = self.root()
        return root["oldest_pending"] is None and not root["dirty"]

    def stop(self) -> int:
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(30)
        self.process = None
        return code


@pytest.fixture
def practice(tmp_path: Path) -> Iterator[Practice]:
    home = Home(tmp_path / "home")
    home.create()
    images = tmp_path / "PDATA"
    images.mkdir()
    home.settings.write_text(
        f'[[imaging.root]]\nlabel = "sidexis"\npath = "{images}"\nrole = "store"\n'
    )
    found = Practice(home, images)
    yield found
    if found.process is not None:
        found.process.kill()
        found.process.wait()
    for note in found.noted():
        try:
            os.kill(note["pid"], signal.SIGKILL)
        except ProcessLookupError:
            continue
