"""A rule with one mistake, between « and », and what is said of it."""

from collections.abc import Callable

import pytest

from rules.errors import Problem

HEAD = {
    "id": "a-rule",
    "title": "A rule of North Quay",
    "severity": "high",
    "controls": "[ENC-01]",
    "cite": "{in_force: [164.312(a)(2)(iv)]}",
}


def rule_file(body: str) -> str:
    """The file of one rule, with the keys that its body leaves out."""
    lines = body.split("\n")
    said = {line.partition(":")[0].strip("«»") for line in lines if not line.startswith(" ")}
    lines = [f"{key}: {value}" for key, value in HEAD.items() if key not in said] + lines
    text = "".join(f"{'  - ' if n == 0 else '    '}{line}\n" for n, line in enumerate(lines))
    return f"dentinel: rules/v1\npack: north-quay\nrules:\n{text}"


@pytest.fixture
def problems_in(check_rule) -> Callable[[str], list[Problem]]:
    """What is told of a rule, but for its missing tests."""

    def problems_in(body: str) -> list[Problem]:
        text = rule_file(body).replace("«", "").replace("»", "")
        return [one for one in check_rule(rules=text).problems if one.id != "DL409"]

    return problems_in


@pytest.fixture
def tells(problems_in) -> Callable[..., None]:
    """Holds that a mistake is told by its id, with a sentence and help, at its place."""

    def tells(identifier: str, message: str, help_: str, body: str) -> None:
        found = problems_in(body)
        told = [one for one in found if one.id == identifier and message in one.message]
        assert told, [(one.id, one.message) for one in found]
        assert help_ in told[0].help
        place = told[0].place
        assert (place.line, place.column, place.end) == _marked(rule_file(body), place.end)

    return tells


def _marked(text: str, end: int) -> tuple[int, int, int]:
    for number, line in enumerate(text.split("\n"), 1):
        if "«" in line:
            start, stop = line.index("«") + 1, line.index("»")
            return number, start, stop if stop > start else end
    raise AssertionError("no mistake is marked")
