"""Is an antivirus on, in real time, with fresh signatures? The answer for Windows.

On a Windows for people every product registers with the Security Center; on a server there is
none, and Microsoft Defender is asked itself. Not yet confirmed on a real Windows.

- The Security Center says whether definitions are current, not of when they are: those of another
  product that are current have an unknown day, those that are not have none.
- Defender is asked only where it is the one that is on; both words must agree for it to be on.
- A Security Center whose service does not run knows nothing new: its list is stale.
- What a server has beside Defender is not known: the list is whole only if Defender is active.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Literal, TypeAlias

from agent.facts.base import About, answers, part
from agent.host.base import Host, HostError
from agent.host.probing import probed
from agent.host.registry import WINDOWS, opened
from agent.host.services import runs
from agent.readers.probes import defender, security
from agent.readers.probes.defender import Status
from agent.readers.probes.security import DEFENDER, Registered
from rules.facts.antivirus import ANTIVIRUS, Antivirus, Product
from rules.facts.base import Items, Maybe, Unknown, Why

Mode: TypeAlias = Literal["active", "passive", "edr_block"]

_DEFENDER = "Microsoft Defender Antivirus"
_CENTER = "wscsvc"
_MODES: dict[str, Mode] = {
    "normal": "active",
    "passive": "passive",
    "passive mode": "passive",
    "sxs passive mode": "passive",
    "edr block mode": "edr_block",
    "edr over passive mode": "edr_block",
    "not running": "passive",
}
"""AMRunningMode, which is the same in every language."""


@answers(ANTIVIRUS, on="windows", confidence="derived", pace="heavy")
def windows(host: Host, _about: About) -> Antivirus:
    """By the Security Center, or on a server by Defender alone."""
    said = opened(host, WINDOWS).text("InstallationType")
    if said == "Client":
        return Antivirus(products=Items(tuple(_registered(host))))
    if said in ("Server", "Server Core"):
        return Antivirus(products=_on_a_server(host))
    raise HostError(Why.UNRECOGNISED, f"a Windows of type {said}")


def _registered(host: Host) -> Iterator[Product]:
    found = security.read(probed(host, "security"))
    if not runs(host, _CENTER):
        raise HostError(Why.STALE_SOURCE, "the Security Center does not run")
    for one in found:
        yield _defender(host, one) if one.id == DEFENDER else _other(one)


def _other(one: Registered) -> Product:
    """A product of another maker, as far as Windows knows it."""
    signatures: Maybe[datetime | None] = Unknown(Why.NOT_COLLECTED) if one.is_current else None
    return Product(
        name=one.name,
        enabled=one.is_on,
        realtime=one.is_on,
        signatures=signatures,
        mode="active" if one.is_on else "passive",
        tamper_protection=None,
    )


def _defender(host: Host, one: Registered) -> Product:
    """Defender steps aside for another that is on; then nobody asks it."""
    if not one.is_on:
        unasked = Unknown(Why.NOT_COLLECTED)
        return Product(
            name=_DEFENDER,
            enabled=False,
            realtime=False,
            signatures=unasked if one.is_current else None,
            mode="passive",
            tamper_protection=unasked,
        )
    status = part(lambda: _status(host))
    return _unread(status) if isinstance(status, Unknown) else _told(status)


def _on_a_server(host: Host) -> Items[Product]:
    status = part(lambda: _status(host))
    if isinstance(status, Unknown):
        return Items((), status.why)
    product = _told(status)
    return Items((product,), None if product.mode == "active" else Why.TOOL_MISSING)


def _status(host: Host) -> Status:
    """Defender's own word; one that is not installed is missing."""
    said = defender.read(probed(host, "defender"))
    if said is None:
        raise HostError(Why.TOOL_MISSING, "Defender is not installed")
    return said


def _told(said: Status) -> Product:
    return Product(
        name=_DEFENDER,
        enabled=_all_on(said.service, said.enabled),
        realtime=said.realtime,
        signatures=said.signatures,
        mode=_mode(said.mode),
        tamper_protection=said.tamper_protection,
    )


def _all_on(*switches: Maybe[bool]) -> Maybe[bool]:
    """One that is off is enough for off."""
    if any(switch is False for switch in switches):
        return False
    return next((switch for switch in switches if isinstance(switch, Unknown)), True)


def _mode(said: Maybe[str]) -> Maybe[Mode]:
    if isinstance(said, Unknown):
        return said
    return _MODES.get(said.strip().lower(), Unknown(Why.UNRECOGNISED))


def _unread(why: Unknown) -> Product:
    return Product(
        name=_DEFENDER,
        enabled=why,
        realtime=why,
        signatures=why,
        mode=why,
        tamper_protection=why,
    )
