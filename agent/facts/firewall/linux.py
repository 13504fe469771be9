"""Is inbound traffic filtered now? The answer for Linux.

By what the kernel has loaded: configuration that nobody loaded filters nothing. Rules of the old
iptables (xt_tables), which nft does not show, are not read: with them the answer is unknown.
"""

from agent.facts.base import About, answers
from agent.host.base import Host, HostError, is_there, list_if_there, output, read_if_there
from agent.host.container import in_container
from agent.host.programs import Program
from agent.readers import nftables, text
from rules.facts.base import Items, Unknown, Why
from rules.facts.firewall import FIREWALL, Firewall, Profile

_OLD_TABLES = ("/proc/1/net/ip_tables_names", "/proc/1/net/ip6_tables_names")
_NETWORK = "/sys/class/net"
_IPV6 = "/proc/1/net/if_inet6"


@answers(FIREWALL, on="linux")
def linux(host: Host, _about: About) -> Firewall | Unknown:
    """From nftables, by which today's iptables, ufw and firewalld filter too."""
    if in_container(host):
        return Unknown(Why.CONTAINER)
    ruleset = output(host, Program.NFT, "-j", "list", "ruleset")
    blocked = nftables.blocks(ruleset, _cards(host) if b'"iif' in ruleset else ())
    blocks = blocked["ip"] and (blocked["ip6"] or not _speaks_ipv6(host))
    if not blocks and _has_old_rules(host):
        raise HostError(Why.UNRECOGNISED, "rules of the old iptables are loaded")
    enabled = any(blocked.values())
    profile = Profile(
        name="all", enabled=enabled, inbound="block" if blocks else "allow", source="local"
    )
    return Firewall(enabled=enabled, product=None, profiles=Items((profile,)))


def _cards(host: Host) -> frozenset[str]:
    """The interfaces with a device behind them: by cable or by air (sysfs-class-net)."""
    names = [entry.name for entry in list_if_there(host, _NETWORK)]
    return frozenset(name for name in names if is_there(host, f"{_NETWORK}/{name}/device"))


def _speaks_ipv6(host: Host) -> bool:
    """Has the machine an IPv6 address beyond loopback (proc_net_if_inet6)?"""
    addresses = read_if_there(host, _IPV6)
    return addresses is not None and any(not line.endswith(" lo") for line in text.lines(addresses))


def _has_old_rules(host: Host) -> bool:
    tables = (read_if_there(host, path) or b"" for path in _OLD_TABLES)
    return any("filter" in text.lines(said) for said in tables)
