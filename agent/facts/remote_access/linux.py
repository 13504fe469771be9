"""By what may somebody work on this machine from elsewhere? The answer for Linux.

What listens says what is on. That nothing does is only known where every listener's program is.
"""

from agent.facts.base import About, answers, known, part
from agent.facts.listening import Listening
from agent.facts.processes import running
from agent.facts.remote_access import hints, ssh_server
from agent.host.base import Host, HostError, is_there, output
from agent.host.programs import Program
from agent.readers import sshd
from agent.readers.sshd import Allowed
from rules.facts.base import Items, Maybe, Unknown, Why
from rules.facts.remote_access import REMOTE_ACCESS, RemoteAccess, Tool, ToolName

_VNC = frozenset({"Xvnc", "Xtigervnc", "x11vnc", "wayvnc", "vino-server", "krfb", "vncserver-x11"})
_RDP = frozenset({"xrdp", "gnome-remote-desktop-daemon", "krdpserver"})
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
    allowed = part(lambda: _allowed(host, ports))
    ssh = _ssh(ports, allowed)
    return RemoteAccess(
        rdp=ports.any_of(_RDP, (3389,)),
        rdp_network_auth=Unknown(Why.UNSUPPORTED_OS),
        rdp_idle_limit=Unknown(Why.UNSUPPORTED_OS),
        ssh=ssh,
        ssh_passwords=ssh_server.allows(host, ssh, allowed, "passwords"),
        ssh_root=ssh_server.allows(host, ssh, allowed, "root"),
        vnc=ports.any_of(_VNC, range(5900, 5910)),
        apple_remote=False,
        second_factor_hints=part(lambda: hints.of_pam(host)),
        tools=part(lambda: Items(tuple(_tools(host)))),
    )


def _allowed(host: Host, ports: Listening) -> Allowed:
    """The settings of the one SSH server; those of another one nobody here can read."""
    allowed = sshd.parse(output(host, Program.SSHD, "-T"))
    if known(ports.elsewhere("sshd", allowed.ports)) or known(ports.elsewhere("dropbear", ())):
        raise HostError(Why.UNRECOGNISED, "another SSH server listens, with settings of its own")
    return allowed


def _ssh(ports: Listening, allowed: Allowed | Unknown) -> Maybe[bool]:
    """Does an SSH server take connections? systemd may listen in its place."""
    served = allowed.ports if isinstance(allowed, Allowed) else frozenset({22})
    return ports.any_of(frozenset({"sshd", "dropbear"}), served)


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
