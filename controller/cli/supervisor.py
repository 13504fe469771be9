"""What does systemd hear of the controller (sd_notify(3))?

`READY=1` when both doors are open, so that what waits for the unit waits for that; `WATCHDOG=1`
from the event loop, twice in the time that the unit allows, so that a loop which hangs is started
anew; `STOPPING=1`. One datagram to `$NOTIFY_SOCKET` each; without that variable nobody listens.
"""

import asyncio
import os
import socket
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import Protocol

_LOOK_SECONDS = 0.05


class Opening(Protocol):
    """A server that says whether it takes connections."""

    started: bool


async def told(doors: Sequence[Opening]) -> None:
    """Say when all doors are open, and from then on that the loop lives; for ever."""
    while not all(door.started for door in doors):
        await asyncio.sleep(_LOOK_SECONDS)
    say("READY=1")
    pause = int(os.environ.get("WATCHDOG_USEC", "0")) / 2_000_000
    while pause:
        await asyncio.sleep(pause)
        say("WATCHDOG=1")


def say(message: str) -> None:
    """One message; a deaf service manager is no reason to fail."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if sys.platform != "win32" and address:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender, suppress(OSError):
            sender.setblocking(False)
            # An address that begins with @ is in the abstract namespace (unix(7)).
            sender.sendto(message.encode(), address.replace("@", "\0", 1))
