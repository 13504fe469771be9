"""What does the SSH server allow, on Linux and macOS? By its settings in force (`sshd -T`)."""

from agent.facts.base import part
from agent.host.base import Host, list_if_there, read_if_there
from agent.readers import sshd
from agent.readers.sshd import Allowed
from rules.facts.base import Maybe, Unknown, Why

_SETTINGS, _MORE_SETTINGS = "/etc/ssh/sshd_config", "/etc/ssh/sshd_config.d"


def allows(host: Host, ssh: Maybe[bool], allowed: Allowed | Unknown, what: str) -> Maybe[bool]:
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
