"""P3: what does the sleeping guard cost, watching 6,000 folders while nothing happens?

Bar: PSS at most 20 MiB, alone on the machine; at most 0.1 wake-ups a second; at most 0.05 s CPU
in 60 s. Floors in the same run: bare Python and, where it is installed, Go's node_exporter.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks import measure
from benchmarks.measure import Row

FOLDERS = 6_000
WATCHED_SECONDS = 60
NODE_EXPORTER = "/usr/bin/prometheus-node-exporter"


def rows() -> list[Row]:
    """Memory, wake-ups and CPU of the guard; memory of the floors."""
    with tempfile.TemporaryDirectory() as folder:
        home = practice(Path(folder))
        floors = [f"bare Python {_alone([sys.executable, '-c', 'input()']):.1f} MiB"]
        if Path(NODE_EXPORTER).exists():
            listen = "--web.listen-address=127.0.0.1:19100"
            floors.append(f"node_exporter {_alone([NODE_EXPORTER, listen]):.1f} MiB")
        with guard(home) as pid:
            settle(home, pid)
            memory = measure.pss(pid)
            cpu, woken = measure.cpu(pid), measure.wakeups(pid)
            time.sleep(WATCHED_SECONDS)
            cpu, woken = measure.cpu(pid) - cpu, measure.wakeups(pid) - woken
    what = f"guard idle, {FOLDERS:,} folders"
    rate = woken / WATCHED_SECONDS
    return [
        Row("P3", f"{what}, PSS", f"{memory:.1f} MiB", ", ".join(floors), "20 MiB", memory <= 20),
        Row("P3", f"{what}, wake-ups", f"{rate:.2f}/s", "", "0.1/s", rate <= 0.1),
        Row("P3", f"{what}, CPU in 60 s", f"{cpu:.2f} s", "", "0.05 s", cpu <= 0.05),
    ]


def practice(folder: Path) -> Path:
    """An agent's home with one root of many folders; the path of the home."""
    store, home = folder / "store", folder / "home"
    for number in range(FOLDERS):
        (store / f"{number // 100:03}" / f"{number % 100:02}").mkdir(parents=True)
    home.mkdir(mode=0o700)
    settings = f'[[imaging.root]]\nlabel = "store"\npath = "{store}"\nrole = "store"\n'
    (home / "agent.toml").write_text(settings, encoding="utf-8")
    return home


@contextmanager
def guard(home: Path) -> Iterator[int]:
    """The resident process in its own session; its process id."""
    command = [sys.executable, "-m", "agent", "--home", str(home), "run"]
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    try:
        yield process.pid
        if process.poll() is not None:
            raise RuntimeError(f"the guard ended by itself, with {process.returncode}")
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=30)


def settle(home: Path, pid: int, patience: float = 120) -> None:
    """Wait until the first sweep and the first patrol are done and the errands have left."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        if (home / "run/results.json").exists() and not children(pid):
            time.sleep(2)
            return
        time.sleep(0.5)
    raise TimeoutError("the guard did not come to rest")


def children(pid: int) -> list[str]:
    """Process ids of a process's living children."""
    path = Path(f"/proc/{pid}/task/{pid}/children")
    return path.read_text(encoding="ascii").split() if path.exists() else []


def _alone(command: list[str]) -> float:
    """PSS of a process that has come to rest, in MiB."""
    if not shutil.which(command[0]):
        return float("nan")
    read, write = os.pipe()
    process = subprocess.Popen(
        command, stdin=read, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        time.sleep(1.5)
        return measure.pss(process.pid)
    finally:
        process.kill()
        process.wait()
        os.close(read)
        os.close(write)
