"""What is told of the contact between this machine and its controller?"""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from agent.outbox.store import Place


UNKNOWN_KEY = (
    "the controller does not know this machine's keys: it was restored from a copy that is older "
    "than its present ones, or somebody ended it there"
)
"""What a 401 says. By a key that has ended nobody gets back in: a thief of an old copy would."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Reports and contact; `said` is the last failure in a sentence, None after an answer.

    `seen_at` is the controller's own time in its newest answer, `next_at` when the courier will
    try again after a failure, `state` what the controller calls this machine, `alarm` what only a
    person can mend.
    """

    waiting: int = 0
    oldest_at: datetime | None = None
    rejected: int = 0
    head: "Place | None" = None
    seen_at: datetime | None = None
    next_at: datetime | None = None
    state: str | None = None
    said: str | None = None
    alarm: str | None = None
