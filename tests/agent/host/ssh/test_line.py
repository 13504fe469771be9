"""A line to a real sshd: pinned keys alone, one deadline around everything, nothing left open."""

import socket
import threading
import time
from pathlib import Path

import pytest

from agent.errors import UnknownHost
from agent.host.base import HostError
from agent.host.ssh import line
from agent.host.ssh.line import Deadline, connected
from rules.facts.base import Why
from tests.agent.host.ssh.machine import Server, keygen, needs_sshd, pin, sshd

pytestmark = needs_sshd
SAYS_HELLO = "cat >/dev/null; echo hello"


@pytest.fixture
def nas(tmp_path):
    with sshd(tmp_path) as server:
        yield server


@pytest.fixture(autouse=True)
def impatient(monkeypatch) -> None:
    monkeypatch.setattr(line, "BANNER", 1.0)


def said(server: Server, script: str, seconds: float = 15, **other: object) -> line.Heard:
    with connected(server.setting(**other), Deadline.after(seconds)) as opened:
        return opened.ask(script)


def refused(server: Server, seconds: float = 10, **other: object) -> HostError:
    with pytest.raises(HostError) as caught:
        said(server, "echo never", seconds, **other)
    return caught.value


@pytest.mark.parametrize("kind", ["ed25519", "ecdsa", "rsa"])
def test_each_type_of_host_key_can_be_pinned(tmp_path, kind) -> None:
    with sshd(tmp_path, kinds=(kind,)) as server:
        assert said(server, "echo hello") == line.Heard(b"hello\n")


def test_the_pinned_type_is_asked_for_among_several(tmp_path) -> None:
    with sshd(tmp_path, kinds=("ed25519", "ecdsa", "rsa")) as server:
        only = (pin(tmp_path / "host_rsa.pub"),)
        assert said(server, "echo hello", pins=only).out == b"hello\n"


def test_a_host_without_a_pin_shows_its_fingerprint_and_is_told_nothing(nas) -> None:
    shown = pin(nas.folder / "host_ed25519.pub")
    with pytest.raises(UnknownHost) as caught:
        said(nas, "echo never", pins=(), key_file=Path("/nowhere"))
    assert shown in str(caught.value)
    assert f'pins = ["{shown}"]' in caught.value.advice


def test_a_changed_key_is_not_trusted(nas, tmp_path) -> None:
    other = pin(keygen(tmp_path / "other").with_suffix(".pub"))
    assert refused(nas, pins=(other,)).why is Why.UNTRUSTED_HOST


def test_a_key_of_another_type_than_the_pinned_is_not_trusted(tmp_path) -> None:
    with sshd(tmp_path, kinds=("ecdsa",)) as server:
        other = pin(keygen(tmp_path / "other", "rsa").with_suffix(".pub"))
        assert refused(server, pins=(other,)).why is Why.UNTRUSTED_HOST


def test_an_account_that_the_machine_does_not_have_is_not_let_in(nas) -> None:
    assert refused(nas, user="nobody-of-that-name").why is Why.ACCESS_DENIED


def test_a_key_that_the_machine_does_not_know_is_not_let_in(nas, tmp_path) -> None:
    assert refused(nas, key_file=keygen(tmp_path / "stranger")).why is Why.ACCESS_DENIED


def test_a_key_file_that_others_can_read_is_not_used(nas) -> None:
    (nas.folder / "visit").chmod(0o640)
    found = refused(nas)
    assert found.why is Why.ACCESS_DENIED
    assert "chmod 600" in found.detail


def test_keys_of_the_ssh_agent_are_used_only_where_the_settings_say_so(nas, monkeypatch) -> None:
    monkeypatch.setenv("SSH_AUTH_SOCK", "/nowhere")
    asked = []
    monkeypatch.setattr(line.paramiko, "Agent", lambda: asked.append(1))
    assert refused(nas, key_file=None).why is Why.ACCESS_DENIED
    assert asked == []


def test_nobody_at_the_port_is_unreachable(tmp_path, nas) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    assert refused(nas, port=port).why is Why.UNREACHABLE


