r"""Does a Windows lock when it goes to sleep, and does it ask on waking?

A machine that sleeps is locked if waking asks for a sign-in (CONSOLELOCK). How soon: the later of
display and sleep, on mains and on battery. Each setting comes from a policy, else the active power
scheme, else the scheme's default.

- Where the display goes dark without sleep (Modern Standby), a person may have chosen that waking
  asks later, or never (`DelayLockInterval`), unless a policy or a domain takes the choice away.
  Where nobody chose, machines were seen that do not ask: unknown.

Not yet confirmed on a real Windows. GUIDs: winnt.h; policy: credentialproviders.admx.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from agent.facts.base import part
from agent.host.base import Host, HostError
from agent.host.membership import joined
from agent.host.probing import probed
from agent.host.registry import POLICIES, SYSTEM, UNPROBED, opened
from rules.facts.base import Why

_POWER = rf"{SYSTEM}\Control\Power"
_SCHEMES = rf"{_POWER}\User\PowerSchemes"
_POLICY = rf"{POLICIES}\Microsoft\Power\PowerSettings"
_CONSOLELOCK = (
    "fea3413e-7e05-4911-9a71-700331f1c294",
    "0e796bdb-100d-47d6-a2d5-f7d2daa51f51",
)
_SLEEP = ("238c9fa8-0aad-41ed-83f4-97be242c8f20", "29f6c1db-86da-48c5-9fdb-f2b67b1f44da")
_DISPLAY = ("7516b95f-f776-4464-8c53-06167f40cc99", "3c0bc021-c8a8-4e07-a973-6b14cbcb2b7e")
_NEVER = 0xFFFFFFFF
_KINDS = ("AC", "DC")


@dataclass(slots=True)
class Standby:
    """The power settings of a machine."""

    host: Host

    def after(self) -> timedelta | None:
        """When it is asleep and locked at the latest; None: not by sleeping."""
        if not self.asks():
            return None
        times = [*self._values(_SLEEP), *self._values(_DISPLAY)]
        return None if 0 in times or _NEVER in times else timedelta(seconds=max(times))

    def asks(self) -> bool:
        """Does waking from sleep ask for a sign-in, on mains and on battery?"""
        said = self._values(_CONSOLELOCK)
        if not set(said) <= {0, 1}:
            raise HostError(Why.UNRECOGNISED, "CONSOLELOCK is neither on nor off")
        return said == [1, 1]

    def asks_at_once(self, sid: Callable[[], str]) -> bool:
        """Does waking ask this person every time, also where only the display went dark?

        `sid` is asked for where it is his own choice; it raises HostError if he has none.
        """
        if not self.asks():
            return False
        policy = opened(self.host, rf"{POLICIES}\Microsoft\Windows\System")
        said = policy.number("AllowDomainDelayLock")
        if said == 0 or (said is None and joined(self.host) in ("domain", "hybrid")):
            return True
        if not self._may_only_darken():
            return True
        chosen = opened(self.host, rf"HKU\{sid()}\Control Panel\Desktop").number(
            "DelayLockInterval"
        )
        if chosen is None:
            raise HostError(UNPROBED, "nobody chose when waking asks")
        return chosen == 0

    def _may_only_darken(self) -> bool:
        """Can it be one with Modern Standby? A switch that is off says no, and so may Windows."""
        key = opened(self.host, _POWER)
        if key.number("PlatformAoAcOverride") == 0 or key.number("CsEnabled") == 0:
            return False
        return part(lambda: probed(self.host, "power").flag("modern_standby")) is not False

    def _values(self, setting: tuple[str, str]) -> list[int]:
        return [self._value(setting, kind) for kind in _KINDS]

    def _value(self, setting: tuple[str, str], kind: str) -> int:
        scheme = opened(self.host, _SCHEMES).text("ActivePowerScheme") or "none"
        group, name = setting
        places = (
            rf"{_POLICY}\{name}",
            rf"{_SCHEMES}\{scheme}\{group}\{name}",
            rf"{_POWER}\PowerSettings\{group}\{name}\DefaultPowerSchemeValues\{scheme}",
        )
        for place in places:
            said = opened(self.host, place).number(f"{kind}SettingIndex")
            if said is not None:
                return said
        raise HostError(Why.UNRECOGNISED, f"nothing sets {name}")
