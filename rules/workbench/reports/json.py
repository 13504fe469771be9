"""How are problems told to a program? As one JSON document of form problems/v1.

Lines and columns are code points from 1, `end_column` is exclusive. The text is ASCII, so that no
code page of a pipe can break it.
"""

import json
from typing import Any

from rules.errors import Problem
from rules.workbench.reports.base import Look, Outcome


def write(outcome: Outcome, look: Look) -> str:  # noqa: ARG001 - a program sees no look
    """The document as text."""
    return json.dumps(document(outcome), indent=2) + "\n"


def document(outcome: Outcome) -> dict[str, Any]:
    """The document: how much was looked at, and every problem."""
    return {
        "dentinel": "problems/v1",
        **outcome.counts,
        "problems": [_problem(problem) for problem in outcome.problems],
    }


def _problem(problem: Problem) -> dict[str, Any]:
    place = problem.place
    return {
        "id": problem.id,
        "level": problem.level,
        "message": problem.message,
        "help": problem.help,
        "file": place.file,
        "line": place.line,
        "column": place.column,
        "end_column": place.end,
        "rule": problem.rule,
        **({"notes": list(problem.notes)} if problem.notes else {}),
    }
