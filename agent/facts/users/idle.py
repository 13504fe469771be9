r"""When does a person's Windows lock while nobody touches it?

The least of the mechanisms that ask for a password: the machine's inactivity limit, a limit of
device management, the person's screen saver (each value from policy, else his own choice), and
going to sleep (agent/facts/users/standby.py). 0 is never, and so is what is not set.

- A person whose settings cannot be read is bounded by what holds for the machine.
- A screen saver locks only if it is switched on, is one, has a time, and is secure.

Not yet confirmed on a real Windows. Values: "Interactive logon: Machine inactivity limit",
ControlPanelDisplay.admx, Policy CSP DeviceLock, Microsoft.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal, TypeAlias

from agent.facts.base import part
from agent.facts.users.standby import Standby
from agent.host.base import Host, HostError
from agent.host.registry import WINDOWS, Opened, opened
from rules.facts.base import Maybe, Unknown, Why
from rules.facts.users import Lock

_SYSTEM = r"HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Policies\System"
_MANAGED = r"HKLM\SOFTWARE\Microsoft\PolicyManager\current\device\DeviceLock"
_LONGEST = 599_940
"""Seconds that InactivityTimeoutSecs may say at most; more is no limit."""

_GRACE = 5
"""Seconds after which a screen saver asks, where ScreenSaverGracePeriod says nothing."""

By: TypeAlias = Literal["machine_policy", "user_policy", "mdm", "preference", "default"]


@dataclass(frozen=True, slots=True)
class _Limit:
    """A mechanism that locks after some time; `enforced`: the person cannot change it."""

    after: timedelta
    source: By
    enforced: bool = True


@dataclass(slots=True)
class Idle:
    """The locks of a machine's people; what holds for all is asked once."""

    host: Host
    _standby: Standby = field(init=False)
    _machine: list[Maybe[_Limit | None]] = field(init=False)

    def __post_init__(self) -> None:
        self._standby = Standby(self.host)
        self._machine = [part(self._inactivity), part(self._device_lock)]

    def of(self, sid: str | None) -> Lock:
        """One person's lock; None is one who has no settings here, for he has never been here."""
        limits = [*self._machine, part(lambda: self._screen_saver(_here(sid)))]
        known = [one for one in limits if isinstance(one, _Limit)]
        if not known:
            limits.append(part(self._asleep))
            known = [one for one in limits if isinstance(one, _Limit)]
        on_wake = part(lambda: self._standby.asks_at_once(lambda: _here(sid)))
        if known:
            first = min(known, key=lambda one: one.after)
            return _lock(first, on_wake)
        unread = next((one for one in limits if isinstance(one, Unknown)), None)
        if unread is not None:
            return Lock(
                after=unread, asks_password=unread, on_wake=on_wake, enforced=unread, source=unread
            )
        return Lock(
            after=None, asks_password=False, on_wake=on_wake, enforced=False, source="default"
        )

    def _inactivity(self) -> _Limit | None:
        said = opened(self.host, _SYSTEM).number("InactivityTimeoutSecs")
        if said is None or not 1 <= said <= _LONGEST:
            return None
        return _Limit(timedelta(seconds=said), "machine_policy")

    def _device_lock(self) -> _Limit | None:
        """In minutes, and only where the lock as a whole is on, which is written as 0."""
        key = opened(self.host, _MANAGED)
        said = key.number("MaxInactivityTimeDeviceLock")
        if key.number("DevicePasswordEnabled") != 0 or not said:
            return None
        return _Limit(timedelta(minutes=said), "mdm")

    def _screen_saver(self, sid: str) -> _Limit | None:
        policy = opened(
            self.host, rf"HKU\{sid}\Software\Policies\Microsoft\Windows\Control Panel\Desktop"
        )
        own = opened(self.host, rf"HKU\{sid}\Control Panel\Desktop")
        saver = _Saver(policy, own)
        seconds = saver.number("ScreenSaveTimeOut")
        active, secure = (saver.number(name) == 1 for name in _SWITCHES)
        if not (active and secure and seconds and saver.key("SCRNSAVE.EXE").text("SCRNSAVE.EXE")):
            return None
        grace = opened(self.host, rf"{WINDOWS}\Winlogon").whole("ScreenSaverGracePeriod")
        after = timedelta(seconds=seconds + (_GRACE if grace is None else grace))
        fixed = all(policy.has(name) for name in _FIXED)
        return _Limit(after, "user_policy" if fixed else "preference", fixed)

    def _asleep(self) -> _Limit | None:
        """Who may change the power scheme may change it."""
        after = self._standby.after()
        return None if after is None else _Limit(after, "preference", enforced=False)


def _here(sid: str | None) -> str:
    if sid is None:
        raise HostError(Why.NOT_LOGGED_IN, "he has no settings yet")
    return sid


_SWITCHES = ("ScreenSaveActive", "ScreenSaverIsSecure")
_FIXED = (*_SWITCHES, "ScreenSaveTimeOut")


@dataclass(frozen=True, slots=True)
class _Saver:
    """A screen saver's settings: each from the policy, else the person's own."""

    policy: Opened
    own: Opened

    def key(self, name: str) -> Opened:
        """Where the value in force stands."""
        return self.policy if self.policy.has(name) else self.own

    def number(self, name: str) -> int | None:
        """Windows writes these numbers as texts."""
        return self.key(name).whole(name)


def _lock(limit: _Limit, on_wake: Maybe[bool]) -> Lock:
    return Lock(
        after=limit.after,
        asks_password=True,
        on_wake=on_wake,
        enforced=limit.enforced,
        source=limit.source,
    )
