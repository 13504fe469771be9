"""Programs get one document, whose text no code page can break."""

import json

from rules.errors import Place, Problem
from rules.workbench.reports import json as problems_json
from rules.workbench.reports.base import Look, Outcome

MEMRY = Problem(
    "DL302",
    'an agent has no field "memry"',
    Place("packs/agent.yaml", 10, 22, 27),
    'did you mean "memory"?',
    "agent-small",
)


def test_problems_are_one_document() -> None:
    outcome = Outcome([MEMRY], {"files": 2, "rules": 1, "leaves": 1}, {})
    assert json.loads(problems_json.write(outcome, Look())) == {
        "dentinel": "problems/v1",
        "files": 2,
        "rules": 1,
        "leaves": 1,
        "problems": [
            {
                "id": "DL302",
                "level": "error",
                "message": 'an agent has no field "memry"',
                "help": 'did you mean "memory"?',
                "file": "packs/agent.yaml",
                "line": 10,
                "column": 22,
                "end_column": 27,
                "rule": "agent-small",
            }
        ],
    }


def test_the_text_is_ascii() -> None:
    outcome = Outcome([Problem("DL101", "歯 …", Place("\udcff.yaml"))], {}, {})
    assert problems_json.write(outcome, Look()).isascii()
