"""An errand is started, heard, bounded and buried."""

import os
import signal
import sys
import time
from pathlib import Path

from agent.guard import children
from agent.guard.pump import Pump


def until(claim):
    end = time.monotonic() + 90
    while not (found := claim()):
        assert time.monotonic() < end, "it never came true"
        time.sleep(0.01)
    return found


def python(code, **options):
    return children.start("patrol", [sys.executable, "-I", "-c", code], deadline=0.0, **options)


def state_of(pid):
    """Its letter in proc_pid_stat(5); None when it is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return None


def buried(child):
    until(lambda: child.buried() is not None)
    return child.process.returncode


def test_its_last_words_are_heard_when_it_has_ended():
    child = python("print('one'); print('two')")

    assert buried(child) == 0
    assert child.lines() == [b"one", b"two"]


def test_a_line_is_taken_when_it_is_whole():
    child = python(
        "import sys\nfor line in sys.stdin: print('heard', line.strip(), flush=True)", asked=True
    )
    child.tell(b"a")
    assert child.lines() == []
    child.tell(b"b\n")

    until(lambda: child.hear() and b"\n" in child.out)

    assert child.lines() == [b"heard ab"]
    child.process.stdin.close()
    assert buried(child) == 0


def test_one_that_floods_keeps_its_end_alone():
    child = python("import sys; sys.stdout.write('x' * 300_000 + '\\nlast\\n')")

    while child.buried() is None:
        child.hear()

    assert len(child.out) <= 64 * 1024
    assert child.out.endswith(b"\nlast\n")


PARENT = """
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
print(child.pid, flush=True)
time.sleep(600)
"""


def test_a_kill_takes_the_whole_group():
    child = python(PARENT)
    grandchild = int(until(lambda: child.hear() and child.lines())[0])

    child.kill()

    assert buried(child) == -signal.SIGKILL
    until(lambda: state_of(grandchild) in (None, "Z"))


def test_one_that_listens_no_more_is_noticed():
    child = python("", asked=True)
    until(lambda: state_of(child.pid) == "Z")

    assert child.tell(b"x") is False
    assert buried(child) == 0


def test_it_is_humbler_than_the_guard():
    child = python(
        "import os, time; print(os.getpriority(os.PRIO_PROCESS, 0), flush=True); time.sleep(600)"
    )

    until(lambda: os.getpriority(os.PRIO_PROCESS, child.pid) == 19)
    child.kill()
    buried(child)


def test_a_pump_reads_what_comes_and_then_its_end():
    out, into = os.pipe()
    with os.fdopen(out, "rb") as pipe:
        pump = Pump(pipe)
        assert pump.read() is None
        os.write(into, b"DICM")
        assert until(pump.read) == b"DICM"
        os.close(into)
        until(lambda: pump.read() == b"")
        assert pump.read() == b""
