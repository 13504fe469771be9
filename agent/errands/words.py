"""What does the guard ask of a patrol?"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import cast, get_args

from evidence.bodies import Event
from rules.facts.index import CATALOGUE

_EVENTS = frozenset(get_args(Event))


@dataclass(frozen=True, slots=True)
class Words:
    """Some facts alone or all (`only` empty), whether the agent has just started, what to tell."""

    only: frozenset[str] = frozenset()
    is_start: bool = False
    events: tuple[tuple[Event, int], ...] = ()

    def and_word(self, word: str) -> "Words | None":
        """These and one more; None if it is none that a patrol knows."""
        name, _, value = word.partition("=")
        match name:
            case "--only" if value in CATALOGUE:
                return replace(self, only=self.only | {value})
            case "--cause" if value == "start":
                return replace(self, is_start=True)
            case "--event":
                event, _, n = value.partition("=")
                if event in _EVENTS and n.isdecimal():
                    return replace(self, events=(*self.events, (cast("Event", event), int(n))))
        return None


def read_words(argv: Sequence[str]) -> Words | None:
    """The words of a command line; None for wrong use."""
    words: Words | None = Words()
    for word in argv:
        words = words and words.and_word(word)
    return words
