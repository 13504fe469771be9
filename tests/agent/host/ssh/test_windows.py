"""A Windows over SSH tells its registry, and nothing that it does not tell passes for absent."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from agent.errands.visit import visit
from agent.facts.gather import gather
from agent.facts.index import afar
from agent.host.base import Absent, Host, HostError, Key
from agent.host.programs import Program
from agent.host.ssh import windows
from agent.host.ssh.rounds import Heard
from agent.paths import Home
from rules.facts.base import Why
from tests.agent.facts.windows.clinic import WINDOWS, front_1
from tests.agent.host.ssh.cmd import ADMINS_OWN, answered
from tests.agent.host.ssh.machine import about, needs_sshd, sshd

ROOT = Path(__file__).parents[4]
NOWHERE = r"HKLM\SOFTWARE\Bright Smiles\Nowhere"


def seen(key: str, machine=None, ask=None) -> Key | Why | None:
    """What a look at one key gives in the end."""
    machine = machine or front_1()

    def look(host: Host) -> Key | Why | None:
        try:
            return host.registry(key)
        except HostError as error:
            return error.why

    return windows.through(ask or (lambda script: answered(machine, script)), look)[0]


def test_a_key_is_read_with_its_values_and_subkeys() -> None:
    found = seen(WINDOWS)
    assert isinstance(found, Key)
    assert found.values["CurrentBuildNumber"] == ("sz", "22631")
    assert found.values["CurrentMajorVersionNumber"] == ("dword", 10)


def test_a_key_is_absent_only_by_the_list_of_the_key_above() -> None:
    assert seen(NOWHERE) is None


def test_a_key_that_is_there_and_does_not_open_is_denied() -> None:
    closed = {r"HKLM\SOFTWARE\Closed": {"$error": "access_denied"}}
    assert seen(r"HKLM\SOFTWARE\Closed", front_1(**closed)) is Why.ACCESS_DENIED


def test_what_did_not_come_is_never_absent() -> None:
    for out in (b"", b"\xff" * 99, b"@@0 0@@\r\n@@0 0 1@@\r\n"):
        assert seen(NOWHERE, ask=lambda _, out=out: Heard(out)) is Why.PARSE_ERROR
    assert seen(NOWHERE, ask=lambda _: Heard(b"", Why.UNREACHABLE)) is Why.UNREACHABLE


def test_half_an_answer_is_no_answer_beyond_its_half() -> None:
    machine = front_1()

    def cut(script: str) -> Heard:
        whole = answered(machine, script).out
        return Heard(whole[: len(whole) // 3], Why.TIMEOUT)

    assert seen(NOWHERE, ask=cut) in (Why.TIMEOUT, Why.ACCESS_DENIED)


@pytest.mark.parametrize("key", ['HKLM\\A" & calc "', "HKLM\\%TEMP%", "HKLM\\a\nb", "HKLM\\ü"])
def test_a_key_that_could_be_read_as_more_is_not_asked(key) -> None:
    sent = []

    def ask(script: str) -> Heard:
        sent.append(script)
        return answered(front_1(), script)

    assert seen(key, ask=ask) is Why.PARSE_ERROR
    assert all(key not in script for script in sent)


def test_who_may_open_what_only_administrators_may_is_one() -> None:
    def elevated(machine) -> bool:
        def look(host: Host) -> bool:
            with pytest.raises(HostError):
                host.read("C:\\PDATA\\x")
            return host.elevated

        return windows.through(lambda script: answered(machine, script), look)[0]

    assert not elevated(front_1())
    assert elevated(front_1(**{ADMINS_OWN: {}}))


def test_what_no_registry_says_is_unsupported_and_never_absent() -> None:
    host = windows.Registry()
    for ask in (
        lambda: host.read("C:\\x"),
        lambda: host.list("C:\\"),
        lambda: host.stat("C:\\x"),
        lambda: host.run(Program.PROBE, "volumes"),
    ):
        with pytest.raises(HostError) as refused:
            ask()
        assert refused.value.why is Why.UNSUPPORTED_OS
        assert not isinstance(refused.value, Absent)


def test_a_machine_that_leads_on_for_ever_gets_no_fourth_round() -> None:
    asked = []

    def ask(script: str) -> Heard:
        asked.append(script)
        return answered(front_1(), script)

    def look(host: Host) -> None:
        with pytest.raises(HostError):
            host.registry(rf"HKLM\SOFTWARE\{len(asked)}\{len(asked)}")

    assert windows.through(ask, look)[1] == len(asked) == 3


def test_what_the_registry_tells_is_told_as_on_the_machine_itself(tmp_path) -> None:
    machine = front_1(**{ADMINS_OWN: {}})
    here = gather(machine, about(tmp_path), None, afar("windows"))
    there, rounds = windows.through(
        lambda script: answered(machine, script),
        lambda host: gather(host, about(tmp_path), None, afar("windows")),
    )
    assert rounds <= 3
    same = {name for name, one in there.items() if one.value == here[name].value}
    assert {"usb_storage", "tls_policy", "smb", "software"} <= same
    assert "error" not in {str(one.status) for one in there.values()}


@needs_sshd
def test_openssh_for_windows_is_known_by_its_banner_and_visited(tmp_path) -> None:
    (tmp_path / "server").mkdir()
    command = f"ForceCommand cd {ROOT} && {sys.executable} -m tests.agent.host.ssh.cmd front_1"
    with sshd(tmp_path / "server", "VersionAddendum OpenSSH_for_Windows_9.5", command) as server:
        came = visit(server.setting(), Home.at(tmp_path / "home"))
    assert came.fault is None
    assert came.recorder.os == "windows"
    assert came.readings["host"].value["os"] == "windows"
    assert came.readings["usb_storage"].value["control"] == "open"


@pytest.mark.live
@pytest.mark.slow
def test_wines_own_cmd_and_reg_answer_the_same_lines(needs, tmp_path) -> None:
    needs("wine")
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "WINEPREFIX": str(tmp_path / "prefix"),
        "WINEDEBUG": "-all",
    }

    def ask(script: str) -> Heard:
        (tmp_path / "round.bat").write_bytes(script.encode())
        done = subprocess.run(
            ["wine", *windows.COMMAND.split(), "/c", "round.bat"],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            timeout=180,
            check=False,
        )
        return Heard(done.stdout)

    found, absent = seen(WINDOWS, ask=ask), seen(NOWHERE, ask=ask)
    subprocess.run(["wineserver", "-k"], env=environment, check=False, capture_output=True)
    assert isinstance(found, Key)
    assert found.values["CurrentBuildNumber"][0] == "sz"
    assert absent is None
