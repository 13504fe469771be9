"""What of a mapping is sound, after its keys were checked?

An `Entry` holds, by key, what is as its form's table asks. A key that is missing or broken is not
there: its problem was told, and who reads on need not ask again.
"""

import sys
from dataclasses import dataclass, field
from typing import Protocol, TypeAlias

from rules.errors import Place, Problem
from rules.language.document import Mapping, Scalar, Sequence


class Says(Protocol):
    """Where problems are told."""

    def say(self, code: str, message: str, place: Place, help_: str = "") -> None:
        """Note a problem."""


@dataclass(frozen=True, slots=True)
class Teller:
    """Adds problems to a list, each with the rule that it is in; `broken` are keys left out.

    With `most` problems in the list the rest of a file is not looked at: nobody reads so many.
    """

    problems: list[Problem]
    rule: str = ""
    broken: list[str] = field(default_factory=list)
    most: int = sys.maxsize

    @property
    def is_full(self) -> bool:
        """Was enough told of this file?"""
        return len(self.problems) >= self.most

    def say(self, code: str, message: str, place: Place, help_: str = "") -> None:
        """Note a problem."""
        self.problems.append(Problem(code, message, place, help_, self.rule))


@dataclass(frozen=True, slots=True)
class Names:
    """Values under names of the author's own, in their order."""

    of: tuple[tuple[Scalar, "Sound"], ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """The keys of one mapping that are sound; `of` is the mapping as it was written.

    Of what `is_whole` nothing was told: every key is there and sound, and all within it too.
    """

    of: Mapping
    teller: Teller
    sound: "dict[str, Sound]" = field(default_factory=dict)
    is_whole: bool = True

    @property
    def place(self) -> Place:
        """Where the mapping begins."""
        return self.of.place

    @property
    def rule(self) -> str:
        """The rule that the mapping speaks of; empty if none."""
        return self.teller.rule

    @property
    def has_losses(self) -> bool:
        """Was anything left out that stands in the rule, so that nobody knows what it names?"""
        return bool(self.teller.broken)

    def say(self, code: str, message: str, place: Place, help_: str = "") -> None:
        """Note a problem in this mapping."""
        self.teller.say(code, message, place, help_)

    @property
    def lost_nothing(self) -> bool:
        """Is every key that was written sound?"""
        return all(key.text in self.sound for key, _ in self.of.entries)

    def has(self, key: str) -> bool:
        """Is there a sound value?"""
        return key in self.sound

    def scalar(self, key: str) -> Scalar | None:
        """One value, with its place: a text, a leaf, a word, a number."""
        value = self.sound.get(key)
        return value if isinstance(value, Scalar) else None

    def text(self, key: str) -> str | None:
        """The text of one value."""
        value = self.scalar(key)
        return value.text if value is not None else None

    def number(self, key: str) -> int | None:
        """A whole number."""
        value = self.scalar(key)
        return value.as_int() if value is not None else None

    def truth(self, key: str) -> bool:
        """Is it true? What is not there is not."""
        value = self.scalar(key)
        return value is not None and value.as_bool() is True

    def scalars(self, key: str) -> tuple[Scalar, ...]:
        """The values of a list; of one value alone that one."""
        value = self.sound.get(key)
        found = value if isinstance(value, tuple) else (value,)
        return tuple(one for one in found if isinstance(one, Scalar))

    def entry(self, key: str) -> "Entry | None":
        """The record under a key."""
        value = self.sound.get(key)
        return value if isinstance(value, Entry) else None

    def entries(self, key: str) -> "tuple[Entry, ...]":
        """The records of a list."""
        value = self.sound.get(key)
        found = value if isinstance(value, tuple) else ()
        return tuple(one for one in found if isinstance(one, Entry))

    def value(self, key: str) -> Scalar | Mapping | Sequence | None:
        """Whatever stands there, as it was written; None if it is not sound."""
        return self.of.get(key) if key in self.sound else None

    def named(self, key: str) -> "tuple[tuple[Scalar, Sound], ...]":
        """Names of the author's own, with their values."""
        value = self.sound.get(key)
        return value.of if isinstance(value, Names) else ()

    def named_entries(self, key: str) -> "tuple[tuple[Scalar, Entry], ...]":
        """Names of the author's own, each with its record."""
        return tuple((name, of) for name, of in self.named(key) if isinstance(of, Entry))

    def named_scalars(self, key: str) -> tuple[tuple[Scalar, Scalar], ...]:
        """Names of the author's own, each with one value."""
        return tuple((name, of) for name, of in self.named(key) if isinstance(of, Scalar))


Sound: TypeAlias = Scalar | Mapping | Sequence | Entry | Names | tuple["Sound", ...]
