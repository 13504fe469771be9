"""From where may somebody work here: what listens, and what the SSH server allows."""

import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from agent.facts.gather import gather
from agent.facts.listeners import linux as listeners
from agent.facts.remote_access import linux as remote_access
from agent.host.tree import TreeHost
from agent.readers import sshd
from rules.facts.base import Unknown, Why
from rules.facts.remote_access import RemoteAccess
from tests.agent.facts.clinic import (
    EVERYWHERE,
    LOOPBACK,
    SSHD,
    SSHD_SAYS,
    TITLES,
    about,
    socket,
    system,
)

KEYBOARD = "kbdinteractiveauthentication yes"
DENIED = Unknown(Why.ACCESS_DENIED)


def found(programs: dict[str, Any] | None = None, **files: Any) -> RemoteAccess:
    host = TreeHost(system() | files, {SSHD: SSHD_SAYS} | (programs or {}))
    readings = gather(host, about(), ["listeners"], [listeners.linux])
    return remote_access.linux(host, replace(about(), readings=readings))


def table(*lines: str) -> dict[str, str]:
    return {"/proc/1/net/tcp": f"{TITLES}\n{''.join(lines)}", "/proc/1/net/tcp6": f"{TITLES}\n"}


def test_a_server_that_listens_is_on() -> None:
    assert (found().ssh, found().vnc, found().rdp) == (True, False, False)


def test_without_a_listener_nothing_is_allowed() -> None:
    one = found(**table())
    assert (one.ssh, one.ssh_passwords, one.ssh_root) == (False, False, False)


def test_systemd_may_listen_in_its_place() -> None:
    files = table(socket(EVERYWHERE, 22, 7009)) | {
        "/proc/1/exe": {"link": "/usr/lib/systemd/systemd"},
        "/proc/1/fd/40": {"link": "socket:[7009]"},
    }
    assert found(**files).ssh is True


@pytest.mark.parametrize(("port", "program"), [(2222, "sshd"), (22, "dropbear")])
def test_another_ssh_server_may_allow_what_this_one_forbids(port, program) -> None:
    files = table(socket(EVERYWHERE, port, 7001)) | {
        "/proc/812/exe": {"link": f"/usr/sbin/{program}"}
    }
    one = found(**files)
    assert (one.ssh, one.ssh_passwords) == (True, Unknown(Why.UNRECOGNISED))


@pytest.mark.parametrize("line", ["Match User lee", "Include /etc/practice/*.conf", "match=all"])
def test_what_holds_for_some_only_proves_nothing(line) -> None:
    settings = {"/etc/ssh/sshd_config": f"PasswordAuthentication no\n{line}\n"}
    assert found(**settings).ssh_passwords == Unknown(Why.UNRECOGNISED)


@pytest.mark.parametrize(
    ("port", "program", "vnc", "rdp"),
    [
        (5901, "/usr/bin/something", True, False),
        (7777, "/usr/bin/Xtigervnc", True, False),
        (3389, "/usr/sbin/xrdp", False, True),
        (8042, "/opt/orthanc/Orthanc", False, False),
    ],
)
def test_screens_are_shared_by_program_or_port(port, program, vnc, rdp) -> None:
    files = table(socket(EVERYWHERE, port, 7001)) | {"/proc/812/exe": {"link": program}}
    assert (found(**files).vnc, found(**files).rdp) == (vnc, rdp)


def test_a_listener_whose_program_is_hidden_may_be_anything() -> None:
    hidden = table(socket(EVERYWHERE, 7777, 7001)) | {"/proc/812/exe": {"error": "access_denied"}}
    one = found(**hidden)
    assert (one.vnc, one.rdp, one.ssh, one.ssh_root) == (DENIED,) * 4


@pytest.mark.parametrize(
    ("says", "passwords", "root"),
    [
        (SSHD_SAYS, False, False),
        (SSHD_SAYS.replace("passwordauthentication no", "passwordauthentication yes"), True, False),
        (SSHD_SAYS.replace("kbdinteractiveauthentication no", KEYBOARD), True, False),
        (SSHD_SAYS.replace("permitrootlogin no", "permitrootlogin without-password"), False, True),
        ("port 22\n", Unknown(Why.PARSE_ERROR), Unknown(Why.PARSE_ERROR)),
        ({"rc": 255}, Unknown(Why.API_ERROR), Unknown(Why.API_ERROR)),
    ],
)
def test_the_settings_in_force_say_who_may_come(says, passwords, root) -> None:
    one = found({SSHD: says})
    assert (one.ssh_passwords, one.ssh_root) == (passwords, root)


@pytest.mark.parametrize("where", ["/etc/ssh/sshd_config", "/etc/ssh/sshd_config.d/10-it.conf"])
def test_a_block_for_some_makes_no_a_mere_maybe(where) -> None:
    one = found(**{where: "# x\n  Match User vendor\n    PasswordAuthentication yes\n"})
    assert one.ssh_passwords == Unknown(Why.UNRECOGNISED)


@pytest.mark.parametrize(
    ("methods", "enough"),
    [
        ("any", True),
        ("publickey", False),
        ("publickey,password", False),
        ("publickey,password password", True),
        ("keyboard-interactive:pam", True),
    ],
)
@pytest.mark.live
def test_the_real_server_says_whether_a_password_is_enough(
    methods, enough, needs, tmp_path: Path
) -> None:
    server, keys = needs("sshd"), needs("ssh-keygen")
    key, settings = tmp_path / "key", tmp_path / "sshd_config"
    subprocess.run([keys, "-q", "-t", "ed25519", "-N", "", "-f", str(key)], check=True)
    settings.write_text(f"HostKey {key}\nPasswordAuthentication yes\nUsePAM no\n")
    settings.write_text(settings.read_text() + f"AuthenticationMethods {methods}\n")
    Path("/run/sshd").mkdir(exist_ok=True)
    done = subprocess.run([server, "-T", "-f", str(settings)], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    said = sshd.parse(done.stdout)
    assert (said.ports, said.passwords, said.root) == (frozenset({22}), enough, True)


def test_a_second_factor_is_a_hint_and_no_more() -> None:
    files = {"/etc/pam.d/sshd": "auth required pam_google_authenticator.so nullok\n# pam_u2f.so\n"}
    assert found(**files).second_factor_hints.items == ("totp",)


def test_a_support_tool_is_told_by_where_it_lies_and_whether_it_runs() -> None:
    files = {"/usr/bin/anydesk": "", "/proc/900/comm": "anydesk\n", "/usr/bin/rustdesk": ""}
    tools = found(**files).tools.items
    assert [(one.name, one.running) for one in tools] == [("anydesk", True), ("rustdesk", False)]


def test_loopback_counts_too_for_somebody_may_forward_it() -> None:
    assert found(**table(socket(LOOPBACK, 5900, 7001))).vnc is True
