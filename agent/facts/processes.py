"""Which programs run on a Linux machine, by what they call themselves?

The kernel keeps 15 letters of a name (TASK_COMM_LEN). A process may call itself what it likes:
that one runs is no proof that the right program does.
"""

from agent.host.base import Host, read_if_there
from agent.readers import text


def running(host: Host) -> frozenset[str]:
    """What all processes call themselves; one that ends meanwhile is none."""
    numbers = [entry.name for entry in host.list("/proc") if entry.name.isdecimal()]
    said = (read_if_there(host, f"/proc/{number}/comm") for number in numbers)
    return frozenset(text.line(one) for one in said if one is not None)
