"""What is written of a check or a test, in whatever form?"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from rules.errors import Problem
from rules.language.source import Source

_ONE = {"leaves": "leaf"}


@dataclass(frozen=True, slots=True)
class Outcome:
    """The problems in the order in which they are shown, how much was looked at, and the files.

    `counts` goes from words in the plural (`files`, `rules`, `leaves`, `tests`) to numbers;
    `sources` from the names by which problems call files to their text.
    """

    problems: Sequence[Problem]
    counts: Mapping[str, int]
    sources: Mapping[str, Source]


@dataclass(frozen=True, slots=True)
class Look:
    """How wide a terminal is, in columns, and whether it takes colour."""

    columns: int = 80
    colour: bool = False


Format: TypeAlias = Callable[[Outcome, Look], str]
"""The whole text of one form, with its last line end."""


def sentences(problem: Problem) -> str:
    """What a program says of a problem: its message, its notes and its help, a line each."""
    help_ = [f"help: {problem.help}"] if problem.help else []
    return "\n".join([problem.message, *problem.notes, *help_])


def summary(problems: Sequence[Problem], counts: Mapping[str, int]) -> str:
    """`2 files, 13 rules, 44 leaves: 3 errors`."""
    said = ", ".join(many(count, words) for words, count in counts.items())
    errors = sum(problem.level == "error" for problem in problems)
    warnings = len(problems) - errors
    found = [many(errors, "errors")] if errors or not warnings else []
    found += [many(warnings, "warnings")] if warnings else []
    return f"{said}: {', '.join(found)}"


def many(count: int, words: str) -> str:
    """`no rules`, `1 rule`, `2 rules`; `words` is the plural."""
    return f"{count or 'no'} {_ONE.get(words, words.removesuffix('s')) if count == 1 else words}"
