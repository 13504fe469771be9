"""Are we inside a container, which sees its machine's kernel and none of its disks or firmware?"""

from agent.host.base import Host, is_there

_MARKS = ("/run/systemd/container", "/.dockerenv", "/run/.containerenv")
"""What systemd-nspawn and LXC, Docker, and Podman leave for those inside."""


def in_container(host: Host) -> bool:
    """Does any of the marks lie there?"""
    return any(is_there(host, path) for path in _MARKS)
