"""Both doors in one process: they open together and close together."""

import http.client
import os
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from controller.cli.demo.processes import free_ports

PATIENCE_SECONDS = 30


def command(home: Path, *words: str) -> list[str]:
    return [sys.executable, "-m", "controller.cli.app", "--home", str(home), *words]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    made = tmp_path / "controller"
    subprocess.run(command(made, "init", "--org", "North Quay"), check=True, capture_output=True)
    return made


@pytest.fixture
def doors() -> tuple[int, int]:
    agents, people = free_ports(2)
    return agents, people


@pytest.fixture
def serving(home: Path, doors: tuple[int, int]) -> Iterator[subprocess.Popen[str]]:
    agents, people = doors
    words = ("serve", "--agents", f"127.0.0.1:{agents}", "--people", f"127.0.0.1:{people}")
    with subprocess.Popen(
        command(home, *words), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as child:
        until = time.monotonic() + PATIENCE_SECONDS
        while status(people, "/readyz") != 200:
            assert child.poll() is None, child.stdout and child.stdout.read()
            assert time.monotonic() < until, "not ready in time"
            time.sleep(0.1)
        yield child
        if child.poll() is None:
            child.kill()


@pytest.fixture
def manager(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[socket.socket]:
    """A service manager that hears what its service says, and wants to hear often."""
    address = tmp_path / "notify"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(str(address))
        listener.settimeout(PATIENCE_SECONDS)
        monkeypatch.setenv("NOTIFY_SOCKET", str(address))
        monkeypatch.setenv("WATCHDOG_USEC", "200000")
        yield listener


def status(port: int, path: str) -> int | None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    except OSError:
        return None
    finally:
        connection.close()


def over_tls(home: Path, port: int, path: str) -> http.client.HTTPResponse | None:
    """What a listener answers over TLS that believes the home's CA alone."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(home / "keys" / "ca.pem")
    connection = http.client.HTTPSConnection("localhost", port, timeout=5, context=context)
    try:
        connection.request("GET", path)
        return connection.getresponse()
    except OSError:
        return None
    finally:
        connection.close()


def agents_status(home: Path, port: int, path: str) -> int:
    answer = over_tls(home, port, path)
    assert answer is not None
    return answer.status


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_both_doors_open_and_one_signal_closes_both(
    number: signal.Signals, home: Path, doors: tuple[int, int], serving: subprocess.Popen[str]
) -> None:
    agents, people = doors
    assert status(people, "/sign-in") == 200
    assert agents_status(home, agents, "/v1/ca/aaaaaaaaaaaaa") == 401
    assert agents_status(home, agents, "/sign-in") == 404
    assert status(people, "/v1/sync") == 404

    os.kill(serving.pid, number)

    assert serving.wait(PATIENCE_SECONDS) == 0
    assert status(people, "/readyz") is None


def test_pages_bring_their_style_without_a_warning(
    doors: tuple[int, int], serving: subprocess.Popen[str]
) -> None:
    assert status(doors[1], "/static/dentinel/components.css") == 200
    serving.terminate()
    said, _ = serving.communicate(timeout=PATIENCE_SECONDS)

    assert [line for line in said.splitlines() if "http" not in line] == []


def test_a_port_that_is_taken_is_told_in_a_sentence(home: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        words = (
            "serve",
            "--agents",
            f"127.0.0.1:{port}",
            "--people",
            f"127.0.0.1:{free_ports(1)[0]}",
        )
        done = subprocess.run(
            command(home, *words), capture_output=True, text=True, check=False, timeout=30
        )

    assert done.returncode == 2
    assert f"127.0.0.1:{port} cannot be listened at" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("is_said", [True, False], ids=["by words", "by a unit's environment"])
def test_people_can_have_a_certificate_of_their_own(
    is_said: bool, home: Path, doors: tuple[int, int]
) -> None:
    agents, people = doors
    keys = home / "keys"
    wanted = {
        "PEOPLE": f"127.0.0.1:{people}",
        "PEOPLE_CERT": f"{keys}/server.pem",
        "PEOPLE_KEY": f"{keys}/server.key",
    }
    more = {f"DENTINEL_CONTROLLER_{name}": value for name, value in wanted.items()}
    said = [
        word
        for name, value in wanted.items()
        for word in (f"--{name.lower().replace('_', '-')}", value)
    ]
    words = command(home, "serve", "--agents", f"127.0.0.1:{agents}", *(said if is_said else ()))
    environment = {**os.environ, **({} if is_said else more)}
    with subprocess.Popen(words, stdout=subprocess.PIPE, env=environment) as child:
        until = time.monotonic() + PATIENCE_SECONDS
        while (answer := over_tls(home, people, "/sign-in")) is None:
            assert child.poll() is None
            assert time.monotonic() < until, "not ready in time"
            time.sleep(0.1)
        child.terminate()

    assert answer.status == 200
    assert "__Host-dentinel-csrf" in answer.headers["Set-Cookie"]
    assert "Secure" in answer.headers["Set-Cookie"]
    assert "max-age" in answer.headers["Strict-Transport-Security"]


@pytest.mark.threat("two-controllers")
def test_a_second_controller_on_the_same_home_is_refused(home: Path, serving) -> None:
    agents, people = free_ports(2)
    words = ("serve", "--agents", f"127.0.0.1:{agents}", "--people", f"127.0.0.1:{people}")
    second = subprocess.run(command(home, *words), capture_output=True, text=True, check=False)
    assert second.returncode == 2
    assert f"another dentinel-controller serves from {home}" in second.stderr
    assert serving.poll() is None


def test_the_service_manager_hears_that_it_is_open_that_it_lives_and_that_it_ends(
    manager: socket.socket, serving: subprocess.Popen[str]
) -> None:
    heard = [manager.recv(64) for _ in range(3)]
    serving.send_signal(signal.SIGTERM)
    while heard[-1] == b"WATCHDOG=1":
        heard.append(manager.recv(64))
    assert heard[0] == b"READY=1"
    assert heard[-1] == b"STOPPING=1"
    assert serving.wait(PATIENCE_SECONDS) == 0


def test_it_is_not_called_ready_while_its_address_is_taken(
    home: Path, doors: tuple[int, int], manager: socket.socket
) -> None:
    with socket.create_server(("127.0.0.1", doors[0])):
        words = ("serve", "--agents", f"127.0.0.1:{doors[0]}", "--people", f"127.0.0.1:{doors[1]}")
        assert (
            subprocess.run(command(home, *words), capture_output=True, check=False).returncode == 2
        )
    manager.setblocking(False)
    with pytest.raises(BlockingIOError):
        manager.recv(64)
