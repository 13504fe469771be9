"""Is the pattern found somewhere in this text? In time that grows with the text alone.

All the places where a program may stand are followed at once, so no text makes it try again. A set
of places is a `_Stand`, and a stand remembers where each character led from it: most texts are
read at one look-up a character. What is remembered is bounded, and forgotten when it is too much.

A character costs as many steps as there are places to look at, remembered or not.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable
from functools import lru_cache

from rules.compiled.charset import Charset
from rules.compiled.pattern import Edge, Fork, Pattern, parse

Spend = Callable[[int], None]

_AT_ONCE = 64
_REMEMBERED = 8_192


@lru_cache(maxsize=1_024)
def matcher(text: str, *, caseless: bool = False) -> "Matcher":
    """The matcher of a pattern; PatternError if it is none."""
    return Matcher(parse(text, caseless=caseless))


class _Stand(dict[str, "_Stand"]):
    """A set of places, and the stand that each character leads to, once it was asked."""

    __slots__ = ("cost", "found", "matcher", "places")

    def __init__(self, matcher: "Matcher", places: frozenset[int], cost: int) -> None:
        self.matcher = matcher
        self.places = places
        self.cost = cost
        self.found = matcher.end in places

    def __missing__(self, char: str) -> "_Stand":
        self[char] = after = self.matcher.after(self.places, char)
        return after


class Matcher:
    """Looks for one pattern in texts."""

    _known: dict[frozenset[int], _Stand]
    _remembered: int
    _start: _Stand

    def __init__(self, pattern: Pattern) -> None:
        steps = list(enumerate(pattern.program))
        self.end = len(steps)
        self._sets = {at: step.edges for at, step in steps if isinstance(step, Charset)}
        self._forks = {at: [at + to for to in s.to] for at, s in steps if isinstance(s, Fork)}
        self._edges = {at: step for at, step in steps if isinstance(step, Edge)}
        ends = {at for at, edge in self._edges.items() if edge is Edge.END}
        self._rests = frozenset({*self._sets, *ends, self.end})
        self._first = self._reach([0], Edge.START)
        self._forget()

    def finds(self, text: str, spend: Spend) -> bool:
        """True if the pattern stands somewhere in the text; `spend` is told the steps."""
        stand = self._start
        for at in range(0, len(text), _AT_ONCE):
            if stand.found or not stand.places:
                break
            cost = 0
            for char in text[at : at + _AT_ONCE]:
                stand = stand[char]
                cost += stand.cost
                if stand.found:
                    break
            spend(cost)
        return stand.found or self._ends(stand.places, text)

    def _ends(self, places: frozenset[int], text: str) -> bool:
        edges = (Edge.END,) if text else (Edge.START, Edge.END)
        return self.end in self._reach(places, *edges)

    def after(self, places: frozenset[int], char: str) -> _Stand:
        """The stand after one more character; a new search may begin with every one."""
        sets, code = self._sets, ord(char)
        taken = (at + 1 for at in places if at in sets and bisect_right(sets[at], code) % 2)
        return self._stand(self._reach([0, *taken]))

    def _stand(self, reached: set[int]) -> _Stand:
        places = self._rests.intersection(reached)
        self._remembered += len(reached)
        if self._remembered > _REMEMBERED:
            self._forget()
        if places not in self._known:
            self._known[places] = _Stand(self, places, len(reached))
        return self._known[places]

    def _forget(self) -> None:
        self._known, self._remembered = {}, 0
        self._start = self._stand(self._first)

    def _reach(self, places: Iterable[int], *edges: Edge) -> set[int]:
        """Where one comes to without taking a character, at these ends of the text."""
        reached = set(places)
        waiting = list(reached)
        for at in waiting:
            if at in self._forks:
                further = [to for to in self._forks[at] if to not in reached]
            elif self._edges and self._edges.get(at) in edges:
                further = [at + 1] if at + 1 not in reached else []
            else:
                continue
            reached.update(further)
            waiting += further
        return reached
