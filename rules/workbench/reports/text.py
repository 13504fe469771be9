"""How are problems shown to a person? Place, id and sentence; the line with a caret; help.

It is wrapped to the columns of the terminal, and coloured where one looks on. Text of the rules is
shown so that it can do nothing but be read.
"""

from collections.abc import Callable, Iterable, Mapping

from rules.engine.words import clean
from rules.errors import Problem
from rules.language.source import Source
from rules.workbench.reports.base import Look, Outcome, summary
from rules.workbench.reports.columns import Word, excerpt, wrap

_EDGE = "      "
_HELP = f"{_EDGE}= help: "
_NARROWEST = 40
_MOST = 200
_PAINT = {
    "place": "1",
    "error": "1;31",
    "warning": "1;33",
    "good": "32",
    "edge": "34",
    "help": "1;36",
}

Painter = Callable[[str, str], str]


def write(outcome: Outcome, look: Look) -> str:
    """The problems, as many as a person reads, then one line that counts them all."""
    paint = _painted if look.colour else _plain
    shown = lines(outcome.problems[:_MOST], outcome.sources, look)
    left = len(outcome.problems) - _MOST
    more = [f"and {left} more: --format json has them all"] if left > 0 else []
    counted, _, found = summary(outcome.problems, outcome.counts).rpartition(": ")
    level = outcome.problems[0].level if outcome.problems else "good"
    return "\n".join([*shown, *more, f"{counted}: {paint(found, level)}"]) + "\n"


def lines(
    problems: Iterable[Problem], sources: Mapping[str, Source], look: Look | None = None
) -> list[str]:
    """The lines that show problems, without the one that counts."""
    look = look or Look()
    paint = _painted if look.colour else _plain
    columns = max(look.columns, _NARROWEST)
    found = []
    for problem in problems:
        found += _said(problem, columns, paint)
        source = sources.get(problem.place.file)
        line = source.line(problem.place.line) if source is not None else ""
        if line:
            found += _caret(line, problem, columns, paint)
        found += [f"{_EDGE}{paint('=', 'edge')} {clean(note)}" for note in problem.notes]
        if problem.help:
            found += _help(problem, columns, paint)
    return found


def _said(problem: Problem, columns: int, paint: Painter) -> list[str]:
    head = [
        Word(f"{clean(str(problem.place), 4096)}:", "place"),
        Word(problem.level, problem.level),
        Word(f"{problem.id}:", problem.level),
    ]
    return wrap([*head, *map(Word, clean(problem.message).split())], columns, _EDGE, paint)


def _caret(line: str, problem: Problem, columns: int, paint: Painter) -> list[str]:
    place = problem.place
    number = f"{place.line:>5} |"
    cut = excerpt(line, place.column - 1, place.end - 1, columns - len(number) - 1)
    under = paint("^" * (cut.end - cut.start), problem.level)
    edge = paint("|".rjust(len(number)), "edge")
    return [f"{paint(number, 'edge')} {cut.text}", f"{edge} {' ' * cut.start}{under}"]


def _help(problem: Problem, columns: int, paint: Painter) -> list[str]:
    first, *rest = clean(problem.help).split(" ")
    head = Word(f"{_HELP}{first}")
    shown = wrap([head, *map(Word, rest)], columns, " " * len(_HELP), _plain)
    return [shown[0].replace(_HELP, f"{_EDGE}{paint('= help:', 'help')} ", 1), *shown[1:]]


def _plain(text: str, style: str) -> str:  # noqa: ARG001 - a painter has a style
    return text


def _painted(text: str, style: str) -> str:
    return f"\x1b[{_PAINT[style]}m{text}\x1b[0m" if style else text
