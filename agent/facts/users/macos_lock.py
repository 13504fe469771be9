"""When does a person's screen lock on macOS?

- Idle time: what a profile fixes, else the person's own setting; 0 is never. Where nobody has set
  one, the default of the release holds, which is not known here.
- The password: what a profile fixes, else what `sysadminctl` says, which answers only for the
  person who is signed in at the console. `askForPassword` in a person's own settings has had no
  say since macOS 10.13 and is not read.
- A display that sleeps starts the same delay: the earlier of both counts.
"""

from dataclasses import dataclass, field
from datetime import timedelta

from agent.facts.base import known, part
from agent.host import mac
from agent.host.base import Host, HostError, list_if_there, output
from agent.host.programs import Program
from agent.readers import macstatus, plist
from agent.readers.openaccounts import OpenAccount
from agent.readers.plist import Values
from rules.facts.base import Maybe, Unknown, Why
from rules.facts.users import Lock

_MANAGED = "/Library/Managed Preferences"
_FILE = "com.apple.screensaver"
_AS_USER = ("/usr/bin/sudo", "-n", "-u")
_ASK = ("/usr/sbin/sysadminctl", "-screenLock", "status")

_AT_ONCE = timedelta(seconds=5)
"""The shortest delay that macOS offers beside none: too short to be used by another."""


@dataclass(slots=True)
class MacLocks:
    """The locks of a Mac's users; what is the same for all is asked once."""

    host: Host
    console: Maybe[int] = field(init=False)
    display: Maybe[timedelta | None] = field(init=False)

    def __post_init__(self) -> None:
        self.console = part(lambda: self.host.stat("/dev/console").owner)
        self.display = part(self._display)

    def _display(self) -> timedelta | None:
        minutes = macstatus.display_sleep(output(self.host, Program.PMSET, "-g", "custom"))
        return None if minutes is None else timedelta(minutes=minutes)

    def of(self, account: OpenAccount) -> Maybe[Lock]:
        """One account's lock, or why it could not be told."""
        return part(lambda: self._of(account))

    def _of(self, account: OpenAccount) -> Lock:
        fixed = {
            **(mac.settings(self.host, f"{_MANAGED}/{_FILE}.plist") or {}),
            **(mac.settings(self.host, f"{_MANAGED}/{account.name}/{_FILE}.plist") or {}),
        }
        delay = part(lambda: self._delay(account, fixed))
        idle = part(lambda: self._idle(account, fixed))
        managed = "idleTime" in fixed
        return Lock(
            after=part(lambda: self._after(idle, delay)),
            asks_password=delay if isinstance(delay, Unknown) else delay is not None,
            on_wake=_on_wake(delay),
            enforced=managed and plist.flag(fixed, "askForPassword") is True,
            source="mdm" if managed else "preference",
        )

    def _after(
        self, idle: Maybe[timedelta | None], delay: Maybe[timedelta | None]
    ) -> timedelta | None:
        """The earlier of screen saver and display, and the delay; one of both is a bound."""
        if delay is None:
            return None
        starts = [time for time in (idle, self.display) if isinstance(time, timedelta)]
        if not starts:
            known(idle)
            known(self.display)
            return None
        return min(starts) + (known(delay) or timedelta())

    def _delay(self, account: OpenAccount, fixed: Values) -> timedelta | None:
        """From the start of the screen saver until a password is asked; None: never."""
        asks = plist.flag(fixed, "askForPassword")
        if asks is not None:
            seconds = plist.number(fixed, "askForPasswordDelay") or 0
            return timedelta(seconds=_counted(seconds)) if asks else None
        if known(self.console) != account.uid or account.uid == 0:
            raise HostError(Why.NOT_LOGGED_IN, "only told to the person at the console")
        uid = str(account.uid)
        ran = self.host.run(Program.LAUNCHCTL, "asuser", uid, *_AS_USER, f"#{uid}", *_ASK)
        if ran.cut or ran.rc != 0:
            raise HostError(Why.API_ERROR, f"sysadminctl ended with {ran.rc}")
        told = macstatus.screen_lock(ran.err)
        return None if told is None else timedelta(seconds=told)

    def _idle(self, account: OpenAccount, fixed: Values) -> timedelta | None:
        """Until the screen saver starts; None: never."""
        seconds = plist.number(fixed, "idleTime")
        if seconds is None:
            seconds = self._own(account)
        return timedelta(seconds=_counted(seconds)) if seconds else None

    def _own(self, account: OpenAccount) -> int:
        """His own setting; settings that other hardware left behind must say the same."""
        folder = f"{account.home}/Library/Preferences/ByHost"
        names = [entry.name for entry in list_if_there(self.host, folder)]
        files = [name for name in names if name.startswith(f"{_FILE}.") and name.endswith(".plist")]
        read = (mac.settings(self.host, f"{folder}/{name}") or {} for name in files)
        times = {plist.number(values, "idleTime") for values in read} - {None}
        if len(times) > 1:
            raise HostError(Why.CONFLICT, "settings of two machines that disagree")
        found = times.pop() if times else None
        if found is None:
            raise HostError(Why.NOT_COLLECTED, "the default of this release is not known")
        return found


def _on_wake(delay: Maybe[timedelta | None]) -> Maybe[bool]:
    if isinstance(delay, Unknown):
        return delay
    return delay is not None and delay <= _AT_ONCE


def _counted(seconds: int) -> int:
    if not 0 <= seconds <= 1 << 31:
        raise HostError(Why.PARSE_ERROR, "a time that is none")
    return seconds
