"""Firewall, remote access, SMB and TLS of Windows, by machines written from documentation."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from agent.facts.firewall import windows as firewall
from agent.facts.gather import gather
from agent.facts.remote_access import windows as remote_access
from agent.facts.smb import windows as smb
from agent.facts.tls_policy import windows as tls_policy
from rules.facts.base import Unknown, Why
from tests.agent.facts.clinic import about
from tests.agent.facts.windows.clinic import (
    FIREWALL,
    POLICIES,
    SCHANNEL,
    SERVICES,
    SYSTEM,
    WINDOWS,
    accounts,
    failed,
    firewalls,
    pc,
    service,
    services,
    system,
)

DENIED = {"$error": "access_denied"}
LANMAN = rf"{SERVICES}\LanmanServer\Parameters"
LSA = rf"{SYSTEM}\Control\Lsa"
POLICY = rf"{POLICIES}\WindowsFirewall"


def built(number: int) -> dict[str, Any]:
    return {WINDOWS: system()[WINDOWS] | {"CurrentBuildNumber": str(number)}}


def profiles(keys: dict[str, Any]) -> dict[str, tuple[Any, Any, Any]]:
    said = firewall.windows(pc(keys), about()).profiles.items
    return {one.name: (one.enabled, one.inbound, one.source) for one in said}


@pytest.mark.parametrize(
    ("keys", "name", "expected"),
    [
        ({}, "domain", (True, "block", "local")),
        (
            {rf"{FIREWALL}\PublicProfile": {"EnableFirewall": 0}},
            "public",
            (False, "block", "local"),
        ),
        (
            {rf"{FIREWALL}\PublicProfile": {"EnableFirewall": 1, "DefaultInboundAction": 0}},
            "public",
            (True, "allow", "local"),
        ),
        (
            {
                rf"{POLICY}\PublicProfile": {"EnableFirewall": 1, "DefaultInboundAction": 1},
                rf"{FIREWALL}\PublicProfile": {"EnableFirewall": 0, "DefaultInboundAction": 0},
            },
            "public",
            (True, "block", "policy"),
        ),
        ({rf"{POLICY}\DomainProfile": {"EnableFirewall": 0}}, "domain", (False, "block", "policy")),
        (
            {rf"{POLICY}\StandardProfile": {"EnableFirewall": 0}},
            "private",
            (False, "block", "policy"),
        ),
        (
            {
                rf"{POLICY}\StandardProfile": {"EnableFirewall": 0},
                rf"{POLICY}\PrivateProfile": {"EnableFirewall": 1},
            },
            "private",
            (Unknown(Why.CONFLICT), "block", "policy"),
        ),
        (
            {rf"{FIREWALL}\Mdm\PublicProfile": {"EnableFirewall": 0}},
            "public",
            (Unknown(Why.CONFLICT), "block", "local"),
        ),
        (
            {rf"{FIREWALL}\PublicProfile": {}},
            "public",
            (Unknown(Why.UNRECOGNISED), "block", "local"),
        ),
        ({rf"{POLICY}\PublicProfile": DENIED}, "public", (Unknown(Why.ACCESS_DENIED),) * 3),
    ],
)
def test_policy_overrules_what_is_set_on_the_machine(keys, name, expected) -> None:
    assert profiles(keys)[name] == expected


def test_a_firewall_whose_service_may_not_start_is_off() -> None:
    assert firewall.windows(pc({rf"{SERVICES}\mpssvc": {"Start": 4}}), about()).enabled is False


@pytest.mark.parametrize(
    ("told", "enabled"),
    [
        (services(), True),
        (services(service("mpssvc", 1)), False),
        (services(service("mpssvc", 2)), Unknown(Why.UNRECOGNISED)),  # it is starting
        (failed("access_denied", 5), Unknown(Why.ACCESS_DENIED)),
        ({"error": "timeout"}, Unknown(Why.TIMEOUT)),
        ({"error": "tool_missing"}, Unknown(Why.TOOL_MISSING)),
        ({"rc": 3, "err": "Der Dienst antwortet nicht."}, Unknown(Why.API_ERROR)),
        ("Der Dienst wurde nicht gestartet.", Unknown(Why.PARSE_ERROR)),
        (services()[:200], Unknown(Why.PARSE_ERROR)),
        ('{"services": [{"name": "mpssvc", "state": "4", "start": 2}]}', Unknown(Why.PARSE_ERROR)),
        ('{"services": []}', False),
    ],
)
def test_a_firewall_is_on_if_its_service_runs(told, enabled) -> None:
    assert firewall.windows(pc(asked={"services": told}), about()).enabled == enabled


ON, SNOOZED = 266240, 262144
OFF_IN_PUBLIC = {rf"{FIREWALL}\PublicProfile": {"EnableFirewall": 0}}


@pytest.mark.parametrize(
    ("keys", "asked", "enabled", "public", "product"),
    [
        ({}, {}, True, True, None),
        ({}, {"firewalls": firewalls(ESET=ON)}, True, True, "ESET"),
        (
            OFF_IN_PUBLIC,
            {"firewalls": firewalls(ESET=ON)},
            True,
            Unknown(Why.UNRECOGNISED),
            "ESET",
        ),
        (OFF_IN_PUBLIC, {"firewalls": firewalls(ESET=SNOOZED)}, True, False, None),
        (
            OFF_IN_PUBLIC,
            {"firewalls": firewalls(ESET=ON), "services": services(service("wscsvc", 1))},
            True,
            False,
            Unknown(Why.STALE_SOURCE),
        ),
        (
            {rf"{SERVICES}\mpssvc": {"Start": 4}},
            {"firewalls": firewalls(ESET=ON)},
            Unknown(Why.UNRECOGNISED),
            True,
            "ESET",
        ),
        (
            OFF_IN_PUBLIC,
            {"firewalls": failed("api_error", 0x8004100E)},
            True,
            False,
            Unknown(Why.API_ERROR),
        ),
        (OFF_IN_PUBLIC, {"firewalls": "Aus"}, True, False, Unknown(Why.PARSE_ERROR)),
        (
            {**OFF_IN_PUBLIC, WINDOWS: system()[WINDOWS] | {"InstallationType": "Server"}},
            {"firewalls": firewalls(ESET=ON)},
            True,
            False,
            Unknown(Why.API_ERROR),
        ),
    ],
)
def test_what_another_makers_firewall_filters_is_not_known_here(
    keys, asked, enabled, public, product
) -> None:
    said = firewall.windows(pc(keys, asked=asked), about())
    assert (said.enabled, said.product) == (enabled, product)
    assert {one.name: one.enabled for one in said.profiles.items}["public"] == public


SERVER = rf"{SYSTEM}\Control\Terminal Server"
RDP_POLICY = rf"{POLICIES}\Windows NT\Terminal Services"


@pytest.mark.parametrize(
    ("keys", "rdp"),
    [
        ({}, False),
        ({SERVER: {"fDenyTSConnections": 0}}, True),
        ({SERVER: {"fDenyTSConnections": 1}, RDP_POLICY: {"fDenyTSConnections": 0}}, True),
        ({SERVER: {"fDenyTSConnections": 0}, RDP_POLICY: {"fDenyTSConnections": 1}}, False),
        ({SERVER: {}}, Unknown(Why.UNRECOGNISED)),
        ({RDP_POLICY: DENIED}, Unknown(Why.ACCESS_DENIED)),
    ],
)
def test_remote_desktop_is_on_as_the_policy_says(keys, rdp) -> None:
    assert remote_access.windows(pc(keys), about()).rdp == rdp


SESSION = rf"{SERVER}\WinStations\RDP-Tcp"


@pytest.mark.parametrize(
    ("keys", "limit"),
    [
        ({}, None),
        ({RDP_POLICY: {"MaxIdleTime": 900_000}}, timedelta(minutes=15)),
        ({RDP_POLICY: {"MaxIdleTime": 0}}, None),
        ({SESSION: {"MaxIdleTime": 900_000, "fInheritMaxIdleTime": 0}}, timedelta(minutes=15)),
        (
            {SESSION: {"MaxIdleTime": 900_000, "fInheritMaxIdleTime": 1}},
            Unknown(Why.UNRECOGNISED),
        ),
    ],
)
def test_a_session_without_input_ends_and_0_is_never(keys, limit) -> None:
    assert remote_access.windows(pc(keys), about()).rdp_idle_limit == limit


def test_a_support_tool_is_told_by_its_service() -> None:
    keys = {
        rf"{SERVICES}\TeamViewer": {"Start": 2},
        rf"{SERVICES}\ScreenConnect Client (0a1b2c)": {"Start": 4},
        rf"{SERVICES}\AnyDesk": DENIED,
    }
    tools = {one.name: one for one in remote_access.windows(pc(keys), about()).tools.items}
    assert set(tools) == {"teamviewer", "screenconnect", "anydesk"}
    assert tools["teamviewer"].unattended is True
    assert tools["screenconnect"].unattended is False
    assert tools["anydesk"].unattended == Unknown(Why.ACCESS_DENIED)


def test_a_server_of_ssh_that_starts_by_itself_or_runs_serves() -> None:
    keys = {rf"{SERVICES}\sshd": {"Start": 2}}
    runs = pc(asked={"services": services(service("sshd", 4, 3))})
    for host in (pc(keys), runs):
        said = remote_access.windows(host, about())
        assert said.ssh is True
    assert isinstance(remote_access.windows(pc(), about()).ssh, Unknown)


def test_nobody_comes_in_by_a_server_of_ssh_that_is_off() -> None:
    said = gather(pc(), about(), ["remote_access"])["remote_access"].value
    assert (said["ssh"], said["ssh_passwords"], said["ssh_root"]) == (False, False, False)


SSHD = {rf"{SERVICES}\sshd": {"Start": 2}}
SHIPPED = "Match Group administrators\n  AuthorizedKeysFile __PROGRAMDATA__/ssh/keys\n"


@pytest.mark.parametrize(
    ("settings", "passwords"),
    [
        (None, True),
        ("", True),
        ("#PasswordAuthentication no\n", True),
        ("PasswordAuthentication no\n", False),
        (f"passwordauthentication=no\n{SHIPPED}", False),
        ("PasswordAuthentication yes\nPasswordAuthentication no\n", True),
        (f"PasswordAuthentication no\n{SHIPPED}  PasswordAuthentication yes\n", True),
        (f"{SHIPPED}  PasswordAuthentication no\n", True),  # for administrators alone
        ("PasswordAuthentication no\nInclude more\n", Unknown(Why.PARSE_ERROR)),
        ({"error": "access_denied"}, Unknown(Why.ACCESS_DENIED)),
    ],
)
def test_ssh_lets_passwords_in_unless_its_settings_say_no(settings, passwords) -> None:
    path = r"C:\ProgramData\ssh\sshd_config"
    machine = pc(SSHD)
    host = replace(machine, files={} if settings is None else {path: settings})
    said = remote_access.windows(host, about())
    assert (said.ssh_passwords, said.ssh_root) == (passwords, False)


def test_what_another_server_of_ssh_allows_is_not_known() -> None:
    host = pc({rf"{SERVICES}\BvSshServer": {"Start": 2}})
    assert remote_access.windows(host, about()).ssh_passwords == Unknown(Why.UNRECOGNISED)


def test_the_built_in_administrator_may_come_in_if_his_account_is_on() -> None:
    chef = accounts({"name": "Chef", "rid": 500, "flags": 512, "last_logon": 0, "online": False})
    said = remote_access.windows(pc(SSHD, asked={"accounts": chef}), about())
    assert said.ssh_root == Unknown(Why.UNRECOGNISED)


@pytest.mark.parametrize(
    ("state", "running"), [(4, True), (1, Unknown(Why.API_ERROR)), (3, Unknown(Why.UNRECOGNISED))]
)
def test_a_support_tool_runs_if_its_service_does(state, running) -> None:
    host = pc(
        {rf"{SERVICES}\TeamViewer": {"Start": 3}},
        asked={"services": services(service("TeamViewer", state, 3))},
    )
    (tool,) = remote_access.windows(host, about()).tools.items
    assert tool.running == running


GUEST_ON = accounts({"name": "Gast", "rid": 501, "flags": 544, "last_logon": 0, "online": False})


@pytest.mark.parametrize(
    ("keys", "told", "guest"),
    [
        ({}, accounts(), False),
        ({}, GUEST_ON, True),
        ({}, failed("access_denied", 5), Unknown(Why.ACCESS_DENIED)),
        ({}, accounts(users=json.loads(failed("api_error")["out"])), Unknown(Why.API_ERROR)),
        ({LANMAN: {"RestrictNullSessAccess": 0}}, accounts(), True),
        ({LSA: {"EveryoneIncludesAnonymous": 1}}, failed("timeout"), True),
    ],
)
def test_a_guest_comes_in_by_his_account_or_without_any(keys, told, guest) -> None:
    assert smb.windows(pc(keys, asked={"accounts": told}), about()).guest == guest


@pytest.mark.parametrize(
    ("start", "state", "server"),
    [(2, 1, True), (3, 4, True), (3, 1, False), (4, 4, False)],
)
def test_a_server_of_files_serves_if_it_starts_by_itself_or_runs(start, state, server) -> None:
    host = pc(
        {rf"{SERVICES}\LanmanServer": {"Start": start}},
        asked={"services": services(service("LanmanServer", state, start))},
    )
    assert smb.windows(host, about()).server is server


@pytest.mark.parametrize(
    ("keys", "server", "client"),
    [
        ({}, False, False),
        ({LANMAN: {"SMB1": 0}}, False, False),
        ({LANMAN: {"SMB1": 1}}, True, False),
        # a real hive of 1709 has no value, and the driver of the client
        ({**built(16299), rf"{SERVICES}\mrxsmb10": {"Start": 2}}, True, True),
        ({LANMAN: {"SMB1": 0}, rf"{SERVICES}\mrxsmb10": {"Start": 2}}, False, True),
        ({rf"{SERVICES}\mrxsmb10": {"Start": 4}}, True, False),
        (built(14393), True, False),
        ({rf"{SERVICES}\LanmanServer": {"Start": 4}, LANMAN: {"SMB1": 1}}, False, False),
        ({LANMAN: DENIED}, Unknown(Why.ACCESS_DENIED), False),
        ({LANMAN: {"SMB1": "0"}}, Unknown(Why.PARSE_ERROR), False),
    ],
)
def test_smb_1_is_as_it_is_set_or_as_the_build_has_it(keys, server, client) -> None:
    said = smb.windows(pc(keys), about())
    assert (said.smb1_server, said.smb1_client) == (server, client)


@pytest.mark.parametrize(
    ("values", "build", "signing"),
    [
        ({"RequireSecuritySignature": 1}, 26200, True),
        ({"RequireSecuritySignature": 0}, 26200, False),
        ({}, 26200, True),  # as Windows 11 Pro does by itself from 24H2 on
        ({}, 26100, True),
        ({}, 22631, False),
    ],
)
def test_signing_is_required_or_not(values, build, signing) -> None:
    assert smb.windows(pc({LANMAN: values, **built(build)}), about()).signing_required == signing


@pytest.mark.parametrize(
    ("edition", "signing"),
    [
        ("EnterpriseS", True),
        ("Education", True),
        ("Core", Unknown(Why.UNRECOGNISED)),
        ("ServerStandard", Unknown(Why.UNRECOGNISED)),
    ],
)
def test_what_an_edition_does_by_itself_is_known_of_some(edition, signing) -> None:
    keys = {LANMAN: {}, WINDOWS: system()[WINDOWS] | {"EditionID": edition}}
    assert smb.windows(pc(keys), about()).signing_required == signing


@pytest.mark.parametrize(
    ("values", "encrypted"),
    [
        ({}, False),
        ({"EncryptData": 1}, True),
        ({"EncryptData": 1, "RejectUnencryptedAccess": 0}, False),
    ],
)
def test_encryption_is_required_if_nobody_gets_round_it(values, encrypted) -> None:
    assert smb.windows(pc({LANMAN: values}), about()).encryption_required is encrypted


@pytest.mark.parametrize(
    ("keys", "client", "server"),
    [
        (built(26200), "1.2", "1.2"),
        (built(22631), "1.0", "1.0"),
        (built(19045), "1.0", "1.0"),
        (built(10240), None, None),
        ({rf"{SCHANNEL}\TLS 1.0\Server": {"Enabled": 1}}, "1.2", "1.0"),
        ({rf"{SCHANNEL}\TLS 1.0\Server": {"Enabled": 0xFFFFFFFF}}, "1.2", "1.0"),
        ({rf"{SCHANNEL}\SSL 3.0\Client": {"Enabled": 1}}, "0.3", "1.2"),
        # the only key of real hives, of a protocol that is gone
        ({rf"{SCHANNEL}\SSL 2.0\Client": {"DisabledByDefault": 1}}, "1.2", "1.2"),
        # by default off is not off: a program may ask for it
        ({rf"{SCHANNEL}\TLS 1.0\Server": {"DisabledByDefault": 1}, **built(22631)}, "1.0", "1.0"),
        (
            {
                rf"{SCHANNEL}\{name}\{side}": {"Enabled": 0, "DisabledByDefault": 1}
                for name in ("TLS 1.0", "TLS 1.1")
                for side in ("Client", "Server")
            }
            | built(22631),
            "1.2",
            "1.2",
        ),
    ],
)
def test_the_weakest_protocol_that_nothing_forbids(keys, client, server) -> None:
    said = tls_policy.windows(pc(keys), about())
    expected = [Unknown(Why.UNRECOGNISED) if one is None else one for one in (client, server)]
    found = [
        one if isinstance(one, Unknown) else str(one)
        for one in (said.client_minimum, said.server_minimum)
    ]
    assert found == expected


@pytest.mark.parametrize(("value", "fips"), [({}, False), ({"Enabled": 1}, True)])
def test_fips_mode_is_a_switch(value, fips) -> None:
    key = rf"{SYSTEM}\Control\Lsa\FipsAlgorithmPolicy"
    assert tls_policy.windows(pc({key: value}), about()).fips_mode is fips
