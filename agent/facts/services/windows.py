r"""Which services run, or may start? The answer for Windows, by its Service Control Manager.

Drivers are left out. A service that is started by an event is one by hand: Windows has no other
word for it. Not yet confirmed on a real Windows.
"""

from collections.abc import Mapping
from typing import Literal, TypeAlias

from agent.facts.base import About, answers
from agent.host import services
from agent.host.base import Host
from agent.readers.probes.services import AUTOMATIC, BY_HAND, DISABLED, RUNNING, STOPPED
from agent.readers.probes.services import Service as Told
from rules.facts.base import Items, Maybe, Unknown
from rules.facts.services import SERVICES, Service

_State: TypeAlias = Literal["running", "stopped", "other"]
_Start: TypeAlias = Literal["auto", "manual", "disabled", "other"]

_STATES: Mapping[int, _State] = {RUNNING: "running", STOPPED: "stopped"}
_STARTS: Mapping[int, _Start] = {AUTOMATIC: "auto", BY_HAND: "manual", DISABLED: "disabled"}


@answers(SERVICES, on="windows")
def windows(host: Host, _about: About) -> Items[Service]:
    """All that are programs."""
    found = sorted(services.known(host).values(), key=lambda one: one.name.lower())
    return Items(tuple(map(_service, found)))


def _service(told: Told) -> Service:
    return Service(name=told.name, state=_STATES.get(told.state, "other"), start=_start(told.start))


def _start(told: Maybe[int]) -> Maybe[_Start]:
    return told if isinstance(told, Unknown) else _STARTS.get(told, "other")
