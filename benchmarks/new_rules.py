"""What does it cost to take new rules: to fetch them over TLS, and to verify and install them?

No bar of its own; the design expects 146 ms and 37 MiB of one process that does both. Each run
begins with nothing kept: a root, a timestamp, a snapshot, targets, an assignment and one pack.
"""

import base64
import json
import shutil
import sys
import tempfile
from datetime import timedelta
from pathlib import Path

from agent.errands import courier
from agent.paths import Home
from benchmarks.measure import Row, Run, run, spread
from evidence.messages import ReadToken
from tests.agent.controller import Controller
from tests.agent.packs.repository import Repository
from tests.agent.practice import Practice
from tests.agent.wire import Authority, opened

ROUNDS = 7


def rows() -> list[Row]:
    """CPU and memory of both errands as processes, and of the first as a bare import."""
    with tempfile.TemporaryDirectory() as folder:
        at = Path(folder)
        authority = Authority()
        controller = Controller(authority.pem)
        repository = Repository(at / "tuf", controller.org, controller.clinic)
        with opened(authority, at, controller) as door:
            practice = Practice(Home(at / "op1"), controller, door)
            _joined(practice, repository)
            fetched, installed = _runs(practice.home)
    return [*_rows("rules fetched", fetched), *_rows("rules installed", installed)]


def _joined(practice: Practice, repository: Repository) -> None:
    controller = practice.controller
    root = base64.b64encode(repository.first_root).decode()
    controller.welcome = json.dumps({**json.loads(controller.welcome), "tuf_root": root}).encode()
    practice.join()
    repository.publish("9.0.0")
    controller.repository = repository
    controller.read = ReadToken(token="t" * 20, until=repository.now + timedelta(hours=1))
    courier.main(practice.home)


def _runs(home: Home) -> tuple[list[Run], list[Run]]:
    fetched, installed = [], []
    for _ in range(ROUNDS):
        for kept in (home.incoming, home.checked, home.kept):
            shutil.rmtree(kept)
        home.in_force.unlink(missing_ok=True)
        home.create()
        fetched.append(_run(home, "fetch-packs"))
        installed.append(_run(home, "install-packs"))
    return fetched, installed


def _run(home: Home, errand: str) -> Run:
    done = run([sys.executable, "-m", "agent", "--home", str(home.root), errand])
    if done.rc != 0:
        raise RuntimeError(f"{errand} ended with {done.rc}")
    return done


def _rows(what: str, runs: list[Run]) -> list[Row]:
    cpu, rss = [one.cpu * 1000 for one in runs], [one.rss for one in runs]
    return [
        Row("–", f"{what}, CPU", spread(cpu, "ms"), "", "", None),
        Row("–", f"{what}, peak RSS", spread(rss, "MiB"), "", "", None),
    ]
