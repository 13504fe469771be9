"""What is a check, and on what does it look?

Nothing is changed and nobody is called: the home is read, the ports of this machine are asked
whether they are free, and the database is opened for reading.
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import TypeAlias

from controller.identity.home import ControllerHome

Told: TypeAlias = tuple[str, str | None]
"""What was found, and what to do about it; None where all is as it should be."""


@dataclass(frozen=True, slots=True)
class Seen:
    """The controller that is looked at, and when; `agents` and `people` are its addresses."""

    home: ControllerHome
    now: datetime
    agents: str
    people: str


Look: TypeAlias = Callable[[Seen], Iterator[Told]]


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at; `advice` is None when it is as it should be."""

    name: str
    said: str
    advice: str | None = None

    def to_json(self) -> dict[str, str | None]:
        """As a document."""
        return asdict(self)


@contextmanager
def reading(home: ControllerHome) -> Iterator[sqlite3.Connection]:
    """The database, for reading alone."""
    with closing(sqlite3.connect(f"{home.database.as_uri()}?mode=ro", uri=True)) as connection:
        yield connection


def moment(text: str) -> datetime:
    """A time as the tables, or the mark of the last backup, hold it: UTC if it does not say."""
    read = datetime.fromisoformat(text.strip())
    return read if read.tzinfo else read.replace(tzinfo=UTC)
