"""By what may somebody work on this machine from elsewhere? The answer for Linux.

What listens says what is on. That nothing does is only known where every listener's program is.
"""

import posixpath
from collections.abc import Mapping

from agent.facts.base import About, answers, part
from agent.facts.listening import Listening
from agent.facts.processes import running
from agent.host.base import Host, is_there, list_if_there, output, read_if_there
from agent.host.programs import Program
from agent.readers import sshd, text
from agent.readers.sshd import Allowed
from rules.facts.base import Items, Maybe, Unknown, Why
from rules.facts.remote_access import REMOTE_ACCESS, Hint, RemoteAccess, Tool, ToolName

_SETTINGS, _MORE_SETTINGS = "/etc/ssh/sshd_config", "/etc/ssh/sshd_config.d"
_VNC = frozenset({"Xvnc", "Xtigervnc", "x11vnc", "wayvnc", "vino-server", "krfb", "vncserver-x11"})
_RDP = frozenset({"xrdp", "gnome-remote-desktop-daemon", "krdpserver"})
_PAM = "/etc/pam.d"
_HINTS: Mapping[str, Hint] = {
    "pam_u2f.so": "pam_u2f",
    "pam_google_authenticator.so": "totp",
    "pam_oath.so": "totp",
    "pam_duo.so": "duo",
    "pam_pkcs11.so": "smartcard",
}
_TOOLS: tuple[tuple[ToolName, str, str], ...] = (
    ("teamviewer", "/opt/teamviewer/tv_bin/teamviewerd", "teamviewerd"),
    ("anydesk", "/usr/bin/anydesk", "anydesk"),
    ("rustdesk", "/usr/bin/rustdesk", "rustdesk"),
    ("splashtop", "/opt/splashtop-streamer/SRStreamer", "SRStreamer"),
    (
        "chrome_remote_desktop",
        "/opt/google/chrome-remote-desktop/chrome-remote-desktop-host",
        "chrome-remote-d",
    ),
    ("dwservice", "/usr/share/dwagent/native/dwagsvc", "dwagent"),
    ("parsec", "/usr/bin/parsecd", "parsecd"),
)
"""Support tools: where their packages put them, and what their process calls itself (15 letters at
most). From the makers' packages, not yet seen on a practice's machine."""


@answers(REMOTE_ACCESS, on="linux", confidence="derived", after=("listeners",))
def linux(host: Host, about: About) -> RemoteAccess:
    """From what listens, the SSH server's settings in force, and where support tools lie."""
    ports = Listening(about)
    allowed = part(lambda: sshd.parse(output(host, Program.SSHD, "-T")))
    ssh = _ssh(ports, allowed)
    return RemoteAccess(
        rdp=ports.any_of(_RDP, (3389,)),
        rdp_network_auth=Unknown(Why.UNSUPPORTED_OS),
        rdp_idle_limit=Unknown(Why.UNSUPPORTED_OS),
        ssh=ssh,
        ssh_passwords=_allows(host, ssh, allowed, "passwords"),
        ssh_root=_allows(host, ssh, allowed, "root"),
        vnc=ports.any_of(_VNC, range(5900, 5910)),
        apple_remote=False,
        second_factor_hints=part(lambda: _hints(host)),
        tools=part(lambda: Items(tuple(_tools(host)))),
    )


def _ssh(ports: Listening, allowed: Allowed | Unknown) -> Maybe[bool]:
    """Does an SSH server take connections? systemd may listen in its place."""
    served = allowed.ports if isinstance(allowed, Allowed) else frozenset({22})
    return ports.any_of(frozenset({"sshd", "dropbear"}), served)


def _allows(host: Host, ssh: Maybe[bool], allowed: Allowed | Unknown, what: str) -> Maybe[bool]:
    """What the settings say; where a part of them holds for some only, no is not proven."""
    if ssh is False or isinstance(ssh, Unknown):
        return ssh
    if isinstance(allowed, Unknown):
        return allowed
    if getattr(allowed, what):
        return True
    matches = part(lambda: _has_match(host))
    if isinstance(matches, Unknown):
        return matches
    return Unknown(Why.UNRECOGNISED) if matches else False


def _has_match(host: Host) -> bool:
    more = (f"{_MORE_SETTINGS}/{entry.name}" for entry in list_if_there(host, _MORE_SETTINGS))
    return any(sshd.has_match(read_if_there(host, path) or b"") for path in (_SETTINGS, *more))


def _hints(host: Host) -> Items[Hint]:
    said = [host.read(f"{_PAM}/{entry.name}") for entry in list_if_there(host, _PAM)]
    words = {
        posixpath.basename(word)
        for data in said
        for line in text.lines(data)
        for word in line.split()
    }
    return Items(tuple(sorted({hint for module, hint in _HINTS.items() if module in words})))


def _tools(host: Host) -> list[Tool]:
    installed = [tool for tool in _TOOLS if is_there(host, tool[1])]
    known = part(lambda: running(host)) if installed else frozenset()
    return [
        Tool(
            name=name,
            version=Unknown(Why.NOT_COLLECTED),
            running=known if isinstance(known, Unknown) else process in known,
            unattended=Unknown(Why.NOT_COLLECTED),
        )
        for name, _, process in installed
    ]
