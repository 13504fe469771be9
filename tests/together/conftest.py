"""A whole practice as real processes: a controller, agents with homes of their own, and folders."""

import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import zstandard

from controller.cli.demo.browse import Browser
from controller.cli.demo.processes import free_ports
from controller.ledger import dictionary
from controller.ledger.raw import dictionary_of

PATIENCE = 150.0

_LINK = """
import os, sys
from datetime import timedelta
from pathlib import Path
home = Path(sys.argv[1])
os.environ["DENTINEL_CONTROLLER_HOME"] = str(home)
os.environ["DJANGO_SETTINGS_MODULE"] = "controller.settings"
import django
django.setup()
from controller.cli import ready
from controller.identity.home import ControllerHome
from controller.people import actions, models, roles
from controller.tenants.scope import Place
user = actions.add_user("dr_lee@bright-smiles.example", "Dr. Lee")
grant = actions.Grant(Place(ready.org(None).id), roles.Role.MSP_ADMIN)
actions.give_role(ControllerHome(home), user, grant, ready.by())
(home / actions.DEMO_MARK).touch()
print(actions.make_link(user, models.Purpose.SIGN_IN, home, timedelta(hours=1)))
"""


def until(holds: Callable[[], object], seconds: float = PATIENCE) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)


@dataclass
class Process:
    """A child in a session of its own, that can be killed as a power cut would."""

    command: list[str]
    log: Path
    environment: dict[str, str] = field(default_factory=dict)
    child: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self.log.open("ab") as printed:
            self.child = subprocess.Popen(
                [sys.executable, *self.command],
                stdin=subprocess.DEVNULL,
                stdout=printed,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                env={**os.environ, **self.environment},
            )

    def kill(self) -> None:
        if self.child is not None:
            self.child.kill()
            self.child.wait()

    def stop(self) -> int:
        assert self.child is not None
        self.child.send_signal(signal.SIGTERM)
        try:
            return self.child.wait(20)
        except subprocess.TimeoutExpired:
            self.kill()
            return -9


@dataclass
class Controller:
    """Bright Smiles' controller, set up by the commands that a person would type."""

    home: Path
    agents_port: int
    people_port: int
    process: Process

    def command(self, *words: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "controller.cli.app", "--home", str(self.home), *words],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr or done.stdout
        return done.stdout

    def join(self, port: int) -> str:
        said = self.command("token", "make", "--host", f"localhost:{port}")
        found = re.search(r"dentinel1\.\S+", said)
        assert found, said
        return found[0]

    def ready(self) -> bool:
        import http.client

        connection = http.client.HTTPConnection("127.0.0.1", self.people_port, timeout=2)
        try:
            connection.request("GET", "/readyz")
            return connection.getresponse().status == 200
        except OSError:
            return False
        finally:
            connection.close()

    def start(self) -> None:
        self.process.start()
        until(self.ready)

    def signed_in(self) -> Browser:
        """Dr. Lee at her desk, let in by a link as the demo makes them."""
        link = subprocess.run(
            [sys.executable, "-c", _LINK, str(self.home)],
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        address = f"http://localhost:{self.people_port}"
        return Browser(address, f"{address}/link/{link}")

    def rows(self, query: str, *values: object) -> list[tuple]:
        with closing(
            sqlite3.connect(f"file:{self.home}/controller.sqlite?mode=ro", uri=True)
        ) as db:
            return db.execute(query, values).fetchall()

    def reports(self, agent: str) -> list[tuple[int, int, str]]:
        """(epoch, seq, sha) of every stored report of a machine, in chain order."""
        return self.rows(
            "SELECT epoch, seq, sha FROM report WHERE machine_id = ? ORDER BY epoch, seq",
            agent.replace("-", ""),
        )

    def raw(self) -> Iterator[bytes]:
        for (raw,) in self.rows("SELECT raw FROM report WHERE raw IS NOT NULL"):
            number = dictionary_of(raw)
            learned = None if number is None else dictionary.load(number)
            reader = zstandard.ZstdDecompressor(dict_data=learned)
            yield reader.decompress(raw, max_output_size=1 << 22)


@dataclass
class Agent:
    """One machine's agent: home, settings, guard."""

    home: Path
    guard: Process

    def command(self, *words: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [sys.executable, "-m", "agent.cli.app", "--home", str(self.home), *words],
            capture_output=True,
            text=True,
            check=False,
        )
        assert not check or done.returncode == 0, done.stderr or done.stdout
        return done

    def errand(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "agent", "--home", str(self.home), *words],
            capture_output=True,
            text=True,
            check=False,
            stdin=subprocess.DEVNULL,
        )

    def watch(self, **roots: tuple[Path, str]) -> None:
        self.home.mkdir(mode=0o700, exist_ok=True)
        parts = [
            f"[[imaging.root]]\nlabel = {json.dumps(label)}\npath = {json.dumps(str(path))}\n"
            f"role = {json.dumps(role)}\n"
            for label, (path, role) in roots.items()
        ]
        said = "defer_sweeps = false\n" + "\n".join(parts)
        (self.home / "agent.toml").write_text(said, encoding="utf-8")

    @property
    def id(self) -> str:
        from agent.identity.machine import Identity
        from agent.paths import Home

        return Identity.load(Home(self.home)).agent

    def sealed(self) -> list[tuple[int, int, str]]:
        """(epoch, seq, hash) of every report that this agent ever sealed."""
        try:
            with closing(
                sqlite3.connect(f"file:{self.home}/outbox/outbox.sqlite?mode=ro", uri=True)
            ) as db:
                rows = db.execute(
                    "SELECT epoch, seq, hash FROM report ORDER BY epoch, seq"
                ).fetchall()
        except sqlite3.OperationalError:  # nothing has been sealed yet
            return []
        return [(epoch, seq, _hex(sha)) for epoch, seq, sha in rows]


