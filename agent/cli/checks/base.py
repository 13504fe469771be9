"""What is a check, on what does it look, and for how long?

Nothing is changed. The machine is asked through the host, as by a patrol; the controller is called
by one handshake, and only where `calls` allows it. What could not be looked at is a fault too.
"""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TypeAlias, TypeVar

from agent.host.base import Host
from agent.paths import Home
from rules.facts.form import Json

T = TypeVar("T")

Told: TypeAlias = tuple[str, str | None]
"""What was found, and what to do about it; None where all is as it should be."""

PATIENCE_S = 5.0
"""Seconds for what may never answer: a folder on a dead share, a controller that hangs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """The agent that is looked at, and when.

    `calls`: its controller may be called. `is_packaged`: its home is the package's, so that the
    system's services keep it.
    """

    home: Home
    now: datetime
    host: Host
    calls: bool = True
    is_packaged: bool = False


Look: TypeAlias = Callable[[Seen], Iterator[Told]]
"""A check. Its docstring is the question, and how it is answered: docs/operate.md shows it."""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at; `advice` is None when it is as it should be."""

    name: str
    said: str
    advice: str | None = None

    def to_json(self) -> dict[str, Json]:
        """As a document."""
        return asdict(self)


def within(ask: Callable[[], T], seconds: float = PATIENCE_S) -> T:
    """The answer, or its error; TimeoutError if there is none in that time. Left behind, not ended.

    A look into a folder of a dead share cannot be ended by anybody: its thread dies with us.
    """
    answer: Future[T] = Future()

    def asked() -> None:
        try:
            answer.set_result(ask())
        except OSError as error:
            answer.set_exception(error)

    threading.Thread(target=asked, daemon=True).start()
    try:
        return answer.result(timeout=seconds)
    except TimeoutError:
        raise TimeoutError(f"no answer within {seconds:g} s") from None
