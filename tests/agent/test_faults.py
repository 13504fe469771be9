"""Every process of the agent is made to fail over a patient's file, and names it to nobody."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from agent.__main__ import _PARTS
from tests.spellings import holds

NAME = "Zéphyrine-8c1f04aa"
FILE = f"/srv/exports/{NAME}, Anna/{NAME}.dcm"

# Each way in which Python tells of a fault by itself, and at last one that nobody caught.
FAILS = f"""
import errno, logging, os, threading, warnings
FILE = {FILE!r}
class Held:
    def __del__(self): open(FILE)
def refuse():
    raise PermissionError(errno.EACCES, 'Permission denied', FILE)
def fails(*_):
    logging.getLogger('a.library').error('cannot read %s', FILE)
    logging.getLogger('a.library').error('unmakeable %d', FILE)
    logging.error('by nobody in particular %s', FILE)
    try:
        refuse()
    except OSError:
        logging.getLogger('a.library').exception('failed over ' + FILE)
    warnings.warn('odd: ' + FILE, UserWarning)
    Held()
    thread = threading.Thread(target=refuse, name=FILE)
    thread.start(); thread.join()
    try:
        refuse()
    except OSError as error:
        raise ExceptionGroup(FILE, [ValueError(FILE)]) from error
"""
ERRAND = """
import importlib, sys
import agent.__main__ as entry
importlib.import_module(entry._PARTS[{part!r}]).main = fails
sys.exit(entry.main(['--home', '/nonexistent', {part!r}]))
"""
COMMAND = """
import sys
from agent.cli import app
import agent.imaging.reveal as there
there.reveal = fails
sys.argv = ['dentinel', '--home', '/nonexistent', 'show', '0' * 32]
app.main()
"""
UNGUARDED = "from agent import faults; faults.begin = lambda *_, **__: None\n"
pytestmark = pytest.mark.threat("leaked-name")


def said(code: str, **environment: str) -> bytes:
    """What a process says that runs this and fails."""
    done = subprocess.run(
        [sys.executable, "-c", FAILS + code],
        capture_output=True,
        check=False,
        env={**os.environ, "PYTHONUTF8": "1", **environment},
    )
    assert done.returncode not in (0, 2), done.stderr.decode()
    return done.stdout + done.stderr


@pytest.mark.parametrize("part", _PARTS)
def test_no_process_that_fails_names_a_file(part: str) -> None:
    told = said(ERRAND.format(part=part))

    assert holds(told, [NAME, "Anna"]) == []
    assert told.count(b"PermissionError EACCES at __main__:") >= 2
    assert f"dentinel {part}: fault: ExceptionGroup".encode() in told


def test_no_command_that_fails_names_a_file() -> None:
    told = said(COMMAND)

    assert holds(told, [NAME, "Anna"]) == []
    assert b"dentinel: fault: ExceptionGroup" in told


def test_with_the_guard_taken_away_the_name_is_found() -> None:
    """The control run: the same search over the same failures."""
    for code in (ERRAND.format(part="courier"), COMMAND):
        assert holds(said(UNGUARDED + code), [NAME]) == [NAME]


@pytest.mark.skipif(os.name == "nt", reason="there are no cores on Windows")
def test_a_process_that_is_shot_down_leaves_nothing_of_its_memory(tmp_path: Path) -> None:
    shot = FAILS + (
        "import resource, signal\n"
        "from agent import faults\n"
        "_, most = resource.getrlimit(resource.RLIMIT_CORE)\n"
        "resource.setrlimit(resource.RLIMIT_CORE, (most, most))\n"
        "faults.begin('dentinel inspect')\n"
        "print(resource.getrlimit(resource.RLIMIT_CORE), flush=True)\n"
        f"os.chdir({str(tmp_path)!r})\n"
        "os.kill(os.getpid(), signal.SIGABRT)\n"
    )
    command = [sys.executable, "-X", "faulthandler", "-c", shot]
    done = subprocess.run(command, capture_output=True, check=False)

    assert done.returncode == -6
    assert done.stdout == b"(0, 0)\n"
    assert b"Fatal Python error: Aborted" in done.stderr
    assert holds(done.stderr, [NAME]) == []
    assert list(tmp_path.iterdir()) == []


def test_a_fault_says_where_it_was() -> None:
    from agent import faults

    try:
        Path(FILE).read_bytes()
    except OSError as error:
        told = faults.told(error)

    assert told.startswith("FileNotFoundError ENOENT at pathlib:")
    assert f"{__name__}:" in told
