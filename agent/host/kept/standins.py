"""What stands in a recording for a name, the same wherever it stood?

A name is *learnt* where one belongs (an account, a computer's name) and is then replaced inside
any other text as well. What is replaced only where it stands is *given* a stand-in. Everything is
looked at twice: the first time names are learnt, the second time, `settled`, they are replaced.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

_DOMAIN = re.compile(r"\bS-1-5-21-([0-9]+-[0-9]+-[0-9]+)(?=-|\b)", re.IGNORECASE)
_ENTRA = re.compile(r"\bS-1-12-1-([0-9]+-[0-9]+-[0-9]+-[0-9]+)\b", re.IGNORECASE)


def nobody(_name: str) -> bool:
    """No name is a desk's or a room's."""
    return False


@dataclass(slots=True)
class StandIns:
    """Stand-ins by what they stand for; `folds` where the system knows names in any case.

    `is_generic` tells the name of a desk from a person's: its stand-in is one of a desk again.
    `stores` are folders whose files are named by numbers.
    """

    folds: bool = False
    is_generic: Callable[[str], bool] = nobody
    settled: bool = False
    stores: tuple[str, ...] = ()
    learnt: dict[str, str] = field(default_factory=dict)
    given: dict[tuple[str, str], str] = field(default_factory=dict)
    _taken: set[str] = field(default_factory=set)
    _counts: dict[str, int] = field(default_factory=dict)
    _pattern: re.Pattern[str] | None = None

    def learn(self, noun: str, value: str) -> str:
        """Know a name from now on, and what stands for it; nothing stands for nothing."""
        key = self._folded(value)
        if not key:
            return value
        if key not in self.learnt:
            is_desk = noun == "user" and self.is_generic(value)
            self.learnt[key] = self._next("staff{}" if is_desk else f"{noun}-{{}}")
            self._pattern = None
        return self.learnt[key]

    def give(self, form: str, value: str) -> str:
        """What stands for a value where it is not to be known again elsewhere."""
        if not value or value in self._taken:
            return value
        if self._folded(value) in self.learnt:
            return self.learnt[self._folded(value)]
        key = form, self._folded(value)
        if key not in self.given:
            self.given[key] = self._next(form)
        return self.given[key]

    def has_told(self, name: str) -> bool:
        """Has an answer of the machine held this name, or the stem of it before its ending?"""
        stems = (name, name.rpartition(".")[0])
        return any(
            self._folded(stem) in self.learnt or ("name-{}", self._folded(stem)) in self.given
            for stem in stems
        )

    def known(self, text: str) -> str:
        """The text with all learnt names in it replaced, and the numbers of domains."""
        text = self.sids(text)
        if not self.settled or not self.learnt:
            return text
        if self._pattern is None:
            self._pattern = self._words()
        return self._pattern.sub(
            lambda found: self.learnt.get(self._folded(found[0]), "name"), text
        )

    def sids(self, text: str) -> str:
        """Of an account's SID the last number stays, which tells 500 from 1001 in every domain."""
        text = _DOMAIN.sub(lambda found: self.give("S-1-5-21-0-0-{}", found[0].upper()), text)
        return _ENTRA.sub(lambda found: self.give("S-1-12-1-0-0-0-{}", found[0].upper()), text)

    def count(self) -> int:
        """How many different things were replaced."""
        return len(self.learnt) + len(self.given)

    def _folded(self, value: str) -> str:
        return value.lower() if self.folds else value

    def _next(self, form: str) -> str:
        while True:
            self._counts[form] = self._counts.get(form, 0) + 1
            name = form.format(self._counts[form])
            if name not in self._taken:
                self._taken.add(name)
                return name

    def _words(self) -> re.Pattern[str]:
        """All learnt words, the longest first, where they stand alone; one letter is everywhere."""
        words = sorted((word for word in self.learnt if len(word) > 1), key=len, reverse=True)
        any_word = "|".join(map(re.escape, words)) or "(?!)"
        flags = re.IGNORECASE if self.folds else 0
        return re.compile(rf"(?<![A-Za-z0-9])(?:{any_word})(?![A-Za-z0-9])", flags)
