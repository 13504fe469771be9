"""Do the ports of this machine speak DICOM, and do they speak it in clear?

Part of the errand that has the network (`visit`). It asks no machine but this one, and of its
ports only those that the fact `listeners` calls `not_collected`, here or in the last patrol: where
DICOM is expected, once a day, or when a listener is new. A port that the settings exclude is
`disabled` there, and is never asked. The answers are left for the next patrol, which has no
network.

A server writes a line into its log when it is asked: from DENTINEL, for a Verification.
"""

import time
from datetime import datetime

from agent import paths
from agent.errands import unasked
from agent.facts.base import About
from agent.facts.gather import gather
from agent.facts.memory import Memory
from agent.host.base import Absent, Host, HostError
from agent.paths import Home
from agent.readers import probed
from agent.readers.errors import ParseError
from agent.readers.probed import Asked, Port
from agent.settings import Settings
from agent.transport import dicom

_WHOLE = 10.0
"""Seconds for all ports; those that are not reached are asked at the next visit."""

_LONGEST = 5.0
"""Seconds that one port may need: one that is begun is asked to its end."""

_ANY = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - compared, and never bound


def run(home: Home, settings: Settings, host: Host, now: datetime, whole: float = _WHOLE) -> int:
    """Ask the ports that are due, and leave their answers; how many were asked.

    `whole` is in seconds. HomeError if the answers cannot be written.
    """
    due = _due(home, settings, host, now)
    until = time.monotonic() + whole
    answers: dict[Port, Asked] = {}
    for address, port in due:
        if until - time.monotonic() < _LONGEST:
            break
        said = dicom.probe(_ANY.get(address, address), port, until)
        answers[address, port] = Asked(now, said)
    if answers:
        kept = {port: one for port, one in _before(home, host).items() if one.holds(now)}
        paths.write(home.probed, probed.write({**kept, **answers}), mode=0o640, shared=True)
    return len(answers)


def _due(home: Home, settings: Settings, host: Host, now: datetime) -> list[Port]:
    """The ports that nobody has asked within a day."""
    about = About(settings, home, Memory.none(), now)
    seen = unasked.due(gather(host, about, ["listeners"])["listeners"])
    answered = {port for port, one in _before(home, host).items() if one.holds(now)}
    wanted = (port for port in unasked.left(home, host) if port[1] not in settings.never_probe)
    return [port for port in dict.fromkeys((*seen, *wanted)) if port not in answered]


def _before(home: Home, host: Host) -> dict[Port, Asked]:
    try:
        return probed.parse(host.read(home.probed.as_posix()))
    except (Absent, HostError, ParseError):
        return {}
