"""Which programs run on a Linux machine, by what they call themselves?

The kernel keeps 15 letters of a name (TASK_COMM_LEN). A process may call itself what it likes:
that one runs is no proof that the right program does.
"""

from agent.host.base import Absent, Host, HostError, read_if_there
from agent.readers import text
from rules.facts.base import Why


def running(host: Host) -> frozenset[str]:
    """What all processes call themselves; one that ends meanwhile is none."""
    said = (read_if_there(host, f"/proc/{number}/comm") for number in numbers(host))
    return frozenset(text.line(one) for one in said if one is not None)


def numbers(host: Host) -> tuple[int, ...]:
    """All processes by number; HostError where the kernel does not show them."""
    try:
        return tuple(sorted(int(one.name) for one in host.list("/proc") if one.name.isdecimal()))
    except Absent as error:
        raise HostError(Why.CONTAINER, "there is no /proc") from error
