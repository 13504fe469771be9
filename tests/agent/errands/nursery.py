"""A process that has loaded what an errand loads, and begins one in no time: to be killed at work.

Each errand is a process of its own, begun by a fork of this one, in a session of its own, and is
ended by SIGKILL at a random moment of what it does, not of what Python does before it. It takes its
turn like anybody else: at the priority of an errand a busy machine would make the tests last.
"""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

KILLS = 40

_BEGIN = """
import json, os, sys
from importlib import import_module
sys.executable = sys.argv[1]
for name in sys.argv[2:]:
    import_module(name)
from agent.__main__ import main
from agent.errands import humble
humble.stand_back = lambda: None
for line in sys.stdin:
    words, ends = json.loads(line)
    pid = os.fork()
    if pid == 0:
        code = 70
        try:
            os.setsid()
            for number, end in enumerate(ends):
                os.dup2(os.open(end, (os.O_RDONLY, os.O_WRONLY, os.O_WRONLY)[number]), number)
            code = main(words)
        finally:
            sys.stdout.flush()
            os._exit(code)
    print(pid, flush=True)
    print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), flush=True)
"""


@dataclass
class Errand:
    """One that has been begun."""

    pid: int
    nursery: "Nursery"
    code: int | None = None

    def kill(self) -> bool:
        """True if it was still at work."""
        with suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        return self.ended() == -signal.SIGKILL

    def ended(self) -> int:
        """Its exit code, once it has one."""
        if self.code is None:
            self.code = int(self.nursery.hear())
        return self.code


@dataclass
class Nursery:
    """Begins the errands of one home; one at a time."""

    process: "subprocess.Popen[str]"
    root: Path
    dice: random.Random

    def hear(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline()

    def begin(self, *words: str, stdin: Path | None = None, stdout: Path | None = None) -> Errand:
        """Begin an errand."""
        ends = [str(end or os.devnull) for end in (stdin, stdout, None)]
        asked = json.dumps([["--home", str(self.root), *words], ends])
        assert self.process.stdin is not None
        self.process.stdin.write(f"{asked}\n")
        self.process.stdin.flush()
        return Errand(int(self.hear()), self)

    def finish(self, *words: str) -> int:
        """Run one to its end."""
        return self.begin(*words).ended()

    def lasts(self, *words: str) -> float:
        """How long an undisturbed one takes, in seconds."""
        began = time.monotonic()
        assert self.finish(*words) == 0
        return time.monotonic() - began

    def cut_down(self, *words: str, within: float) -> bool:
        """Begin one and kill it somewhere in this time; True if it was at work."""
        return cut_down([self], *words, within=within) == 1


def cut_down(nurseries: Sequence[Nursery], *words: str, within: float) -> int:
    """Begin one in each home, and kill each somewhere in this time; how many were at work."""
    errands = [one.begin(*words) for one in nurseries]
    moments = sorted(one.dice.uniform(0, within) for one in nurseries)
    began, killed = time.monotonic(), 0
    for errand, moment in zip(errands, moments, strict=True):
        time.sleep(max(0.0, began + moment - time.monotonic()))
        killed += errand.kill()
    return killed


@contextmanager
def nursery(root: Path, *modules: str, python: str = sys.executable) -> Iterator[Nursery]:
    """For the errands of a home; `modules` are loaded before the first, `python` runs others."""
    process = subprocess.Popen(
        [sys.executable, "-c", _BEGIN, python, *modules],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield Nursery(process, root, random.Random(root.name))
    finally:
        process.kill()
        process.communicate()
