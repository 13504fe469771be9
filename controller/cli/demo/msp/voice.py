"""What does a computer of the story report at a given time?

Its facts are made, its verdicts are not: the engine judges them by the built-in rules, and what
leaves is cut down by the very code that cuts it down on a real machine.

- A well-kept computer says the same whatever the time is, so it is judged once for all of its kind.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cache

from controller.cli.demo.msp.cast import Box
from controller.cli.demo.msp.troubles import Trouble, troubled
from controller.cli.demo.msp.well import RELEASES, Picture, picture
from evidence import minimum, readings, shape, told
from evidence.bodies import Body, Full, RuleVerdict
from evidence.finding import Imaging
from evidence.told import Veil
from evidence.words import Os
from rules.compiled import builtin
from rules.engine.judge import judge
from rules.facts import form
from rules.facts.base import Reading, Source, Status
from rules.facts.index import CATALOGUE

_SOURCE = {"windows": "run:probe", "windows_server": "run:probe", "linux": "run:ssh"}
_WRITTEN: dict[int, form.Json] = {}
"""By the identity of what `_of_a_well_kept` keeps alive: the same, as it is written."""
_READ_BEFORE = timedelta(seconds=40)


@dataclass(slots=True)
class Names:
    """The numbers that a machine gives the names of people and folders; they stay on it."""

    known: dict[tuple[str, str], int] = field(default_factory=dict)

    def __call__(self, noun: str, value: str) -> str:
        """`user-2` for the second user that was ever seen."""
        number = self.known.setdefault((noun, value), 1 + sum(n == noun for n, _ in self.known))
        return f"{noun}-{number}"


def read(box: Box, troubles: tuple[Trouble, ...], now: datetime) -> dict[str, Reading]:
    """Every fact of this computer at that time, as its agent would have read it."""
    return _readings(box, troubled(picture(box, now), troubles, now), now)


def verdicts(
    box: Box, troubles: tuple[Trouble, ...], now: datetime, veil: Veil
) -> tuple[RuleVerdict, ...]:
    """What the built-in rules say of it."""
    lasting = tuple(one for one in troubles if one.lasts(now))
    if not lasting:
        return _of_a_well_kept(box)
    return _judged(read(box, lasting, now), now, veil)


def imaging(box: Box, troubles: tuple[Trouble, ...], now: datetime, veil: Veil) -> Imaging:
    """Its imaging folders, cut down to what may leave."""
    value = form.encode(troubled(picture(box, now), troubles, now)["imaging"])
    return Imaging.from_fact(minimum.redact("imaging", value, veil.numbers, veil.key))


def facts(read: Mapping[str, Reading], veil: Veil) -> dict[str, form.Json]:
    """The readings as they leave."""
    return {name: readings.redact(one, veil.numbers, veil.key) for name, one in read.items()}


def system(box: Box) -> Os:
    """Its operating system, as reports name it."""
    release = RELEASES[box.system]
    return Os(family=release.family, version=release.version, arch="x86_64")  # type: ignore[arg-type]


def wire(body: Body) -> form.Json:
    """A body as it is written; what all well-kept computers of a kind say is written once."""
    written = _WRITTEN.get(id(body.verdicts)) if isinstance(body, Full) else None
    if written is None or not isinstance(body, Full):
        return shape.to_json(body)
    return {**shape.to_json(replace(body, verdicts=())), "verdicts": written}


@cache
def _of_a_well_kept(box: Box) -> tuple[RuleVerdict, ...]:
    now = form.instant("2026-01-05T12:00:00Z")
    said = _judged(read(box, (), now), now, Veil(Names(), b""))
    _WRITTEN[id(said)] = shape.to_json(said)
    return said


def _judged(read: Mapping[str, Reading], now: datetime, veil: Veil) -> tuple[RuleVerdict, ...]:
    pack = builtin.pack()
    results = zip(pack.rules, judge(pack, read, now), strict=True)
    return tuple(told.verdict(0, rule, one.to_json(), veil) for rule, one in results)


def _readings(box: Box, made: Picture, now: datetime) -> dict[str, Reading]:
    at = now - _READ_BEFORE
    return {
        name: Reading(
            fact=name,
            status=Status.PARTIAL if getattr(value, "missing", None) else Status.OK,
            value=form.encode(value),
            observed_at=at,
            ttl=CATALOGUE[name].ttl,
            source=(Source(f"{_SOURCE[box.system]} {name}", 0),),
            privilege="system",
        )
        for name, value in made.items()
    }
