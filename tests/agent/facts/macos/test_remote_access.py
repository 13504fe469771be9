"""By what somebody may work on a Mac from elsewhere: launchd's word, listeners, and tools."""

from dataclasses import replace
from typing import Any

import pytest

from agent.facts.gather import gather
from agent.facts.remote_access import macos as remote_access
from rules.facts.base import Unknown, Why
from rules.facts.remote_access import RemoteAccess, Tool
from tests.agent.facts.clinic import SSHD_SAYS, about
from tests.agent.facts.macs import (
    LSOF,
    MANAGEMENT,
    OVERRIDES,
    PS,
    SMARTCARD,
    SSHD,
    TCP,
    TEAMVIEWER,
    TEAMVIEWER_JOB,
    app,
    daemon,
    front_mac,
    held,
    overrides,
    plist,
    processes,
    scan_mac,
    sockets,
)

DENIED = {"error": "access_denied"}
REFUSED = Unknown(Why.ACCESS_DENIED)


def answer(host: Any) -> RemoteAccess:
    readings = gather(host, about(), ["listeners"])
    return remote_access.macos(host, replace(about(), readings=readings))


def found(files: dict[str, Any] | None = None, run: dict[str, Any] | None = None) -> RemoteAccess:
    return answer(front_mac(files, {SSHD: SSHD_SAYS} | (run or {})))


def listening(port: int, program: str) -> dict[str, Any]:
    return {
        TCP: sockets(f"tcp4 *.{port} *.* LISTEN"),
        LSOF: held(f"{program} TCP *:{port}"),
    }


def doors(said: RemoteAccess) -> tuple[Any, ...]:
    return said.ssh, said.vnc, said.apple_remote, said.rdp


def test_a_mac_that_lets_nobody_in() -> None:
    said = answer(front_mac())
    assert doors(said) == (False, False, False, False)
    assert (said.ssh_passwords, said.ssh_root) == (False, False)
    assert said.tools.items == ()


def test_a_mac_that_lets_everybody_in() -> None:
    said = answer(scan_mac())
    assert doors(said) == (True, True, True, False)
    assert (said.ssh_passwords, said.ssh_root) == (True, True)


@pytest.mark.parametrize(
    ("port", "program", "open_"),
    [
        (22, "launchd", (True, False, False, False)),
        (2222, "sshd", (True, False, False, False)),
        (5900, "launchd", (False, True, False, False)),
        (5999, "screensharingd", (False, True, False, False)),
        (3283, "launchd", (False, False, True, False)),
        (3389, "xrdp", (False, False, False, True)),
        (8042, "Orthanc", (False, False, False, False)),
    ],
)
def test_what_listens_is_on(port, program, open_) -> None:
    assert doors(found(run=listening(port, program))) == open_


@pytest.mark.parametrize(
    ("jobs", "open_"),
    [
        ({"com_openssh_sshd": "enabled"}, (True, False, False, False)),
        ({"com_openssh_sshd": "false"}, (True, False, False, False)),
        ({"com_apple_screensharing": "enabled"}, (False, True, False, False)),
        ({"com_openssh_sshd": "true", "com_apple_screensharing": "disabled"}, (False,) * 4),
        ({}, (False,) * 4),
    ],
)
def test_what_launchd_was_told_to_take_is_on(jobs, open_) -> None:
    assert doors(found(run={OVERRIDES: overrides(**jobs)})) == open_


def test_remote_management_leaves_its_mark() -> None:
    assert found({MANAGEMENT: "enabled\n"}).apple_remote is True
    assert found({MANAGEMENT: DENIED}).apple_remote == REFUSED


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"error": "timeout"}, Why.TIMEOUT),
        ({"rc": 1}, Why.API_ERROR),
        ("abgeschaltete Dienste = {\n", Why.PARSE_ERROR),
    ],
)
def test_without_launchds_word_nothing_is_off(said, why) -> None:
    one = found(run={OVERRIDES: said})
    assert one.ssh == one.ssh_passwords == one.ssh_root == one.vnc == Unknown(why)
    assert found(run={OVERRIDES: said} | listening(22, "launchd")).ssh is True


def test_a_listener_whose_program_is_hidden_may_be_anything() -> None:
    run = {TCP: sockets("tcp4 *.7777 *.* LISTEN"), LSOF: {"error": "access_denied"}}
    assert doors(found(run=run)) == (REFUSED,) * 4


@pytest.mark.parametrize(
    ("says", "passwords", "root"),
    [
        (SSHD_SAYS, False, False),
        (SSHD_SAYS.replace("passwordauthentication no", "passwordauthentication yes"), True, False),
        (SSHD_SAYS.replace("permitrootlogin no", "permitrootlogin without-password"), False, True),
        ({"rc": 255}, Unknown(Why.API_ERROR), Unknown(Why.API_ERROR)),
        ("", Unknown(Why.PARSE_ERROR), Unknown(Why.PARSE_ERROR)),
    ],
)
def test_the_server_says_what_it_allows(says, passwords, root) -> None:
    said = found(run={SSHD: says} | listening(22, "launchd"))
    assert (said.ssh_passwords, said.ssh_root) == (passwords, root)