def test_a_mute_server_is_asked_three_times_and_costs_no_more_than_the_deadline(nas) -> None:
    with socket.create_server(("127.0.0.1", 0)) as tarpit:
        started = time.monotonic()
        assert refused(nas, 4, port=tarpit.getsockname()[1]).why is Why.UNREACHABLE
        assert time.monotonic() - started < 6


def test_a_tarpit_that_drips_its_banner_costs_no_more_than_the_deadline(nas) -> None:
    with socket.create_server(("127.0.0.1", 0)) as tarpit:
        threading.Thread(target=drip, args=(tarpit,), daemon=True).start()
        started = time.monotonic()
        assert refused(nas, 3, port=tarpit.getsockname()[1]).why is Why.UNREACHABLE
        assert time.monotonic() - started < 6


def drip(tarpit: socket.socket) -> None:
    """Lines before the identification, as RFC 4253, section 4.2 allows, and no end of them."""
    try:
        while True:
            taken, _ = tarpit.accept()
            threading.Thread(target=lines_for_ever, args=(taken,), daemon=True).start()
    except OSError:
        return


def lines_for_ever(taken: socket.socket) -> None:
    try:
        while True:
            taken.sendall(b"patience\r\n")
            time.sleep(0.1)
    except OSError:
        taken.close()


def test_dripping_output_ends_at_the_deadline_and_keeps_what_came(nas) -> None:
    started = time.monotonic()
    heard = said(nas, "while :; do echo drip; sleep 0.1; done", 2)
    assert heard.why is Why.TIMEOUT
    assert heard.out.startswith(b"drip\n")
    assert time.monotonic() - started < 4


def test_five_megabytes_on_the_other_stream_stall_nobody(nas) -> None:
    script = "head -c 5000000 /dev/zero >&2; echo hello"
    assert said(nas, script) == line.Heard(b"hello\n")


def test_more_than_the_cap_is_cut(nas) -> None:
    heard = said(nas, "head -c 9000000 /dev/zero; echo never")
    assert heard.why is Why.TOO_LARGE
    assert len(heard.out) < line.MOST + (1 << 16)


def test_a_shell_that_is_killed_is_heard_up_to_there(nas) -> None:
    heard = said(nas, "echo hello; kill -9 $$")
    assert (heard.out, heard.why) == (b"hello\n", Why.UNREACHABLE)


def test_a_session_that_dies_in_the_middle_is_unreachable(nas) -> None:
    heard = said(nas, 'echo hello; sleep 0.3; kill -9 "$(ps -o ppid= -p $PPID | tr -d " ")" $PPID')
    assert heard.why is Why.UNREACHABLE


def test_two_sessions_are_enough_for_any_number_of_rounds(tmp_path) -> None:
    with (
        sshd(tmp_path, "MaxSessions 2") as server,
        connected(server.setting(), Deadline.after(20)) as opened,
    ):
        heard = [opened.ask("echo hello").out for _ in range(5)]
    assert heard == [b"hello\n"] * 5


def test_a_session_that_ran_out_of_time_makes_room_for_another(tmp_path) -> None:
    with (
        sshd(tmp_path, "MaxSessions 1") as server,
        connected(server.setting(), Deadline.after(1)) as opened,
    ):
        assert opened.ask("while echo drip; do sleep 0.1; done").why is Why.TIMEOUT
        later = line.Line(opened.transport, Deadline.after(10), opened.pin)
        tries = (later.ask("echo hello").out or time.sleep(0.2) for _ in range(40))
        assert next(filter(None, tries)) == b"hello\n"


def test_a_restricted_account_that_runs_another_command_answers_nothing_of_ours(tmp_path) -> None:
    with sshd(tmp_path, f"ForceCommand {SAYS_HELLO}") as server:
        assert said(server, "echo never").out == b"hello\n"


def test_an_account_without_a_shell_is_heard_and_is_no_answer(tmp_path) -> None:
    with sshd(tmp_path, "ForceCommand /usr/sbin/nologin") as server:
        assert b"never" not in said(server, "echo never").out


def test_nothing_is_left_open(nas) -> None:
    before = len(list(Path("/proc/self/fd").iterdir()))
    threads = threading.active_count()
    for _ in range(3):
        said(nas, "echo hello")
    time.sleep(0.3)
    assert threading.active_count() <= threads
    assert len(list(Path("/proc/self/fd").iterdir())) <= before
