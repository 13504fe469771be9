"""Does this report follow the one before?

The link rule, one pure function for the agent's outbox, the controller's intake and the verifier.
The head of a chain is (epoch, seq, sha). Each epoch begins at seq 1 and hangs, by its first
`prev`, on the anchor: the hash of the answer that enrolled the machine. So (epoch, seq, prev) is
the key by which a report that comes twice is known.
"""

from dataclasses import dataclass
from enum import StrEnum


class Link(StrEnum):
    """What a report is to a chain."""

    ACCEPT = "accept"
    DUPLICATE = "duplicate"
    FORK = "fork"
    GAP = "gap"


@dataclass(frozen=True, slots=True)
class Head:
    """The last report of a chain; seq 0 with the anchor as sha before the first one."""

    epoch: int
    seq: int
    sha: str

    @property
    def expected(self) -> tuple[int, int]:
        """Epoch and seq of the report that would follow."""
        return self.epoch, self.seq + 1


@dataclass(frozen=True, slots=True)
class Step:
    """What the chain needs to know of a report: its place, its claim, its own hash."""

    epoch: int
    seq: int
    prev: str
    sha: str
    kind: str

    @property
    def head(self) -> Head:
        """The head of the chain once this step is taken."""
        return Head(self.epoch, self.seq, self.sha)


def start(anchor: str) -> Head:
    """The head of a machine that has just enrolled."""
    return Head(1, 0, anchor)


def link(head: Head, step: Step, anchor: str, stored: str | None) -> Link:
    """Accept, duplicate, fork or gap; `stored` is the hash held at (epoch, seq), if any is."""
    if (step.epoch, step.seq) <= (head.epoch, head.seq):
        return Link.DUPLICATE if stored == step.sha else Link.FORK
    if (step.epoch, step.seq) == head.expected:
        return Link.ACCEPT if step.prev == head.sha else Link.FORK
    opens = (step.epoch, step.seq, step.prev, step.kind) == (head.epoch + 1, 1, anchor, "gap")
    return Link.ACCEPT if opens else Link.GAP
