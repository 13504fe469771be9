"""Which is the oldest TLS that OpenSSL's settings of the whole system allow? (config(5))

`openssl_conf` names a section, whose `ssl_conf` names one, whose `system_default` names the one
that holds `MinProtocol` (SSL_CONF_cmd(3)).
"""

import re

from agent.readers import text
from agent.readers.errors import ParseError
from rules.facts.types import Version

_SECTION = re.compile(r"\[\s*([^\]]+?)\s*\]")
_CHAIN = ("openssl_conf", "ssl_conf", "system_default")
_PROTOCOLS = {
    "SSLv3": Version((0, 3)),
    "TLSv1": Version((1, 0)),
    "TLSv1.0": Version((1, 0)),
    "TLSv1.1": Version((1, 1)),
    "TLSv1.2": Version((1, 2)),
    "TLSv1.3": Version((1, 3)),
}


def minimum(data: bytes) -> Version | None:
    """The version that it sets; None if it sets none. ParseError for a name that is none."""
    sections = _sections(data)
    here = sections.get("", {})
    for step in _CHAIN:
        here = sections.get(here.get(step, "-"), {})
    said = here.get("MinProtocol") or here.get("TLS.MinProtocol")
    return None if said is None else protocol(said)


def policy(data: bytes) -> Version | None:
    """The version that a system-wide policy sets: crypto-policies' file for OpenSSL."""
    said = _sections(data).get("", {}).get("TLS.MinProtocol")
    return None if said is None else protocol(said)


def protocol(name: str) -> Version:
    """The number of a protocol; SSL 3.0 is 0.3."""
    if name not in _PROTOCOLS:
        raise ParseError("a protocol that OpenSSL does not know")
    return _PROTOCOLS[name]


def _sections(data: bytes) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {"": {}}
    here = ""
    for line in text.lines(data.replace(b"\\\n", b" ")):
        if section := _SECTION.fullmatch(line.split("#", 1)[0].strip()):
            here = section[1]
            found.setdefault(here, {})
        elif "=" in line:
            name, _, value = line.split("#", 1)[0].partition("=")
            found[here][name.strip()] = value.strip()
    return found
