"""How do things stand between this machine and its controller?

For `status`, `doctor` and the fact `agent`. Reads what is there and makes nothing: a machine that
has not joined, or has not been to its controller yet, stands at nothing.
"""

import contextlib

from agent.outbox.contact import Standing
from agent.paths import Home


def read(home: Home) -> Standing:
    """Look at outbox and courier's memory; OutboxError if they are there and cannot be read."""
    with contextlib.suppress(PermissionError):
        if not home.enrolled.exists():
            return Standing()
    from agent.outbox import joined  # noqa: PLC0415 - who has joined nobody loads no keys

    return joined.read(home)
