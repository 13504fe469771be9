"""Ninety days in half a minute of processor time: who spoke when, in the order of their speaking.

One clock for all, by which the controller goes too. What is said at the same time is sent
together, so that one transaction of the controller takes it.
"""

import asyncio
import hashlib
import itertools
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from operator import itemgetter
from random import Random
from typing import TYPE_CHECKING, Any, TypeAlias
from uuid import UUID

from controller.cli.demo.msp import days, plot
from controller.cli.demo.msp.cast import Box, Ward
from controller.cli.demo.msp.days import Span, What
from controller.cli.demo.msp.machine import Machine
from controller.cli.demo.msp.opening import Open
from controller.cli.demo.msp.wire import Inside
from controller.intake.asgi import Intake, Limits, application
from evidence.bodies import Subject

if TYPE_CHECKING:
    from controller.tenants.models import Clinic

_UNBOUND = Limits(10**9, 10**9, 10**9)
Say: TypeAlias = Callable[[int, int], None]
"""Told how many days of how many are played."""
Act: TypeAlias = tuple[datetime, Callable[[datetime], None]]
"""What a person does, and when."""
Moment: TypeAlias = tuple[datetime, What, Any]
"""A computer that speaks, or an act that is done."""


@dataclass(slots=True)
class Clock:
    """The time of the story."""

    now: datetime


@dataclass(slots=True)
class Place:
    """A practice of the story, and who speaks in it."""

    ward: Ward
    clinic: "Clinic"
    machines: list[Machine] = field(default_factory=list)


@dataclass(slots=True)
class Story:
    """The practices of an open controller, from `clock.now` to `ends`."""

    opened: Open
    clock: Clock
    ends: datetime
    seed: int
    door: Intake
    places: list[Place] = field(default_factory=list)
    runner: asyncio.Runner = field(default_factory=asyncio.Runner)

    def join(self, machine: Machine, at: datetime) -> None:
        """Let a computer join in the middle of it, and say all it has to say."""
        self.runner.run(_speak(machine, What.JOIN, at))

    @property
    def machines(self) -> Iterator[Machine]:
        """Every computer that speaks."""
        return itertools.chain.from_iterable(place.machines for place in self.places)

    def random(self, *names: str) -> Random:
        """Chance that is the same for the same seed and names."""
        name = "/".join((str(self.seed), *names))
        return Random(hashlib.sha256(name.encode()).digest())  # noqa: S311 - a story, no secret


def begin(opened: Open, wards: Iterable[Ward], ends: datetime, seed: int) -> Story:
    """The practices and their computers as they stand before the first of them joins."""
    clock = Clock(ends - timedelta(days=plot.DAYS))
    door = application(opened.home.root, _UNBOUND, lambda: clock.now)
    story = Story(opened, clock, ends, seed, door)
    for ward in wards:
        place = Place(ward, opened.clinic(ward, clock.now))
        place.machines = [_machine(story, ward, box) for box in ward.agents]
        story.places.append(place)
    return story


def play(story: Story, acts: Iterable[Act], say: Say) -> None:
    """Let the days pass; DemoStopped if the controller refuses what somebody says.

    `acts` are what people do meanwhile, each at its time.
    """
    begins = story.clock.now
    for place in story.places:
        for machine in place.machines:
            machine.token = story.opened.token(place.clinic, machine.box, begins)
    story.door.start()
    try:
        with story.runner:
            _pass(story, _timeline(story, acts), say)
    finally:
        story.door.stop()
    story.clock.now = story.ends


def _pass(story: Story, timeline: list[Moment], say: Say) -> None:
    """Between what machines say no loop runs, so that what people do may use the database."""
    begins = story.clock.now
    for at, together in itertools.groupby(timeline, key=itemgetter(0)):
        if at.date() != story.clock.now.date():
            say((at - begins).days, plot.DAYS)
        story.clock.now = at
        for is_said, moments in itertools.groupby(together, key=lambda one: one[1] is not What.ACT):
            if is_said:
                story.runner.run(_speak_all(moments, at))
            else:
                for _, _, act in moments:
                    act(at)


async def _speak_all(moments: Iterable[Moment], at: datetime) -> None:
    await asyncio.gather(*(_speak(machine, what, at) for _, what, machine in moments))


def _timeline(story: Story, acts: Iterable[Act]) -> list[Moment]:
    begins = story.clock.now
    found: list[Moment] = [(at, What.ACT, act) for at, act in acts]
    for place in story.places:
        for machine in place.machines:
            ends = story.ends - plot.unheard(place.ward, machine.box)
            spoken = days.moments(
                machine.box, place.ward.zone, machine.troubles, Span(begins, ends)
            )
            found += [(at, what, machine) for at, what in spoken]
            found.append((begins, What.JOIN, machine))
    return sorted(found, key=itemgetter(0, 1))


async def _speak(machine: Machine, what: What, at: datetime) -> None:
    match what:
        case What.JOIN:
            await machine.join()
            said = [*machine.full(at, "start"), *machine.facts(at)]
        case What.FULL:
            said = machine.full(at, "daily")
        case What.CHANGE:
            said = machine.change(at)
        case What.BEAT:
            said = []
        case _:
            said = [*machine.change(at), *machine.facts(at)]
    await machine.sync(said)


def _machine(story: Story, ward: Ward, box: Box) -> Machine:
    chance = story.random(ward.name, box.host)
    troubles = plot.troubles(ward, box, story.ends, chance)
    machine = Machine(
        box, troubles, Inside(story.door), chance.randbytes, f"{ward.name}/{box.host}"
    )
    for other in ward.boxes:
        if other.visitor == box.host:
            identity = str(UUID(bytes=chance.randbytes(16), version=4))
            key = chance.randbytes(32).hex()
            subject = Subject(kind="remote", id=identity, label=other.host, host_key=key)
            machine.nas = (other, subject)
    return machine
