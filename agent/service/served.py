"""What does the service manager of Windows hear of the guard, and what does the guard hear of it?

- The manager's stop, and a shutdown of the machine, ring the guard's bell: errands are ended, state
  is written, and only then the service is stopped.
- A guard that ends with an error is a service that has failed, and comes again (agent.service.
  recovery).
- Guard and errands are in one job, as a unit of systemd holds them in one group: what they take of
  memory together is bounded by Windows.

https://learn.microsoft.com/windows/win32/services/service-control-handler-function
"""

import sys

if sys.platform == "win32":
    from collections.abc import Sequence
    from contextlib import suppress
    from typing import ClassVar

    import servicemanager
    import win32service
    import winerror

    from agent import faults, jobs
    from agent.errors import AgentError
    from agent.guard import start
    from agent.guard.bell import Bell
    from agent.paths import Home
    from agent.service import journal, recovery

    NAME = "dentinel"
    _MEMORY = 768 << 20
    """Bytes for the guard and its errands together: as the unit on Linux has it."""
    _HINT_MS = 30_000
    _FAULT = 70
    """EX_SOFTWARE of sysexits.h."""
    _STOPS = (win32service.SERVICE_CONTROL_STOP, win32service.SERVICE_CONTROL_SHUTDOWN)
    _HEEDS = win32service.SERVICE_ACCEPT_STOP | win32service.SERVICE_ACCEPT_SHUTDOWN

    def serve(home: Home) -> int:
        """Connect to the service manager, which calls back; 1 if nobody there has started us."""
        servicemanager.Initialize(NAME, None)
        journal.listen()
        Guarded.home = home
        servicemanager.PrepareToHostSingle(Guarded)
        try:
            servicemanager.StartServiceCtrlDispatcher()  # type: ignore[no-untyped-call]
        except win32service.error as error:
            sys.stderr.write(
                f"the service manager did not start this process: {error.strerror}\n"
                "  = help: sc start dentinel starts the service; in the foreground: dentinel run\n"
            )
            return 1
        return 0

    class Guarded:
        """The service: made by pywin32 on a thread of its own when the manager has started it."""

        home: ClassVar[Home]

        def __init__(self, args: Sequence[str]) -> None:
            self._bell = Bell()
            self._handle = servicemanager.RegisterServiceCtrlHandler(
                *(args[0], self._told, True)  # with event and data
            )
            self._say(win32service.SERVICE_START_PENDING)

        def SvcRun(self) -> None:  # noqa: N802 - pywin32 calls it by this name
            """Guard, and say how it ended."""
            self._say(win32service.SERVICE_RUNNING, heeds=_HEEDS)
            with suppress(OSError):  # in a job already that lets nobody out: then that bounds us
                jobs.Job(jobs.Limits(all=_MEMORY, stays=True)).take_ourselves()
            recovery.settle(NAME)
            self._say(win32service.SERVICE_STOPPED, code=self._guard())

        def _guard(self) -> int:
            try:
                return start.keep(self.home, self._bell, network=True)
            except AgentError as error:
                sys.stderr.write(f"{error}\n")
                return 2
            except Exception as error:  # noqa: BLE001 - the manager must hear that it has failed
                sys.stderr.write(f"dentinel service: fault: {faults.told(error)}\n")
                return _FAULT

        def _told(self, control: int, _event: int, _data: object) -> int:
            """By the manager, on its thread."""
            if control in _STOPS:
                self._say(win32service.SERVICE_STOP_PENDING)
                self._bell.stop()
            elif control != win32service.SERVICE_CONTROL_INTERROGATE:
                return winerror.ERROR_CALL_NOT_IMPLEMENTED
            return winerror.NO_ERROR

        def _say(self, state: int, *, heeds: int = 0, code: int = 0) -> None:
            """SetServiceStatus: an exit code of ours is `service specific`, 1066."""
            is_going = state in (
                win32service.SERVICE_START_PENDING,
                win32service.SERVICE_STOP_PENDING,
            )
            win32service.SetServiceStatus(
                self._handle,
                (
                    *(win32service.SERVICE_WIN32_OWN_PROCESS, state, heeds),
                    *(winerror.ERROR_SERVICE_SPECIFIC_ERROR if code else 0, code),
                    *((1, _HINT_MS) if is_going else (0, 0)),
                ),
            )
