"""How do code scanners and editors read problems? As a log of SARIF 2.1.0 with one run.

- Columns are code points (`columnKind`), `endColumn` is exclusive, as in our places.
- Files are named from the folder in which the command ran, with forward slashes; one that lies
  elsewhere by its `file:` address. The same problems give the same text: no time, no random id.

Source: OASIS, Static Analysis Results Interchange Format 2.1.0 plus Errata 01, section 3.
"""

import json
from pathlib import PurePosixPath, PureWindowsPath
from typing import Any
from urllib.parse import quote

from rules.compiled.codes import MEANINGS
from rules.errors import Problem
from rules.workbench.pages import page
from rules.workbench.reports.base import Look, Outcome, sentences

VERSION = "2.1.0"
_SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)


def write(outcome: Outcome, look: Look) -> str:  # noqa: ARG001 - a scanner sees no look
    """The log as text, in ASCII."""
    return json.dumps(document(outcome), indent=2) + "\n"


def document(outcome: Outcome) -> dict[str, Any]:
    """The log: which ids were told, of which files, and each problem with its place."""
    ids = sorted({problem.id for problem in outcome.problems})
    files = sorted({*outcome.sources, *(problem.place.file for problem in outcome.problems)})
    run = {
        "tool": {"driver": {"name": "dentinel", "rules": [_rule(one) for one in ids]}},
        "columnKind": "unicodeCodePoints",
        "artifacts": [{"location": {"uri": uri(file)}} for file in files],
        "results": [_result(problem, ids, files) for problem in outcome.problems],
    }
    return {"$schema": _SCHEMA, "version": VERSION, "runs": [run]}


def uri(file: str) -> str:
    """The address of a file: relative, or `file:` for a path from the root."""
    path = file.encode("utf-8", "surrogateescape")
    if PureWindowsPath(file).drive and PureWindowsPath(file).root:
        return f"file:///{quote(path, safe='/:')}"
    return f"file://{quote(path)}" if PurePosixPath(file).is_absolute() else quote(path)


def _rule(code: str) -> dict[str, Any]:
    return {
        "id": code,
        "shortDescription": {"text": MEANINGS[code]},
        "help": {"text": "\n".join(page(code))},
    }


def _result(problem: Problem, ids: list[str], files: list[str]) -> dict[str, Any]:
    place = problem.place
    location: dict[str, Any] = {
        "physicalLocation": {
            "artifactLocation": {"uri": uri(place.file), "index": files.index(place.file)},
            "region": {
                "startLine": place.line,
                "startColumn": place.column,
                "endColumn": place.end,
            },
        }
    }
    if problem.rule:
        location["logicalLocations"] = [{"name": problem.rule, "kind": "member"}]
    return {
        "ruleId": problem.id,
        "ruleIndex": ids.index(problem.id),
        "level": problem.level,
        "message": {"text": sentences(problem)},
        "locations": [location],
    }
