"""Which directories, besides the files of this machine, say who may sign in here?"""

from agent.host.base import Host, is_there, read_if_there
from agent.readers import nsswitch


def directories(host: Host) -> frozenset[str]:
    """The sources of accounts that ask another machine, as nsswitch.conf(5) names them."""
    said = read_if_there(host, "/etc/nsswitch.conf")
    asked = frozenset(nsswitch.sources(said)) & nsswitch.DIRECTORIES if said is not None else set()
    if asked == {"sss"} and not is_there(host, "/etc/sssd/sssd.conf"):
        return frozenset()  # named on every machine that has the package, at work if configured
    return frozenset(asked)
