"""Read the facts that a command asks for: of this machine, another, a recording, or a file."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from difflib import get_close_matches
from pathlib import Path

import typer

from agent import settings
from agent.facts.base import About
from agent.facts.gather import gather
from agent.facts.memory import Memory
from agent.host.local import LocalHost
from agent.host.survivors import Survivors
from agent.paths import Home
from rules.compiled import limits
from rules.facts.base import Reading
from rules.facts.form import from_json
from rules.facts.host import Os
from rules.facts.index import CATALOGUE


@dataclass(frozen=True, slots=True)
class Taken:
    """Where facts come from, and where the calls that they took go to."""

    record: Path | None = None
    replay: Path | None = None
    host: str | None = None


@dataclass(frozen=True, slots=True)
class Collected:
    """The facts, and of which family the system is that they were read of."""

    os: Os
    readings: dict[str, Reading]


def collect(home: Home, names: Collection[str] | None, taken: Taken) -> Collected:
    """Gather facts, all or those named; what cannot be meant ends the command with exit 2."""
    for name in names or ():
        if name not in CATALOGUE:
            near = get_close_matches(name, CATALOGUE, n=1)
            meant = f"did you mean {near[0]!r}?" if near else f"there are: {', '.join(CATALOGUE)}"
            raise typer.BadParameter(f"there is no fact {name!r}; {meant}")
    if taken.host:
        from agent.cli.afar import collect_from

        return Collected(*collect_from(home, names, taken.host))
    if taken.replay:
        from agent.cli.recordings import replayed

        return Collected(*replayed(names, taken.replay))
    about = About(settings.load(home), home, Memory.open(home.local), datetime.now(UTC))
    host = LocalHost(Survivors(home.survivors))
    if taken.record is None:
        return Collected(host.os, gather(host, about, names or None))
    from agent.cli.recordings import recorded

    return Collected(host.os, recorded(host, about, names, taken.record))


def _bounded(path: Path) -> bytes:
    """The bytes of a document of facts; ValueError, without reading on, if there are too many."""
    with path.open("rb") as opened:
        data = opened.read(limits.FACTS_BYTES + 1)
    if len(data) > limits.FACTS_BYTES:
        raise ValueError(f"more than {limits.FACTS_BYTES} bytes")
    return data


def load(path: Path) -> dict[str, Reading]:
    """Facts as `dentinel facts --format json` wrote them."""
    try:
        document = json.loads(_bounded(path))
        return {name: from_json(fact) for name, fact in document["facts"].items()}
    except OSError as error:
        raise typer.BadParameter(f"{path} cannot be read: {error.strerror}") from error
    except (
        *(ValueError, KeyError, TypeError, AttributeError),
        *(OverflowError, RecursionError),  # a number or a depth that nobody wrote in earnest
    ) as error:
        raise typer.BadParameter(
            f"{path} holds no facts: write it with: dentinel facts --format json"
        ) from error
