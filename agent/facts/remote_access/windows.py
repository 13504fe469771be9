r"""By what may somebody work on this machine from elsewhere? The answer for Windows.

Policy overrules what is set on the machine. A support tool is told by the service that it
installs; one that starts by itself lets in without anybody at the machine. Not yet confirmed on a
real Windows.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from functools import partial

from agent.facts.base import About, answers, known, part
from agent.facts.listening import Listening
from agent.host.base import Host, HostError, read_if_there
from agent.host.probing import probed
from agent.host.registry import (
    POLICIES,
    SERVICES,
    SYSTEM,
    UNPROBED,
    WINDOWS,
    opened,
    sooner,
    switch,
)
from agent.host.services import runs
from agent.readers import sshd
from agent.readers.errors import ParseError
from agent.readers.probes import accounts
from rules.facts.base import Items, Maybe, Unknown, Why
from rules.facts.remote_access import REMOTE_ACCESS, Hint, RemoteAccess, Tool, ToolName

_SERVER = rf"{SYSTEM}\Control\Terminal Server"
_SESSION = rf"{_SERVER}\WinStations\RDP-Tcp"
_POLICY = rf"{POLICIES}\Microsoft\Windows NT\Terminal Services"
_AUTOMATIC, _DISABLED = 2, 4
_BITVISE = "BvSshServer"
_BUILT_IN = 500
"""DOMAIN_USER_RID_ADMIN (winnt.h)."""

_SSH, _VNC = ("sshd", _BITVISE), ("tvnserver", "uvnc_service", "vncserver", "WinVNC4")
_TOOLS: Mapping[ToolName, str] = {
    "teamviewer": r"TeamViewer\d*",
    "anydesk": r"AnyDesk.*",
    "splashtop": r"SplashtopRemoteService|SSUService",
    "screenconnect": r"ScreenConnect Client.*",
    "logmein": r"LogMeIn|LMIGuardianSvc",
    "gotoassist": r"GoToAssist.*",
    "rustdesk": r"RustDesk",
    "chrome_remote_desktop": r"chromoting",
    "dwservice": r"DWAgent",
    "parsec": r"Parsec",
    "vnc": "|".join(_VNC),
}
"""Services of support tools, from their makers' documents; not yet seen on a practice's machine."""


@answers(REMOTE_ACCESS, on="windows", confidence="derived", after=("listeners",))
def windows(host: Host, about: About) -> RemoteAccess:
    """From the settings of Remote Desktop, and the services that are installed and run."""
    ports = Listening(about)
    services = part(lambda: opened(host, SERVICES).subkeys)
    ssh = _served(host, _SSH, ports.any_of({"sshd.exe"}, {22}))
    return RemoteAccess(
        rdp=part(lambda: not switch(_set(host, _SERVER, "fDenyTSConnections"))),
        rdp_network_auth=part(lambda: switch(_set(host, _SESSION, "UserAuthentication"))),
        rdp_idle_limit=part(lambda: _idle_limit(host)),
        ssh=ssh,
        ssh_passwords=_if_served(ssh, partial(_ssh_passwords, host)),
        ssh_root=_if_served(ssh, partial(_ssh_root, host)),
        vnc=_served(host, _VNC, ports.any_of((), range(5900, 5910))),
        apple_remote=False,
        second_factor_hints=part(lambda: Items(tuple(_hints(host)))),
        tools=services if isinstance(services, Unknown) else _tools(host, services),
    )


def _set(host: Host, local: str, name: str) -> int | None:
    return sooner((opened(host, _POLICY), opened(host, local)), name)


def _idle_limit(host: Host) -> timedelta | None:
    """In milliseconds, 0 is never; one of the machine counts if sessions do not inherit another."""
    policy, session = opened(host, _POLICY), opened(host, _SESSION)
    limit = policy.number("MaxIdleTime")
    if limit is None:
        limit = session.number("MaxIdleTime")
        if limit and switch(session.number("fInheritMaxIdleTime"), unset=True):
            raise HostError(Why.UNRECOGNISED, "the limit is that of each person's account")
    return timedelta(milliseconds=limit) if limit else None


def _served(host: Host, services: tuple[str, ...], listens: Maybe[bool]) -> Maybe[bool]:
    """A service that runs or starts by itself serves; that none does, listeners must prove too."""
    starts = part(lambda: any(_start(host, name) == _AUTOMATIC for name in services))
    serves = part(lambda: runs(host, *services))
    if True in (starts, serves):
        return True
    return next((one for one in (starts, serves) if isinstance(one, Unknown)), listens)


def _if_served(ssh: Maybe[bool], ask: Callable[[], bool]) -> Maybe[bool]:
    """Nobody comes in by a server that is off; one that is on is asked what it allows."""
    return part(ask) if ssh is True else ssh


def _ssh_passwords(host: Host) -> bool:
    """By the settings of OpenSSH; without a file it lets them in. Those of others are not read."""
    if opened(host, rf"{SERVICES}\{_BITVISE}").there:
        raise HostError(Why.UNRECOGNISED, "the settings of Bitvise are not known here")
    root = opened(host, WINDOWS).text("SystemRoot") or ""
    if not re.fullmatch(r"[A-Za-z]:\\.+", root):
        raise ParseError("no folder of Windows")
    said = read_if_there(host, rf"{root[:2]}\ProgramData\ssh\sshd_config")
    return True if said is None else sshd.lets_passwords_in(said)


def _ssh_root(host: Host) -> bool:
    """The built-in administrator, if his account is on; who may sign in by SSH is not read."""
    everybody = known(accounts.read(probed(host, "accounts")).users)
    if any(one.enabled for one in everybody if one.rid == _BUILT_IN):
        raise HostError(Why.UNRECOGNISED, "the built-in administrator may, or may not")
    return False


def _start(host: Host, service: str) -> int | None:
    return opened(host, rf"{SERVICES}\{service}").number("Start")


def _hints(host: Host) -> Iterator[Hint]:
    if opened(host, rf"{POLICIES}\Microsoft\PassportForWork").number("Enabled") == 1:
        yield "hello"
    system = opened(host, r"HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Policies\System")
    if system.number("ScForceOption") == 1:
        yield "smartcard"
    if opened(host, r"HKLM\SOFTWARE\Duo Security\DuoCredProv").there:
        yield "duo"


def _tools(host: Host, services: tuple[str, ...]) -> Items[Tool]:
    found = []
    for name, shape in _TOOLS.items():
        own = [one for one in services if re.fullmatch(shape, one, re.IGNORECASE)]
        if own:
            starts = [part(partial(_start, host, one)) for one in own]
            found.append(_tool(name, starts, part(partial(runs, host, *own))))
    return Items(tuple(found))


def _tool(name: ToolName, starts: list[Maybe[int | None]], serves: Maybe[bool]) -> Tool:
    """A tool whose service is stopped may still be run by whoever sits there."""
    unread = next((start for start in starts if isinstance(start, Unknown)), Unknown(UNPROBED))
    disabled = all(start == _DISABLED for start in starts)
    return Tool(
        name=name,
        version=Unknown(UNPROBED),
        running=Unknown(UNPROBED) if serves is False else serves,
        unattended=True if _AUTOMATIC in starts else False if disabled else unread,
    )
