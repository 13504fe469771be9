r"""Which is the weakest TLS that this machine's own settings allow? The answer for Windows.

By Schannel, whose settings hold for programs that use it; a protocol of which they say nothing is
as the build has it. `DisabledByDefault` keeps no program from asking for a protocol: only
`Enabled` 0 forbids one. Not yet confirmed on a real Windows.

Defaults: "Protocols in TLS/SSL (Schannel SSP)", Microsoft; TLS 1.0 and 1.1 are off from Windows
11 24H2 and Windows Server 2025 on.
"""

from collections.abc import Iterator
from typing import Literal

from agent.facts.base import About, answers, part
from agent.host.base import Host, HostError
from agent.host.registry import SYSTEM, build, opened, switch
from rules.facts.base import Why
from rules.facts.tls_policy import TLS_POLICY, TlsPolicy
from rules.facts.types import Version

_PROTOCOLS = rf"{SYSTEM}\Control\SecurityProviders\SCHANNEL\Protocols"
_VERSIONS = {
    "SSL 2.0": Version((0, 2)),
    "SSL 3.0": Version((0, 3)),
    "TLS 1.0": Version((1, 0)),
    "TLS 1.1": Version((1, 1)),
    "TLS 1.2": Version((1, 2)),
    "TLS 1.3": Version((1, 3)),
}
_DEFAULTS: tuple[tuple[int, frozenset[str]], ...] = (
    (26100, frozenset({"TLS 1.2", "TLS 1.3"})),
    (20348, frozenset({"TLS 1.0", "TLS 1.1", "TLS 1.2", "TLS 1.3"})),
    (14393, frozenset({"TLS 1.0", "TLS 1.1", "TLS 1.2"})),
)
"""From which build on which protocols are on where nothing is set, the newest first."""

_NEVER = frozenset({"SSL 2.0"})
"""Not in the system any more, since Windows 10 1607 (build 14393)."""


@answers(TLS_POLICY, on="windows", confidence="derived")
def windows(host: Host, _about: About) -> TlsPolicy:
    """From Schannel's protocols, one by one, and the switch of FIPS mode."""
    fips = rf"{SYSTEM}\Control\Lsa\FipsAlgorithmPolicy"
    return TlsPolicy(
        client_minimum=part(lambda: _minimum(host, "Client")),
        server_minimum=part(lambda: _minimum(host, "Server")),
        fips_mode=part(lambda: switch(opened(host, fips).number("Enabled"), unset=False)),
    )


def _minimum(host: Host, side: Literal["Client", "Server"]) -> Version:
    number = build(host)
    on = next((on for first, on in _DEFAULTS if number >= first), None)
    if on is None:
        raise HostError(Why.UNRECOGNISED, f"the defaults of build {number} are not in our table")
    allowed = [_VERSIONS[name] for name in _allowed(host, side, on)]
    if not allowed:
        raise HostError(Why.UNRECOGNISED, "no protocol at all is allowed")
    return min(allowed, key=lambda version: version.numbers)


def _allowed(host: Host, side: str, on: frozenset[str]) -> Iterator[str]:
    for name in _VERSIONS:
        said = opened(host, rf"{_PROTOCOLS}\{name}\{side}").number("Enabled")
        if name not in _NEVER and (name in on if said is None else said != 0):
            yield name
