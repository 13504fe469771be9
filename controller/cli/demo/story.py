"""The demo's story: a controller, this machine's agent, two X-rays, and what then stands on a page.

Everything lives in one folder that is removed at the end. What is said of this machine is true:
its own disks, users and updates are read, by the very programs that a practice would install.
"""

import json
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from controller.cli.demo import files, practice
from controller.cli.demo.browse import Browser, MachinePage, answers
from controller.cli.demo.processes import Running, finish, free_ports, running, wait_for
from evidence import envelope

_START_SECONDS = 60
_REPORT_SECONDS = 90
_FINDING_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Stage:
    """What runs: the practice on its controller, the agent's home and the export folder."""

    folder: Path
    practice: practice.Practice
    controller: Running
    agent_home: Path
    export: Path
    machine_id: str

    @property
    def machine_path(self) -> str:
        """The machine's page."""
        return f"{self.practice.clinic_path}m/{self.machine_id}/"


def _silent(step: str) -> None:
    """Say nothing."""


@contextmanager
def throw_away() -> Iterator[Path]:
    """A private folder that is gone afterwards, whatever happens."""
    folder = Path(tempfile.mkdtemp(prefix="dentinel-demo-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def staged(folder: Path, say: Callable[[str], None] = _silent) -> Iterator[Stage]:
    """A controller on loopback and this machine enrolled at it; no guard runs yet.

    `say` is told each step as it begins.
    """
    say("making a controller and a clinic")
    agents, people = free_ports(2)
    controller_home, agent_home, export = (folder / name for name in ("controller", "agent", "out"))
    for made in (agent_home, export):
        made.mkdir(mode=0o700)
    (agent_home / "agent.toml").write_text(
        "# Written by the demo, which waits for nobody.\ndefer_sweeps = false\n"
        f'[[imaging.root]]\nlabel = "export"\npath = {json.dumps(str(export))}\nrole = "export"\n',
        encoding="utf-8",
    )
    made_up = practice.make(controller_home, agents, people)
    serve = ["-m", "controller.cli.app", "--home", str(controller_home), "serve"]
    serve += ["--agents", f"127.0.0.1:{agents}", "--people", f"127.0.0.1:{people}"]
    say("starting the controller on loopback")
    with running("controller", serve, folder) as controller:
        wait_for("the controller", lambda: answers(made_up.address), (controller,), _START_SECONDS)
        say("joining this machine to it")
        join = folder / "join"
        join.write_text(made_up.join, encoding="ascii")
        enroll = ["-m", "agent.cli.app", "--home", str(agent_home), "enroll", str(join)]
        finish("enrolment", enroll)
        join.unlink()
        yield Stage(folder, made_up, controller, agent_home, export, _machine_id(agent_home))


@dataclass(frozen=True, slots=True)
class Seen:
    """What the machine's page says in the end, the finding's id, and how long it took."""

    page: MachinePage
    finding: str
    finding_seconds: float


@contextmanager
def played(stage: Stage, say: Callable[[str], None] = _silent) -> Iterator[Seen]:
    """Start the agent, wait for its report, drop the X-rays, wait for the finding."""
    say("reading this machine's disks, users, updates and USB policy")
    with ExitStack() as stack:
        guard = ["-m", "agent", "--home", str(stage.agent_home), "run"]
        agent = stack.enter_context(running("agent", guard, stage.folder))
        children = (stage.controller, agent)
        browser = Browser(stage.practice.address, stage.practice.check_link)

        def page() -> MachinePage:
            return browser.machine(stage.machine_path)

        wait_for("the first report", lambda: bool(page().verdicts), children, _REPORT_SECONDS)
        wait_for("the first sweep", lambda: _swept(stage), children, _REPORT_SECONDS)
        say("putting two X-rays into the export folder")
        files.write(stage.export)
        took = wait_for("the finding", lambda: page().findings > 0, children, _FINDING_SECONDS)
        finding = browser.finding(f"{stage.practice.clinic_path}findings/")
        yield Seen(page(), finding, took)


def _machine_id(agent_home: Path) -> str:
    """The id that the controller's signed answer gave this machine."""
    answer = envelope.from_json((agent_home / "identity/enrolled.json").read_bytes())
    return str(json.loads(answer.payload)["agent"])


def _swept(stage: Stage) -> bool:
    """Is the export folder being watched without a break?"""
    try:
        state = json.loads((stage.agent_home / "run/guard.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    root = state["roots"].get("export", {})
    return bool(root.get("watched")) and not root.get("dirty")
