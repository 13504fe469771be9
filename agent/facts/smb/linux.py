"""Does the machine speak SMB, and how old and how open a kind of it? The answer for Linux.

Samba serves; the kernel's own client mounts. Where nothing serves, nothing is served by SMB 1.
"""

from collections.abc import Callable
from functools import partial

from agent.facts.base import About, answers, part
from agent.facts.listening import Listening
from agent.host.base import Host, is_installed, list_if_there, output
from agent.host.programs import Program
from agent.readers import mountinfo, samba
from agent.readers.samba import Samba
from rules.facts.base import Maybe, Unknown
from rules.facts.smb import SMB, Smb

_PORTS = (139, 445)
USERSHARES = "/var/lib/samba/usershares"
_MOUNTS = 8 << 20


@answers(SMB, on="linux", confidence="derived", after=("listeners",))
def linux(host: Host, about: About) -> Smb:
    """From what listens, Samba's settings in force, and what is mounted."""
    server = Listening(about).any_of(("smbd", "ksmbd.mountd"), _PORTS)
    said = part(
        lambda: samba.parse(output(host, Program.TESTPARM, "-s", "-v", "--suppress-prompt"))
    )
    return Smb(
        server=server,
        smb1_server=_of(server, said, lambda of: of.speaks_smb1("server min protocol")),
        smb1_client=_client(host, said),
        signing_required=_of(server, said, lambda of: of.requires("server signing")),
        encryption_required=_of(server, said, lambda of: of.requires("server smb encrypt")),
        guest=_of(server, said, lambda of: _lets_guests_in(host, of)),
    )


def _of(server: Maybe[bool], said: Samba | Unknown, ask: Callable[[Samba], bool]) -> Maybe[bool]:
    """What a server does; one that is not there does nothing."""
    if server is False or isinstance(server, Unknown):
        return server
    if isinstance(said, Unknown):
        return said
    return part(partial(ask, said))


def _lets_guests_in(host: Host, of: Samba) -> bool:
    """To a share of the configuration, or to one that a person made where that is allowed."""
    if any(map(of.lets_guests_in, of.sections)):
        return True
    if of.server.get("usershare allow guests") == "No":
        return False
    made = (host.read(f"{USERSHARES}/{one.name}") for one in list_if_there(host, USERSHARES))
    return any(samba.usershare(said).guest for said in made)


def _client(host: Host, said: Samba | Unknown) -> Maybe[bool]:
    """Samba's own client where there is one, and every mount of the kernel's."""
    mounted = part(lambda: _mounts_smb1(host))
    if mounted is True or isinstance(mounted, Unknown):
        return mounted
    if isinstance(said, Unknown):
        installed = part(lambda: is_installed(host, Program.TESTPARM))
        return False if installed is False else said
    return part(partial(said.speaks_smb1, "client min protocol"))


def _mounts_smb1(host: Host) -> bool:
    mounts = mountinfo.parse(host.read("/proc/1/mountinfo", _MOUNTS))
    return any(one.type == "cifs" and "vers=1.0" in one.super_options for one in mounts)
