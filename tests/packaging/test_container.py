"""The controller in a container: it is built from the package, and needs one volume and no right.

The compose file is read by docker-compose itself; it starts nothing here. The container is built
and run by podman on a Debian of the tests' own, under the compose file's restrictions.
"""

import json
import os
import shutil
import signal
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection, HTTPSConnection
from pathlib import Path

import pytest
import yaml

from controller.cli.demo.processes import free_ports
from tests.conftest import missing
from tests.packaging.machine import kept

HOUSE = Path(__file__).parents[2]
FOLDER = HOUSE / "packaging" / "container"
ADDRESSES = {
    "DENTINEL_CONTROLLER_AGENTS": "controller.lan:8443",
    "DENTINEL_CONTROLLER_URL": "https://dentinel.example",
}
PATIENCE_SECONDS = 60


def composed(**environment: str) -> subprocess.CompletedProcess[str]:
    if not shutil.which("docker-compose"):
        missing("docker-compose is not on this machine", "packages")
    return subprocess.run(
        ["docker-compose", "--file", FOLDER / "compose.yaml", "config"],
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": os.environ["PATH"], **environment},
    )


def test_the_compose_file_is_one() -> None:
    done = composed(**ADDRESSES)
    assert done.returncode == 0, done.stderr
    said = yaml.safe_load(done.stdout)["services"]["controller"]
    assert said["environment"] == ADDRESSES
    assert said["read_only"] is True
    assert said["cap_drop"] == ["ALL"]
    assert said["security_opt"] == ["no-new-privileges:true"]


@pytest.mark.parametrize("name", ADDRESSES)
def test_an_address_that_is_missing_is_asked_for(name: str) -> None:
    done = composed(**{other: value for other, value in ADDRESSES.items() if other != name})
    assert done.returncode != 0
    assert name in done.stderr


def test_people_are_not_served_in_clear_beyond_this_host() -> None:
    ports = yaml.safe_load((FOLDER / "compose.yaml").read_text())["services"]["controller"]["ports"]
    assert "127.0.0.1:8444:8444" in ports
    assert not [port for port in ports if port.endswith(":8444") and not port.startswith("127.")]


class Podman:
    """Containers in a folder of their own."""

    def __init__(self, at: Path) -> None:
        self.state = at / "state"
        self._store = ["--root", str(at / "store"), "--runroot", str(at / "run")]
        # cgroupfs and runc: what runs without a systemd, and on old and new control groups.
        self._store += ["--cgroup-manager", "cgroupfs", "--runtime", "/usr/sbin/runc"]
        settings = at / "containers.conf"
        settings.write_text("[containers]\ndefault_ulimits = []\n")
        self._environment = {
            **os.environ,
            "STORAGE_DRIVER": "vfs",
            "CONTAINERS_CONF": str(settings),
        }

    def words(self, *words: str) -> list[str]:
        return ["podman", *self._store, *words]

    def says(self, *words: str) -> str:
        done = subprocess.run(
            self.words(*words), capture_output=True, text=True, check=False, env=self._environment
        )
        assert done.returncode == 0, f"{words}\n{done.stdout}\n{done.stderr}"
        return done.stdout.strip()

    def run(self, *words: str) -> list[str]:
        """The words that start the controller as compose.yaml does."""
        limits = ["--read-only", "--tmpfs=/tmp", "--cap-drop=all"]
        limits += ["--security-opt=no-new-privileges", "--pids-limit=256"]
        limits += ["--ulimit=host", "--network=host", "--no-healthcheck"]
        volume = f"--volume={self.state}:/var/lib/dentinel-controller"
        return ["run", *limits, volume, *words]

    @contextmanager
    def serving(self, agents: int, people: int) -> Iterator[str]:
        words = ["serve", "--agents", f"127.0.0.1:{agents}", "--people", f"127.0.0.1:{people}"]
        name = self.says(*self.run("--detach", "dentinel-controller", *words))
        try:
            until = time.monotonic() + PATIENCE_SECONDS
            while not answers(people):
                assert time.monotonic() < until, self.says("logs", name)
                time.sleep(0.2)
            yield name
        finally:
            self.says("rm", "--force", name)


def answers(port: int) -> bool:
    connection = HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


@pytest.fixture(scope="module")
def podman(packages: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Podman]:
    """One that has built our image on a Debian of the tests' own."""
    if os.geteuid() != 0 or not shutil.which("podman") or not Path("/usr/sbin/runc").exists():
        missing("no container runs here: it takes root, podman and runc", "packages")
    at = tmp_path_factory.mktemp("containers")
    made = Podman(at)
    made.state.mkdir()
    os.chown(made.state, 10001, 10001)
    context = at / "context"
    (context / "dist").mkdir(parents=True)
    for path in packages.glob("dentinel-controller_*.deb"):
        shutil.copy(path, context / "dist")
    with subprocess.Popen(["tar", "-c", "-C", kept(), "."], stdout=subprocess.PIPE) as tar:
        subprocess.run(
            made.words("import", "-", "debian-here"),
            stdin=tar.stdout,
            check=True,
            capture_output=True,
            env=made._environment,
        )
    made.says(
        *("build", "--format=docker", "--isolation=chroot", "--pull-never"),
        *("--build-arg=BASE=localhost/debian-here", f"--file={FOLDER / 'Containerfile'}"),
        *("--tag=dentinel-controller", str(context)),
    )
    yield made
    shutil.rmtree(at, ignore_errors=True)


@pytest.mark.slow
def test_it_is_an_ordinary_user_with_one_volume(podman: Podman) -> None:
    said = json.loads(podman.says("image", "inspect", "dentinel-controller"))[0]
    assert said["Config"]["User"] == "10001"
    assert list(said["Config"]["Volumes"]) == ["/var/lib/dentinel-controller"]


def healthcheck() -> list[str]:
    """The command by which a container is asked whether it serves."""
    text = (FOLDER / "Containerfile").read_text()
    found: list[str] = json.loads(
        text.partition("HEALTHCHECK")[2].partition("CMD ")[2].split("\n")[0]
    )
    return found


@pytest.mark.slow
def test_it_is_begun_served_and_ended_with_nothing_but_its_volume(podman: Podman) -> None:
    agents, people = free_ports(2)
    words = ["init", "--org", "North Quay", "--clinic", "Bright Smiles"]
    told = podman.says(*podman.run("--rm", "dentinel-controller", *words))
    assert "Print this sheet" in told

    with podman.serving(agents, people) as name:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.load_verify_locations(podman.state / "keys" / "ca.pem")
        with closing(HTTPSConnection("localhost", agents, timeout=5, context=context)) as machines:
            machines.request("GET", "/v1/ca/none")
            assert machines.getresponse().status == 401
        asked = [word.replace(":8444/", f":{people}/") for word in healthcheck()]
        podman.says("exec", name, *asked)
        podman.says("kill", "--signal", str(int(signal.SIGTERM)), name)
        assert podman.says("wait", name) == "0"


@pytest.mark.slow
def test_its_shell_has_the_commands(podman: Podman) -> None:
    told = podman.says(
        *podman.run("--rm", "dentinel-controller", "token", "make", "--host", "controller.lan:8443")
    )
    assert "dentinel1." in told
