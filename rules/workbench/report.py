"""How are problems shown: to a person with a caret, to a program as one JSON document?"""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rules.engine.words import clean
from rules.errors import Problem
from rules.language.source import Source

_WIDEST = 160


def text(problems: Iterable[Problem], sources: Mapping[str, Source]) -> list[str]:
    """The lines that show problems: place, id, sentence, the line with a caret, help."""
    lines: list[str] = []
    for problem in problems:
        place = problem.place
        lines.append(f"{place}: {problem.level} {problem.id}: {clean(problem.message)}")
        source = sources.get(place.file)
        if source is not None and source.line(place.line):
            lines += _caret(source.line(place.line), problem)
        if problem.help:
            lines.append(f"      = help: {clean(problem.help)}")
    return lines


def _caret(line: str, problem: Problem) -> list[str]:
    place = problem.place
    first = max(0, place.column - 1 - _WIDEST // 2) if len(line) > _WIDEST else 0
    shown = line[first : first + _WIDEST]
    start = place.column - 1 - first
    pad, marked = shown[:start], shown[start : place.end - 1 - first]
    clear = "".join("\ufffd" if unicodedata.category(c)[0] == "C" else c for c in shown)
    return [
        f"{place.line:>5} | {clear}",
        f"      | {' ' * _width(pad)}{'^' * max(1, _width(marked))}",
    ]


def _width(stretch: str) -> int:
    """Columns of a terminal: wide characters take two, a tab one."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in stretch)


def document(problems: Sequence[Problem], counts: Mapping[str, int]) -> dict[str, Any]:
    """The JSON document of form problems/v1."""
    return {
        "dentinel": "problems/v1",
        **counts,
        "problems": [
            {
                "id": problem.id,
                "level": problem.level,
                "message": problem.message,
                "help": problem.help,
                "file": problem.place.file,
                "line": problem.place.line,
                "column": problem.place.column,
                "end_column": problem.place.end,
                "rule": problem.rule,
            }
            for problem in problems
        ],
    }


def summary(problems: Sequence[Problem], counts: Mapping[str, int]) -> str:
    """`2 files, 13 rules, 44 leaves: 3 errors`."""
    said = ", ".join(_many(count, word) for word, count in counts.items())
    errors = sum(1 for problem in problems if problem.level == "error")
    warnings = len(problems) - errors
    found = [_many(errors, "errors")] if errors or not warnings else []
    found += [_many(warnings, "warnings")] if warnings else []
    return f"{said}: {', '.join(found)}"


def _many(count: int, words: str) -> str:
    return f"{count or 'no'} {_ONE.get(words, words) if count == 1 else words}"


_ONE = {
    "files": "file",
    "rules": "rule",
    "leaves": "leaf",
    "tests": "test",
    "errors": "error",
    "warnings": "warning",
}
