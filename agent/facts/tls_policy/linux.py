"""Which is the weakest TLS that this machine's own settings allow? The answer for Linux.

By the policy of the whole system where there is one (crypto-policies of Red Hat and its kin), else
by OpenSSL's own settings. Programs with another library or settings of their own follow neither.
"""

from agent.facts.base import About, answers, part
from agent.host.base import Host, HostError, read_if_there
from agent.readers import opensslconf, text
from rules.facts.base import Why
from rules.facts.tls_policy import TLS_POLICY, TlsPolicy
from rules.facts.types import Version

_POLICY = "/etc/crypto-policies/back-ends/opensslcnf.config"
_SETTINGS = ("/etc/ssl/openssl.cnf", "/etc/pki/tls/openssl.cnf")
_FIPS = "/proc/sys/crypto/fips_enabled"


@answers(TLS_POLICY, on="linux", confidence="derived")
def linux(host: Host, _about: About) -> TlsPolicy:
    """From files under /etc, and the kernel's switch."""
    minimum = part(lambda: _minimum(host))
    return TlsPolicy(
        client_minimum=minimum, server_minimum=minimum, fips_mode=part(lambda: _fips(host))
    )


def _minimum(host: Host) -> Version | None:
    policy = read_if_there(host, _POLICY)
    if policy is not None:
        return opensslconf.policy(policy)
    for path in _SETTINGS:
        said = read_if_there(host, path)
        if said is not None:
            if any(line.startswith(".include") for line in text.lines(said)):
                raise HostError(Why.UNRECOGNISED, f"{path} includes other files")
            return opensslconf.minimum(said)
    return None


def _fips(host: Host) -> bool:
    """A kernel that was built without it has no such switch."""
    said = read_if_there(host, _FIPS)
    return said is not None and text.number(said) == 1