def _hex(value: object) -> str:
    return value.hex() if isinstance(value, bytes) else str(value)


def controller_at(folder: Path) -> Controller:
    agents, people = free_ports(2)
    home = folder / "controller"
    serve = ["-m", "controller.cli.app", "--home", str(home), "serve"]
    serve += ["--agents", f"127.0.0.1:{agents}", "--people", f"127.0.0.1:{people}"]
    return Controller(home, agents, people, Process(serve, folder / "controller.log"))


@pytest.fixture(scope="session")
def _begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home of a controller that has not served yet; each test has a copy."""
    controller = controller_at(tmp_path_factory.mktemp("begun"))
    controller.command("init", "--org", "North Quay", "--clinic", "Bright Smiles")
    return controller.home


@pytest.fixture
def bright_smiles(_begun: Path, tmp_path: Path) -> Iterator[Controller]:
    """A controller that serves, with the clinic Bright Smiles."""
    controller = controller_at(tmp_path)
    shutil.copytree(_begun, controller.home)
    controller.start()
    yield controller
    controller.process.kill()


@pytest.fixture
def way_in(bright_smiles: Controller) -> int:
    """The port at which machines reach the controller."""
    return bright_smiles.agents_port


@pytest.fixture
def operatory(tmp_path: Path, bright_smiles: Controller, way_in: int) -> Iterator[Agent]:
    """An enrolled machine with one export folder; its guard does not run yet."""
    home, export = tmp_path / "agent", tmp_path / "export"
    export.mkdir()
    guard = Process(["-m", "agent", "--home", str(home), "run"], tmp_path / "agent.log")
    agent = Agent(home, guard)
    agent.watch(export=(export, "export"))
    join = tmp_path / "join"
    join.write_text(bright_smiles.join(way_in), encoding="ascii")
    agent.command("enroll", str(join))
    yield agent
    guard.kill()


@pytest.fixture
def wait_until() -> Callable[..., None]:
    """Wait for something to hold; fails when it has not in time, or the seconds given."""
    return until
