"""How is a program run on Windows, so that nothing of it can hang or be left behind?

In a Job Object that dies with its handle (agent.jobs): the program is started asleep, put into the
job, and woken, so that all that it starts is in the job too. It has an environment made from
nothing, no input, no window and idle priority.

Not yet run on a real Windows.
"""

import subprocess
import sys
from collections.abc import Mapping, Sequence

from agent import jobs
from agent.host.base import Ran
from agent.host.holding import run_held
from agent.host.programs import Command

LIMITS = jobs.Limits(priority=jobs.IDLE)
"""Those of our jobs: they end with their handle, and everybody else goes first."""


def environment(windows: str) -> Mapping[str, str]:
    r"""All that a program is given: what Windows' own libraries look for, below `C:\Windows`."""
    drive = windows[:2]
    return {
        "SystemRoot": windows,
        "SystemDrive": drive,
        "windir": windows,
        "ProgramData": f"{drive}\\ProgramData",
        "PATH": f"{windows}\\System32;{windows}\\System32\\wbem",
        "TEMP": f"{windows}\\Temp",
        "TMP": f"{windows}\\Temp",
    }


if sys.platform == "win32":
    from agent.host import windows

    def run_command(path: str, args: tuple[str, ...], command: Command) -> Ran:
        """Run it in a job of its own; HostError, OSError."""
        job = Job(LIMITS)
        try:
            words = (path, *command.before, *args)
            return run_held(words, job, command.limit, command.seconds(args))
        finally:
            job.close()

    class Job(jobs.Job):
        """A job that starts what runs in it."""

        def start(self, words: Sequence[str]) -> "subprocess.Popen[bytes]":
            """Asleep, into the job, awake; OSError, and then nothing runs."""
            root = windows.root()
            process = subprocess.Popen(
                words,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env=environment(root),
                cwd=root,
                creationflags=jobs.IDLE | jobs.ASLEEP | jobs.NO_WINDOW,
            )
            handle = int(process._handle)  # type: ignore[attr-defined]  # noqa: SLF001 - it has no other name
            try:
                self.take(handle)
                jobs.wake(handle)
            except OSError as error:
                process.kill()
                raise OSError(0, f"it could not be put into a job: {error}") from error
            return process
