"""What does a channel promise?

A name for what it is, the fields that a person fills in, a check of what was filled in, and one
function that sends a message and says what came of it. Who may be spoken to, for how long and how
much is heard is the guard's business (controller.alerts.outgoing), when it is tried again the
outbox's; a channel does neither.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from controller.alerts.message import Message
from controller.alerts.outcome import Outcome
from controller.alerts.outgoing import Outgoing

Values: TypeAlias = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Field:
    """Something to fill in; a secret is locked away and never shown again."""

    name: str
    label: str
    hint: str = ""
    is_secret: bool = False
    is_needed: bool = True
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sending:
    """A message on its way: where to, with which secrets, through which guard, and when."""

    message: Message
    settings: Values
    secrets: Values
    outgoing: Outgoing
    now: datetime


@dataclass(frozen=True, slots=True)
class Channel:
    """One way out. `make` gives the secrets that nobody types; `send` never raises OSError.

    `is_read_by_programs`: each change of a verdict may go there too; no person could read them all.
    """

    kind: str
    label: str
    fields: tuple[Field, ...]
    check: Callable[[Values], None]
    make: Callable[[], Mapping[str, str]]
    send: Callable[[Sending], Outcome]
    is_read_by_programs: bool = False
