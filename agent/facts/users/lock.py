"""When does a person's screen lock, by the desktop that he uses?

Where a desktop can be chosen, that of the person's last choice counts, else the worst of all that
are there. Without any, the shell's own limit counts. A desktop whose settings nobody reads here
is unread, however secure it may be.

Programs that lock when they are started (swayidle, xautolock) and logind's `IdleAction` are no
proof that anything locks: they are not counted.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from agent.facts.users import gnome, kde
from agent.host.base import Host, HostError, is_there, list_if_there, read_if_there
from agent.readers import kdeini, shellidle
from agent.readers.accounts import Account
from agent.readers.errors import ParseError
from rules.facts.base import Maybe, Unknown, Why
from rules.facts.users import Lock

_SESSIONS = ("/usr/share/xsessions", "/usr/share/wayland-sessions")
_GNOME = ("gnome", "ubuntu")
_KDE = ("plasma", "kde")
_PROFILE = "/etc/profile.d"
_SYSTEM_FILES = ("/etc/environment", "/etc/profile", "/etc/bash.bashrc", "/etc/bashrc")
_OWN_FILES = (".bash_profile", ".bash_login", ".profile", ".bashrc", ".zshrc", ".zshenv")

DESKTOPS: Mapping[str, Callable[[Host, Account], Lock]] = {"gnome": gnome.lock, "kde": kde.lock}


@dataclass(slots=True)
class Locks:
    """The locks of a machine's users; what is the same for all is asked once."""

    host: Host
    _desktops: Maybe[frozenset[str]] | None = field(default=None)

    def of(self, account: Account) -> Maybe[Lock]:
        """One account's lock, or why it could not be told."""
        try:
            return self._of(account)
        except HostError as error:
            return Unknown(error.why)
        except ParseError:
            return Unknown(Why.PARSE_ERROR)

    def _of(self, account: Account) -> Lock:
        desktops = self._there()
        if not desktops:
            return self._shell(account)
        chosen = self._chosen(account)
        names = [chosen] if chosen in desktops else sorted(desktops)
        if any(name not in DESKTOPS for name in names):
            raise HostError(Why.UNRECOGNISED, f"no settings are known of: {', '.join(names)}")
        self._home(account)
        return _worst([DESKTOPS[name](self.host, account) for name in names])

    def _there(self) -> frozenset[str]:
        """The families of desktops that can be chosen on this machine."""
        if self._desktops is None:
            try:
                entries = [entry for at in _SESSIONS for entry in list_if_there(self.host, at)]
                names = [entry.name for entry in entries if entry.name.endswith(".desktop")]
                self._desktops = frozenset(map(_family, names))
            except HostError as error:
                self._desktops = Unknown(error.why)
        if isinstance(self._desktops, Unknown):
            raise HostError(self._desktops.why, "the desktops cannot be listed")
        return self._desktops

    def _chosen(self, account: Account) -> str | None:
        """The family of the desktop that AccountsService keeps for this person."""
        said = read_if_there(self.host, f"/var/lib/AccountsService/users/{account.name}")
        values = kdeini.parse(said or b"").values
        names = {values.get(("User", key)) for key in ("Session", "XSession")} - {None, ""}
        families = {_family(name) for name in names if name}
        return families.pop() if len(families) == 1 else None

    def _home(self, account: Account) -> None:
        """A home that is not there, or not open, hides the settings that are in force."""
        if not is_there(self.host, account.home):
            raise HostError(Why.NOT_LOGGED_IN, "a home that is not mounted")
        if is_there(self.host, f"{account.home}/Access-Your-Private-Data.desktop"):
            raise HostError(Why.LOCKED, "a home that is encrypted and not open")

    def _shell(self, account: Account) -> Lock:
        """Without a display: the shell ends, and signing in again asks for the password."""
        if account.shell.rpartition("/")[2] not in shellidle.SHELLS:
            return _shell_lock(None, fixed=False)
        system = shellidle.parse(*self._system_files())
        if system.fixed:
            return _shell_lock(system.seconds, fixed=True)
        self._home(account)
        paths = (f"{account.home}/{name}" for name in _OWN_FILES)
        own = shellidle.parse(*(read_if_there(self.host, path) or b"" for path in paths))
        times = [one.seconds for one in (system, own) if one.seconds is not None]
        worst = None if not times else 0 if 0 in times else max(times)
        return _shell_lock(worst, fixed=False)

    def _system_files(self) -> list[bytes]:
        scripts = [f"{_PROFILE}/{entry.name}" for entry in list_if_there(self.host, _PROFILE)]
        paths = (*_SYSTEM_FILES, *(path for path in scripts if path.endswith(".sh")))
        return [read_if_there(self.host, path) or b"" for path in paths]


def _family(session: str) -> str:
    name = session.removesuffix(".desktop").lower()
    if name.startswith(_GNOME):
        return "gnome"
    return "kde" if name.startswith(_KDE) else name


def _shell_lock(seconds: int | None, *, fixed: bool) -> Lock:
    after = timedelta(seconds=seconds) if seconds else None
    return Lock(
        after=after,
        asks_password=after is not None,
        on_wake=False,
        enforced=fixed and after is not None,
        source="shell",
    )


def _worst(locks: list[Lock]) -> Lock:
    """The one that locks last; one that never does, before one that nobody could read."""
    return max(locks, key=_lateness)


def _lateness(lock: Lock) -> tuple[int, timedelta]:
    if lock.after is None:
        return 2, timedelta()
    if isinstance(lock.after, Unknown):
        return 1, timedelta()
    return 0, lock.after
