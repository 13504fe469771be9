"""The made-up MSP, told and served: one folder, one controller on loopback, people's links.

Everything is gone when it closes, as with the other demo.
"""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from controller.cli.demo.browse import answers
from controller.cli.demo.msp import acts, desk, history, opening, people, plot, pulse
from controller.cli.demo.msp.cast import wards
from controller.cli.demo.msp.history import Say, Story
from controller.cli.demo.msp.people import Person
from controller.cli.demo.processes import Running, free_ports, running, wait_for

SEED = 1
_START_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Told:
    """What stands when the ninety days are over."""

    folder: Path
    story: Story
    address: str
    links: tuple[tuple[Person, str], ...]
    seconds: float

    @property
    def home(self) -> Path:
        """The controller's home."""
        return self.story.opened.home.root

    def path(self, who: Person) -> str:
        """Where somebody starts: at his practice, or at all of them."""
        org = self.story.opened.org.slug
        clinic = people.ward(self.story).clinic.slug
        return f"/{org}/c/{clinic}/" if who.is_of_a_ward else f"/{org}/"


@contextmanager
def told(folder: Path, say: Callable[[str], None], days: Say, seed: int = SEED) -> Iterator[Told]:
    """The story in a new controller that serves; `say` and `days` are told how far it is."""
    now = datetime.now(tz=UTC).replace(microsecond=0)
    begins = now - timedelta(days=plot.DAYS)
    agents, browsers = free_ports(2)
    address = f"http://localhost:{browsers}"
    say("opening twelve practices, ninety days ago")
    opened = opening.controller(folder / "controller", address, begins, now)
    story = history.begin(opened, wards(), now, seed)
    users = people.settle(story, begins)
    with ExitStack() as stack:
        told_at = stack.enter_context(desk.staffed(opened.home, folder))
        say("playing ninety days: each report is signed, sent, stored and judged")
        done = [*acts.all_of(story, users), *desk.told(story, users, told_at)]
        history.play(story, done, days)
        took = (datetime.now(tz=UTC) - now).total_seconds()
        links = tuple(people.links(story, users, address))
        say("starting the controller on loopback")
        controller = stack.enter_context(_served(folder, opened.home.root, agents, browsers))
        wait_for("the controller", lambda: answers(address), (controller,), _START_SECONDS)
        machines = pulse.connect(story, agents)
        asyncio.run(pulse.beat(machines))
        stack.enter_context(pulse.beating(machines))
        yield Told(folder, story, address, links, took)


def _served(folder: Path, home: Path, agents: int, people: int) -> AbstractContextManager[Running]:
    serve = ["-m", "controller.cli.app", "--home", str(home), "serve"]
    serve += ["--agents", f"127.0.0.1:{agents}", "--people", f"127.0.0.1:{people}"]
    return running("controller", serve, folder)
