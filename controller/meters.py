"""What did this process do since it started, in numbers for whoever watches it?

One line a meter. What is counted has labels of closed sets alone: results, jobs, names of pages;
never a host, a clinic or a person. Cheap enough for every request: one lock, one addition.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from threading import Lock

_LOCK = Lock()


@dataclass(frozen=True, slots=True)
class Meter:
    """How often something happened and, if it is `measured`, how much it was in all."""

    name: str
    about: str
    labels: tuple[str, ...] = ()
    measured: bool = False
    _kept: dict[tuple[str, ...], list[float]] = field(default_factory=dict)

    def add(self, *of: str, much: float = 0.0) -> None:
        """It happened, to this much; `of` are the values of the labels."""
        with _LOCK:
            kept = self._kept.setdefault(of, [0, 0.0])
            kept[0] += 1
            kept[1] += much

    def read(self) -> Iterator[tuple[tuple[str, ...], float, float]]:
        """The values of the labels, how often, and how much in all."""
        with _LOCK:
            kept = [(of, n, much) for of, (n, much) in sorted(self._kept.items())]
        yield from kept


@dataclass(slots=True)
class Level:
    """How many of something there are at this moment."""

    name: str
    about: str
    now: int = 0

    def move(self, by: int) -> None:
        """There are so many more, or fewer."""
        with _LOCK:
            self.now += by


QUEUE = Level("dentinel_queue_syncs", "Requests that wait for the writer.")
SYNCS = Meter("dentinel_syncs", "Syncs that were answered.", ("result",))
BATCHES = Meter("dentinel_batch_records", "Reports of a transaction.", measured=True)
COMMITS = Meter("dentinel_commit_seconds", "Transactions of the writer.", measured=True)
WAITED = Meter("dentinel_queue_seconds", "How long a request waits for the writer.", measured=True)
JOBS = Meter("dentinel_job_seconds", "What is done by itself.", ("job", "result"), measured=True)
PAGES = Meter("dentinel_page_seconds", "Answers to people.", ("view", "code"), measured=True)
METERS = (SYNCS, BATCHES, COMMITS, WAITED, JOBS, PAGES)
