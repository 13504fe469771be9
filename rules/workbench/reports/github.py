"""How does a workflow of GitHub show problems beside the lines of a change?

By workflow commands, one line a problem, `::error file=F,line=L,col=C,endColumn=E,title=ID::text`.
Source: GitHub Docs, "Workflow commands for GitHub Actions", and the escaping of actions/toolkit,
`packages/core/src/command.ts`: `%`, CR and LF in the message, and `:` and `,` too in properties.
"""

from rules.errors import Problem
from rules.workbench.reports.base import Look, Outcome, sentences, summary

_IN_MESSAGE = {"%": "%25", "\r": "%0D", "\n": "%0A"}
_IN_PROPERTY = {**_IN_MESSAGE, ":": "%3A", ",": "%2C"}
_MESSAGE = str.maketrans(_IN_MESSAGE)
_PROPERTY = str.maketrans(_IN_PROPERTY)


def write(outcome: Outcome, look: Look) -> str:  # noqa: ARG001 - a workflow sees no look
    """A command for each problem, then the line that counts, for the log."""
    commands = [_command(problem) for problem in outcome.problems]
    return "\n".join([*commands, summary(outcome.problems, outcome.counts)]) + "\n"


def _command(problem: Problem) -> str:
    place = problem.place
    properties = {
        "file": place.file,
        "line": str(place.line),
        "col": str(place.column),
        "endColumn": str(place.end),
        "title": problem.id,
    }
    said = ",".join(f"{name}={value.translate(_PROPERTY)}" for name, value in properties.items())
    return f"::{problem.level} {said}::{sentences(problem).translate(_MESSAGE)}"
