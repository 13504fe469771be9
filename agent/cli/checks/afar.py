"""Are the hosts reached that carry no agent, and are they the same as before?"""

from collections.abc import Iterator

from agent import settings
from agent.cli.checks.base import Seen, Told
from agent.cli.checks.service import journal
from agent.errands import results
from agent.settings import HostSetting
from rules.facts.base import Why

_WHY = {
    Why.UNTRUSTED_HOST: "compare its key at its own console, then write it into agent.toml (pins)",
    Why.UNREACHABLE: "is it on, and does its SSH port answer? Look at address, port and firewall",
    Why.ACCESS_DENIED: "it does not take this user or key: look at user, key_file and its account",
    Why.TIMEOUT: "it answers too slowly, or hangs: look at it",
}
"""What to do about a visit in vain, by its reason."""


def hosts(seen: Seen) -> Iterator[Told]:
    """Did the last visit to each host come to something, under a pinned key? By what it left."""
    for host in settings.load(seen.home).hosts:
        yield _of(seen, host)


def _of(seen: Seen, host: HostSetting) -> Told:
    at = f"{host.name} ({host.address}:{host.port})"
    if not host.pins:
        do = f"dentinel facts --host ssh://{host.user}@{host.address} shows its key: compare, pin"
        return f"{at} has no pinned key: it is not signed in to", do
    visited = results.load_from(seen.home.judged(host.name)).visited
    if visited is None:
        return f"{at} has not been visited yet", f"does the visit run? {journal('visit')}"
    said = f"{at} was visited at {visited.at:%Y-%m-%d %H:%M} UTC"
    if visited.why is None:
        return said, None
    return f"{said} in vain: {visited.why}", _WHY.get(visited.why, journal("visit"))
