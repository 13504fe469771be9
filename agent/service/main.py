r"""`python -m agent service`: be the service that Windows' service manager has started.

    sc create dentinel start= auto binPath= "C:\dentinel\dentinel.exe agent service"

The package makes the service; a person never runs this. What the guard and its errands say goes
into the event log (source `dentinel`, log Application). The exit code of `sc query` is the guard's.
"""

import sys
from collections.abc import Sequence

from agent.paths import Home


def main(home: Home, argv: Sequence[str]) -> int:
    """Serve until the service manager says stop; 2 where there is none, or for wrong use."""
    if argv:
        sys.stderr.write("usage: python -m agent [--home DIR] service\n")
        return 2
    if sys.platform == "win32":
        from agent.service.served import serve  # noqa: PLC0415 - pywin32 is Windows' alone

        return serve(home)
    else:  # noqa: RET505 - type checkers skip the branch of the other system
        sys.stderr.write(
            "dentinel service: this is no Windows, so nobody manages services in its way here\n"
            "  = help: the packages bring units of systemd; in the foreground: dentinel run\n"
        )
        return 2
