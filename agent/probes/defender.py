r"""How does Microsoft Defender stand?

`root\Microsoft\Windows\Defender:MSFT_MpComputerStatus`. Not to be asked while another antivirus is
active: it was reported to hang then, and this probe would end at its deadline.
https://learn.microsoft.com/previous-versions/windows/desktop/defender/msft-mpcomputerstatus
"""

import sys
from collections.abc import Iterable

from agent.probes.calls.leaves import leaf
from agent.probes.calls.wmi import Thing
from rules.facts.form import Json

_ASKED = {
    "mode": "AMRunningMode",
    "service": "AMServiceEnabled",
    "enabled": "AntivirusEnabled",
    "realtime": "RealTimeProtectionEnabled",
    "signatures": "AntivirusSignatureLastUpdated",
    "tamper_protection": "IsTamperProtected",
}


def described(things: Iterable[Thing]) -> Json:
    """Its state; null where there is no instance: it is not installed."""
    found = list(things)
    return {"status": _status(found[0]) if found else None}


def _status(thing: Thing) -> Json:
    def property_of(name: str) -> Json:
        return leaf(lambda: thing.value(name))

    return {field: property_of(name) for field, name in _ASKED.items()}


if sys.platform == "win32":
    from agent.probes.calls.wmi import instances

    def ask() -> Json:
        """The one instance there is."""
        return described(instances(r"root\Microsoft\Windows\Defender", "MSFT_MpComputerStatus"))
