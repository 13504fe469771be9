"""What does Windows do when the service has failed? It starts it again, later each time.

The service sees to this itself at each start, so that neither a package nor a person can forget it;
and to the quotes around its program's path.
https://learn.microsoft.com/windows/win32/api/winsvc/ns-winsvc-service_failure_actionsw
"""

import sys
from typing import Final

RESTARTS_MS: Final = (10_000, 60_000, 600_000)
"""After the first failure, the second, and each later one."""
FORGOTTEN_S: Final = 86_400
"""After a day without a failure the count begins anew."""


def quoted(command: str, program: str) -> str:
    """A service's command with its program in quotes, if it is this one and has none (CWE-428)."""
    if command.lower().startswith(program.lower()):
        return f'"{command[: len(program)]}"{command[len(program) :]}'
    return command


if sys.platform == "win32":
    from collections.abc import Iterator

    import win32service

    def settle(name: str) -> None:
        """See to it; where Windows refuses, say so and go on: the guard is worth more."""
        try:
            manager = win32service.OpenSCManager(None, None, win32service.SC_MANAGER_CONNECT)
            rights = win32service.SERVICE_CHANGE_CONFIG | win32service.SERVICE_START
            service = win32service.OpenService(
                manager, name, rights | win32service.SERVICE_QUERY_CONFIG
            )
            command = win32service.QueryServiceConfig(service)[3]
            wanted = quoted(command, sys.executable)
            if wanted != command:
                same = win32service.SERVICE_NO_CHANGE
                tag = False
                win32service.ChangeServiceConfig(
                    service, same, same, same, wanted, None, tag, None, None, None, None
                )
            for what, said in _wanted():
                win32service.ChangeServiceConfig2(service, what, said)
        except win32service.error as error:
            sys.stderr.write(
                f"Windows is not to start the service again when it fails: {error.strerror}\n"
            )

    def _wanted() -> Iterator[tuple[int, object]]:
        restarts = [(win32service.SC_ACTION_RESTART, delay) for delay in RESTARTS_MS]
        yield (
            win32service.SERVICE_CONFIG_FAILURE_ACTIONS,
            {"ResetPeriod": FORGOTTEN_S, "RebootMsg": "", "Command": "", "Actions": restarts},
        )
        # Also when it has stopped by itself with an error, not only when it has crashed.
        yield win32service.SERVICE_CONFIG_FAILURE_ACTIONS_FLAG, True
        # The programs of the practice come first when a machine starts.
        yield win32service.SERVICE_CONFIG_DELAYED_AUTO_START_INFO, True
