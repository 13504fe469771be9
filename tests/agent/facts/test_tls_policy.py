"""The oldest TLS that a system allows, as far as the system has a say."""

import subprocess
from pathlib import Path
from typing import Any

import pytest

from agent.facts.tls_policy import linux as tls_policy
from agent.host.tree import TreeHost
from agent.readers import opensslconf
from rules.facts.base import Unknown, Why
from rules.facts.tls_policy import TlsPolicy
from rules.facts.types import Version
from tests.agent.facts.clinic import about

OPENSSL, POLICY = "/etc/ssl/openssl.cnf", "/etc/crypto-policies/back-ends/opensslcnf.config"
SETTINGS = """\
openssl_conf = openssl_init   # as Debian 11 had it
[openssl_init]
ssl_conf = ssl_sect
[ ssl_sect ]
system_default = system_default_sect
[system_default_sect]
MinProtocol = {}
CipherString = DEFAULT@SECLEVEL=2
"""


BOTH = {POLICY: "TLS.MinProtocol = TLSv1.2\n", OPENSSL: SETTINGS.format("TLSv1")}


def found(**files: Any) -> TlsPolicy:
    return tls_policy.linux(TreeHost(files), about())


@pytest.mark.parametrize(
    ("name", "version"),
    [("TLSv1.2", (1, 2)), ("TLSv1", (1, 0)), ("SSLv3", (0, 3)), ("TLSv1.3", (1, 3))],
)
def test_openssl_says_it_of_the_whole_system(name, version) -> None:
    assert found(**{OPENSSL: SETTINGS.format(name)}).server_minimum == Version(version)


@pytest.mark.parametrize(
    ("files", "minimum"),
    [
        ({}, None),
        ({OPENSSL: "# openssl_conf = x\n[ca]\nMinProtocol = TLSv1\n"}, None),
        ({OPENSSL: SETTINGS.format("TLSv9")}, Unknown(Why.PARSE_ERROR)),
        ({OPENSSL: ".include /etc/ssl/more.cnf\n"}, Unknown(Why.UNRECOGNISED)),
        ({OPENSSL: "#.include x\n"}, None),
        ({OPENSSL: {"error": "access_denied"}}, Unknown(Why.ACCESS_DENIED)),
        # the policy of the whole system goes before
        (BOTH, Version((1, 2))),
    ],
)
def test_where_the_system_sets_none_each_program_decides(files, minimum) -> None:
    one = found(**files)
    assert (one.client_minimum, one.server_minimum) == (minimum, minimum)


@pytest.mark.parametrize(("said", "on"), [("1\n", True), ("0\n", False), (None, False)])
def test_fips_is_a_switch_of_the_kernel(said, on) -> None:
    files = {} if said is None else {"/proc/sys/crypto/fips_enabled": said}
    assert found(**files).fips_mode is on


SAYS = "import ssl; print(int(ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).minimum_version))"


@pytest.mark.live
@pytest.mark.parametrize(("name", "number"), [("TLSv1", 769), ("TLSv1.3", 772)])
def test_openssl_itself_reads_the_settings_so(name, number, tmp_path: Path) -> None:
    """The system's own Python asks the system's OpenSSL."""
    settings = tmp_path / "openssl.cnf"
    settings.write_text(SETTINGS.format(name))
    words = ["/usr/bin/python3", "-c", SAYS]
    environment = {"OPENSSL_CONF": str(settings)}
    done = subprocess.run(words, env=environment, capture_output=True, text=True, check=True)
    assert int(done.stdout) == number
    assert opensslconf.minimum(settings.read_bytes()) == opensslconf.protocol(name)
