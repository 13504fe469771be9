"""Which services run, or may start? The answer for Linux.

systemd's `disabled` means that a service is not started by itself, and may be by hand or by
another: that is `manual` here. Only a masked one cannot start.
"""

from collections.abc import Mapping
from typing import Literal, TypeAlias

from agent.facts.base import About, answers
from agent.host.base import Host, output
from agent.host.programs import Program
from agent.readers import systemdunits
from agent.readers.systemdunits import Unit
from rules.facts.base import Items
from rules.facts.services import SERVICES, Service

_State: TypeAlias = Literal["running", "stopped", "other"]
_Start: TypeAlias = Literal["auto", "manual", "disabled", "other"]

_STATES: Mapping[str, _State] = {"active": "running", "inactive": "stopped", "failed": "stopped"}
"""What is on its way up or down is neither."""

_STARTS: Mapping[str, _Start] = {
    "enabled": "auto",
    "enabled-runtime": "auto",
    "generated": "auto",
    "disabled": "manual",
    "static": "manual",
    "indirect": "manual",
    "transient": "manual",
    "masked": "disabled",
    "masked-runtime": "disabled",
}


@answers(SERVICES, on="linux")
def linux(host: Host, _about: About) -> Items[Service]:
    """From systemd: all services that it has loaded, and all sockets that may start one."""
    properties = f"--property={','.join(systemdunits.PROPERTIES)}"
    words = ("show", "--all", properties, "*.service", "*.socket")
    units = systemdunits.parse(output(host, Program.SYSTEMCTL, *words))
    return Items(tuple(_service(unit) for unit in sorted(units, key=lambda unit: unit.name)))


def _service(unit: Unit) -> Service:
    return Service(
        name=unit.name,
        state=_STATES.get(unit.active, "other"),
        start=_STARTS.get(unit.file, "other"),
    )
