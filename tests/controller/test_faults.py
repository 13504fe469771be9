"""What the controller says when it fails over what somebody sent: where, and not what."""

import io
import logging
import os
import subprocess
import sys
from pathlib import Path

import pytest

from controller import faults
from tests.spellings import holds

NAME = "Zéphyrine-8c1f04aa"
COMMAND = f"""
import sys
import controller.cli.doors as there
def fails(*_, **__):
    try:
        raise ValueError({NAME!r})
    except ValueError as error:
        raise PermissionError(13, 'Permission denied', {NAME!r}) from error
there.open_both = fails
from controller.cli import app
sys.argv = ['dentinel-controller', '--home', '/nonexistent', 'serve']
app.main()
"""
# Each way in which Python and its libraries tell of a fault by themselves.
WAYS = f"""
import asyncio, gc, logging, sys, threading, warnings
NAME = {NAME!r}
class Held:
    def __del__(self): open('/nonexistent/' + NAME)
def refuse():
    raise PermissionError(13, 'Permission denied', NAME)
async def lost():
    async def task(): refuse()
    held = asyncio.create_task(task(), name=NAME)
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    del held
    gc.collect()
def fails(*_, **__):
    logging.getLogger('a.library').error('cannot read %s', NAME)
    logging.getLogger('a.library').error('unmakeable %d', NAME)
    logging.getLogger('django.request').error('Internal Server Error: %s', '/link/' + NAME)
    try:
        refuse()
    except OSError:
        logging.getLogger('dentinel.jobs').exception('a job failed job=%s', 'freshness')
    warnings.warn('odd: ' + NAME, UserWarning)
    Held()
    thread = threading.Thread(target=refuse, name=NAME)
    thread.start(); thread.join()
    asyncio.run(lost())
    raise ExceptionGroup(NAME, [ValueError(NAME)])
"""
SERVING = (
    WAYS
    + """
import controller.cli.doors as there
there.open_both = fails
from controller.cli import app
sys.argv = ['dentinel-controller', '--home', '/nonexistent', 'serve']
app.main()
"""
)
WORKING = (
    WAYS
    + """
from datetime import UTC, datetime, timedelta
from controller import faults
from controller.jobs import base
faults.begin()
base.connection = type('Connection', (), {'close': lambda self: None})()
worker = base.Worker(None, [base.Job('freshness', timedelta(hours=1), base.Lane.INSIDE, fails)])
worker.step(datetime.now(UTC))
sys.exit(1)
"""
)
pytestmark = pytest.mark.threat("leaked-name")


def said(code: str) -> bytes:
    environment = {**os.environ, "PYTHONUTF8": "1", "_TYPER_STANDARD_TRACEBACK": ""}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, check=False, env=environment
    )
    assert done.returncode == 1
    return done.stdout + done.stderr


def test_a_command_that_fails_says_where_and_not_over_what() -> None:
    told = said(COMMAND)

    assert holds(told, [NAME]) == []
    assert b"ValueError: its words are not told" in told
    assert b"PermissionError: its words are not told" in told
    assert b"in serve" in told


@pytest.mark.parametrize("process", [SERVING, WORKING], ids=["serve", "jobs"])
def test_no_way_in_which_a_process_tells_of_a_fault_names_anybody(process: str) -> None:
    told = said(process)

    assert holds(told, [NAME]) == []
    assert told.count(b"PermissionError: its words are not told") >= 2
    assert b"ERROR asyncio: at " in told
    assert b"ERROR django.request: at " in told
    assert b"FileNotFoundError: its words are not told" in told
    assert b"warning: UserWarning" in told


def test_with_the_guard_taken_away_the_name_is_found() -> None:
    """The control run."""
    unguarded = "from controller import faults; faults.begin = lambda: None\n"
    for process in (COMMAND, SERVING, WORKING):
        assert holds(said(unguarded + process), [NAME]) == [NAME]


def logged(formatter: logging.Formatter) -> bytes:
    """What stands in the journal when a job fails in a loop that goes on."""
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(formatter)
    log = logging.Logger("controller.jobs")
    log.addHandler(handler)
    try:
        Path("/nonexistent", NAME).read_bytes()
    except OSError:
        log.exception("a job failed and is tried again job=%s", "freshness")
    return out.getvalue().encode()


def test_a_line_of_the_journal_has_our_words_and_no_other() -> None:
    told = logged(faults.Lines())

    assert holds(told, [NAME]) == []
    assert told.startswith(b"ERROR controller.jobs: a job failed and is tried again job=freshness")
    assert b"FileNotFoundError: its words are not told" in told
    assert holds(logged(logging.Formatter()), [NAME]) == [NAME], "the control run"
