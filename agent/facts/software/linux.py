"""What is installed, and which of it is dental software? The answer for Linux.

On Debian and its kin: what somebody chose. Packages of the system itself, and those that apt
brought along for others, are thousands on every machine and left out; their patches are the matter
of the fact `patching`.
"""

from agent.facts.base import About, answers
from agent.facts.kept import RestsOn, kept_output
from agent.host.base import Host, HostError, is_there, output, read_if_there
from agent.host.programs import Program
from agent.imaging import products
from agent.readers import packages
from agent.readers.packages import Package
from rules.facts.base import Items, Why
from rules.facts.software import SOFTWARE, App

_DPKG, _RPM = "/var/lib/dpkg/status", ("/var/lib/rpm", "/usr/lib/sysimage/rpm")
_STATES = "/var/lib/apt/extended_states"
_LARGEST = 8 << 20
_LISTED = RestsOn((_DPKG,), ("/var/lib/dpkg/updates",))


@answers(SOFTWARE, on="linux")
def linux(host: Host, about: About) -> Items[App]:
    """From the system's own list of packages."""
    if is_there(host, _DPKG):
        found = _chosen(host, about)
    elif any(is_there(host, path) for path in _RPM):
        found = packages.rpm(output(host, Program.RPM, "-qa", "--qf", packages.RPM_FORM))
    else:
        raise HostError(Why.TOOL_MISSING, "neither dpkg nor rpm keeps a list here")
    return Items(tuple(_app(one) for one in sorted(found, key=lambda one: one.name)))


def _chosen(host: Host, about: About) -> tuple[Package, ...]:
    all_ = packages.dpkg(
        kept_output(host, about, _LISTED, Program.DPKG_QUERY, "-W", "-f", packages.DPKG_FORM)
    )
    automatic = packages.automatic(read_if_there(host, _STATES, _LARGEST) or b"")
    return tuple(one for one in all_ if not one.is_system and one.name not in automatic)


def _app(package: Package) -> App:
    return App(
        name=package.name,
        vendor=package.vendor,
        version=packages.upstream(package.version),
        version_text=package.version,
        product=products.of_package(package.name),
        source="package",
    )
