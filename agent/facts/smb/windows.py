r"""Does the machine speak SMB, and how old and how open a kind of it? The answer for Windows.

SMB 1 is a feature since Windows 10 1709: where nothing is set, it is gone if neither of its
drivers is there, and on before that build. Not yet confirmed on a real Windows.

Values: "How to detect, enable and disable SMBv1, SMBv2, and SMBv3 in Windows", Microsoft.
"""

from agent.facts.base import About, answers, part
from agent.host.base import Host, HostError
from agent.host.guests import comes_in
from agent.host.registry import SERVICES, WINDOWS, build, is_disabled, opened, switch
from agent.host.services import runs
from rules.facts.base import Why
from rules.facts.smb import SMB, Smb

_SERVER = rf"{SERVICES}\LanmanServer"
_AUTOMATIC = 2
_OPTIONAL = 16299
"""Windows 10 1709: from here on SMB 1 is not installed by itself."""

_SIGNS = 26100
"""Windows 11 24H2 and Server 2025: from here on signing depends on the edition."""


_SIGNING_EDITIONS = ("Professional", "Enterprise", "Education")
"""Of Windows 11: "SMB security hardening in Windows Server 2025 & Windows 11", Microsoft. Home, and
the servers, of which its pages say different things, are not in it."""


@answers(SMB, on="windows", confidence="derived")
def windows(host: Host, _about: About) -> Smb:
    """From the settings of server and client, the drivers of SMB 1, and who comes in."""
    return Smb(
        server=part(lambda: _server(host)),
        smb1_server=part(lambda: _smb1_server(host)),
        smb1_client=part(lambda: not is_disabled(host, "mrxsmb10")),
        signing_required=part(lambda: _signing(host)),
        encryption_required=part(lambda: _encryption(host)),
        guest=part(lambda: comes_in(host)),
    )


def _server(host: Host) -> bool:
    """A service that may not start serves nothing; one that starts by itself does, or soon will."""
    if is_disabled(host, "LanmanServer"):
        return False
    starts = opened(host, rf"{SERVICES}\LanmanServer").number("Start")
    return starts == _AUTOMATIC or runs(host, "LanmanServer")


def _smb1_server(host: Host) -> bool:
    if is_disabled(host, "LanmanServer"):
        return False
    said = opened(host, rf"{_SERVER}\Parameters").number("SMB1")
    if said is not None:
        return said != 0
    drivers = (opened(host, rf"{SERVICES}\{name}").there for name in ("srv", "mrxsmb10"))
    return build(host) < _OPTIONAL or any(drivers)


def _signing(host: Host) -> bool:
    said = opened(host, rf"{_SERVER}\Parameters").number("RequireSecuritySignature")
    return switch(said, unset=_signs_by_itself(host) if said is None else None)


def _signs_by_itself(host: Host) -> bool:
    """What this build and edition do where nobody set it; HostError where our table ends."""
    if build(host) < _SIGNS:
        return False
    edition = opened(host, WINDOWS).text("EditionID") or ""
    if edition.startswith(_SIGNING_EDITIONS):
        return True
    raise HostError(Why.UNRECOGNISED, "what this edition does by itself is not in our table")


def _encryption(host: Host) -> bool:
    """All of it, and who cannot is turned away."""
    said = opened(host, rf"{_SERVER}\Parameters")
    encrypts = switch(said.number("EncryptData"), unset=False)
    return encrypts and switch(said.number("RejectUnencryptedAccess"), unset=True)
