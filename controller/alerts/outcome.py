"""What did the other side say to a message, and did it take it?"""

from dataclasses import dataclass

MOST_ANSWER = 200
"""Bytes of an answer that are kept."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the other side said; 200 bytes of it are kept."""

    is_accepted: bool
    status: str
    answer: str

    @classmethod
    def of(cls, status: str, answer: str, *, is_accepted: bool) -> "Outcome":
        """With what is kept of the answer: printable, 200 bytes at most."""
        words = " ".join("".join(c if c.isprintable() else " " for c in answer).split())
        kept = words.encode()[:MOST_ANSWER].decode(errors="ignore")
        return cls(is_accepted, status[:40], kept)
