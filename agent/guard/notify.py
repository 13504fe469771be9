"""What does systemd hear of the guard?

One datagram to `$NOTIFY_SOCKET` a message (sd_notify(3)); without that variable nobody listens.
"""

import os
import socket
import sys


def notify(message: str) -> None:
    """Say `READY=1`, `WATCHDOG=1`, `STOPPING=1`; a deaf service manager is no reason to fail."""
    address = os.environ.get("NOTIFY_SOCKET")
    if sys.platform != "win32" and address:
        if address.startswith("@"):
            address = "\0" + address[1:]
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
                sender.connect(address)
                sender.send(message.encode())
        except OSError:
            return
