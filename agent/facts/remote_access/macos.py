"""By what may somebody work on this machine from elsewhere? The answer for macOS.

What launchd was told to take counts as on, and what listens; that nothing does is only known where
every listener's program is. Screen sharing speaks VNC.
"""

from collections.abc import Mapping

from agent.facts.base import About, answers, part
from agent.facts.listening import Listening
from agent.facts.remote_access import hints, mac_tools, ssh_server
from agent.host import mac
from agent.host.base import Host, HostError, is_there, output
from agent.host.programs import Program
from agent.readers import plist, sshd
from agent.readers.sshd import Allowed
from rules.facts.base import Items, Maybe, Unknown, Why
from rules.facts.remote_access import REMOTE_ACCESS, Hint, RemoteAccess

_SSH, _SCREEN = "com.openssh.sshd", "com.apple.screensharing"
_MANAGEMENT = "/Library/Application Support/Apple/Remote Desktop/RemoteManagement.launchd"
"""There while Remote Management is switched on."""

_SMARTCARD = "/Library/Managed Preferences/com.apple.security.smartcard.plist"


@answers(REMOTE_ACCESS, on="macos", confidence="derived", after=("listeners",))
def macos(host: Host, about: About) -> RemoteAccess:
    """From launchd, what listens, the SSH server's settings, and where support tools lie."""
    ports = Listening(about)
    jobs = part(lambda: mac.overrides(host))
    ssh = _on(jobs, _SSH, ports.any_of({"sshd"}, {22}))
    allowed = part(lambda: _allowed(host, ssh))
    return RemoteAccess(
        rdp=ports.any_of((), (3389,)),
        rdp_network_auth=Unknown(Why.UNSUPPORTED_OS),
        rdp_idle_limit=Unknown(Why.UNSUPPORTED_OS),
        ssh=ssh,
        ssh_passwords=ssh_server.allows(host, ssh, allowed, "passwords"),
        ssh_root=ssh_server.allows(host, ssh, allowed, "root"),
        vnc=_on(
            jobs, _SCREEN, ports.any_of({"screensharingd", "AppleVNCServer"}, range(5900, 5910))
        ),
        apple_remote=_managed(host, ports.any_of({"ARDAgent"}, {3283})),
        second_factor_hints=part(lambda: _hints(host)),
        tools=part(lambda: mac_tools.installed(host, jobs)),
    )


def _allowed(host: Host, ssh: Maybe[bool]) -> Allowed:
    if ssh is False:
        raise HostError(Why.NOT_COLLECTED, "a server that is off is not asked what it allows")
    return sshd.parse(output(host, Program.SSHD, "-T"))


def _on(jobs: Maybe[Mapping[str, bool]], label: str, listens: Maybe[bool]) -> Maybe[bool]:
    """Told to be taken, or listening: on. That it is off, both must say."""
    if listens is True:
        return True
    if isinstance(jobs, Unknown):
        return jobs
    return True if jobs.get(label) is False else listens


def _managed(host: Host, listens: Maybe[bool]) -> Maybe[bool]:
    there = part(lambda: is_there(host, _MANAGEMENT))
    if there is True or listens is True:
        return True
    return there if isinstance(there, Unknown) else listens


def _hints(host: Host) -> Items[Hint]:
    found = hints.of_pam(host)
    fixed = mac.settings(host, _SMARTCARD) or {}
    if plist.flag(fixed, "enforceSmartCard") is True and "smartcard" not in found.items:
        return Items(tuple(sorted((*found.items, "smartcard"))))
    return found