@pytest.mark.parametrize(
    ("files", "hints"),
    [
        ({}, ()),
        ({SMARTCARD: plist({"enforceSmartCard": True})}, ("smartcard",)),
        ({SMARTCARD: plist({"enforceSmartCard": False})}, ()),
        ({"/etc/pam.d/sudo": "auth required /usr/local/lib/pam/pam_duo.so\n"}, ("duo",)),
        (
            {
                SMARTCARD: plist({"enforceSmartCard": 1}),
                "/etc/pam.d/sshd": "auth required pam_pkcs11.so\n",
            },
            ("smartcard",),
        ),
    ],
)
def test_hints_of_a_second_factor_are_told(files, hints) -> None:
    assert found(files).second_factor_hints.items == hints


def test_hints_that_cannot_be_read_are_unknown() -> None:
    assert found({SMARTCARD: DENIED}).second_factor_hints == REFUSED


def tool(files: dict[str, Any], run: dict[str, Any] | None = None) -> Tool:
    (only,) = found(files, run).tools.items
    return only


def test_a_tool_with_a_daemon_lets_in_without_anybody_there() -> None:
    (one,) = answer(scan_mac()).tools.items
    assert (one.name, str(one.version), one.running, one.unattended) == (
        "teamviewer",
        "15.60.3",
        True,
        True,
    )


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/Applications/AnyDesk.app", "anydesk"),
        ("/Applications/Splashtop Streamer.app", "splashtop"),
        ("/Applications/connectwisecontrol-0123456789abcdef.app", "screenconnect"),
        ("/Library/LaunchDaemons/com.logmein.logmeinserver.plist", "logmein"),
        ("/Applications/GoTo Resolve.app", "gotoassist"),
        ("/Library/LaunchDaemons/com.carriez.RustDesk_service.plist", "rustdesk"),
        ("/Library/LaunchAgents/org.chromium.chromoting.plist", "chrome_remote_desktop"),
        ("/Library/LaunchDaemons/net.dwservice.agsvc.plist", "dwservice"),
        ("/Applications/Parsec.app", "parsec"),
        ("/Library/LaunchDaemons/com.realvnc.vncserver.plist", "vnc"),
    ],
)
def test_tools_are_known_by_bundle_and_job(path, name) -> None:
    folder = {"folder": True} if path.endswith(".app") else daemon(name)
    assert tool({path: folder}).name == name


@pytest.mark.parametrize("path", ["/Applications/Splashtop.app", "/Applications/Preview.app"])
def test_a_program_to_look_at_others_is_no_way_in(path) -> None:
    assert found({path: {"folder": True}}).tools.items == ()


def test_a_daemon_that_was_switched_off_proves_nothing() -> None:
    files = {f"/Library/LaunchDaemons/{TEAMVIEWER_JOB}.plist": daemon(TEAMVIEWER_JOB)}
    off = overrides(com_teamviewer_teamviewer_service="disabled")
    label = off.replace("teamviewer.service", "teamviewer_service")
    assert tool(files, {OVERRIDES: label}).unattended == Unknown(Why.NOT_COLLECTED)


@pytest.mark.parametrize(
    ("info", "version"),
    [
        (app("TeamViewer", "15.60.3"), "15.60.3"),
        (app("TeamViewer", "fünfzehn"), "None"),
        (b"garbage", str(Unknown(Why.PARSE_ERROR))),
        (DENIED, str(REFUSED)),
    ],
)
def test_its_version_is_what_the_bundle_says(info, version) -> None:
    assert str(tool({TEAMVIEWER: info}).version) == version


@pytest.mark.parametrize(
    ("said", "running"),
    [
        (processes("/Applications/TeamViewer.app/Contents/MacOS/TeamViewer"), True),
        (processes("/usr/sbin/cupsd"), False),
        ("", Unknown(Why.PARSE_ERROR)),
        ("PID TTY TIME CMD\n", Unknown(Why.PARSE_ERROR)),
        ({"error": "timeout"}, Unknown(Why.TIMEOUT)),
    ],
)
def test_it_runs_if_a_program_of_it_does(said, running) -> None:
    assert tool({TEAMVIEWER: app("TeamViewer", "15")}, {PS: said}).running == running


@pytest.mark.parametrize("folder", ["/Applications", "/Library/LaunchDaemons"])
def test_a_folder_that_cannot_be_listed_leaves_the_tools_unknown(folder) -> None:
    host = front_mac(run={SSHD: SSHD_SAYS})
    files = {path: said for path, said in host.files.items() if not path.startswith(folder)}
    shut = replace(host, files=files | {folder: DENIED})
    assert answer(shut).tools == REFUSED
