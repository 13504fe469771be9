"""OP1 of Bright Smiles, which has joined, and the repository of its org."""

import base64
import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from agent.packs import fetch, keep, rules, store
from agent.packs.record import Record
from agent.packs.rules import Rules
from agent.transport.base import Reply
from evidence.distribution import ROOM
from rules.compiled import builtin
from tests.agent.packs.repository import Repository
from tests.agent.practice import Practice


@dataclass
class Wire:
    """What the controller's door answers, without a network; `mangle` is who stands between."""

    repository: Repository
    asked: list[str] = field(default_factory=list)
    mangle: dict[str, bytes | int] = field(default_factory=dict)

    def get(self, path, headers):
        assert headers["Authorization"] == "Bearer token"
        base = f"/{ROOM}/{self.repository.org}/"
        assert path.startswith(base)
        name = path.removeprefix(base)
        self.asked.append(name)
        said = self.mangle.get(name, self.repository.serve(name))
        if isinstance(said, int):
            return Reply(said, b"")
        return Reply(404, b"") if said is None else Reply(200, said)


@dataclass
class Machine:
    """OP1 and what it is told about rules."""

    practice: Practice
    repository: Repository

    def __post_init__(self):
        self.wire = Wire(self.repository)

    @property
    def home(self):
        return self.practice.home

    @property
    def identity(self):
        return self.practice.identity

    @property
    def now(self) -> datetime:
        return self.repository.now

    def join(self) -> None:
        """By a join string that pins the root of the repository."""
        controller = self.practice.controller
        welcome = json.loads(controller.welcome)
        welcome["tuf_root"] = base64.b64encode(self.repository.first_root).decode()
        controller.welcome = json.dumps(welcome).encode()
        self.practice.join()

    def fetch(self):
        return fetch.fetch(self.identity, self.wire, "token")

    def install(self) -> Record:
        return keep.install(self.identity, self.now)

    def update(self) -> Record:
        self.fetch()
        return self.install()

    def rules(self, after: timedelta = timedelta(0)) -> Rules:
        """By which it is judged, that much later."""
        return rules.in_force(self.home, self.identity, self.now + after, builtin.pack)

    @property
    def state(self) -> str:
        return self.rules().policy.state

    @property
    def versions(self) -> list[str]:
        """The packs by which it is judged, and `builtin` before them if nobody has signed them."""
        found = self.rules()
        said = [pack.version for pack in found.packs]
        return ["builtin", *said] if found.policy.state == "builtin" else said

    def overwrite_target(self, name: str, data: bytes) -> None:
        """Put bytes where the fetcher, who may be anybody, has left its own."""
        file = store.targets(self.home.incoming) / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)

    def steal_the_courier(self) -> None:
        """Leave in `incoming` what the repository serves, as a fetcher that checks nothing."""
        folder, served = self.home.incoming, self.wire.repository.folder
        for file in (served / "metadata").iterdir():
            place = keep.Incoming(folder)._place(f"metadata/{file.name}")
            place.parent.mkdir(parents=True, exist_ok=True)
        for file in sorted(
            (served / "metadata").iterdir(), key=lambda file: file.stat().st_mtime_ns
        ):
            keep.Incoming(folder)._place(f"metadata/{file.name}").write_bytes(file.read_bytes())
        for file in (served / "targets").rglob("*.json"):
            self.overwrite_target(
                file.relative_to(served / "targets").as_posix(), file.read_bytes()
            )


@pytest.fixture
def repository(strangers: Practice, tmp_path: Path) -> Repository:
    """The repository of Bright Smiles' org; nothing is assigned yet."""
    return Repository(tmp_path / "tuf", strangers.controller.org, strangers.controller.clinic)


@pytest.fixture
def op1(strangers: Practice, repository: Repository) -> Machine:
    """OP1, which joined when the repository had its first root."""
    machine = Machine(strangers, repository)
    machine.join()
    return machine
