"""CEL's own vectors, asked as `rules eval --batch` is asked."""

import json
import math
import time
from pathlib import Path

import pytest

from rules.workbench.batch.lines import answer

FAILING = Path(__file__).with_name("failing.txt")
MOST = 0
LEAST_IN_PROFILE = 462
ANSWERS_TO_ERROR = ("parse", "check", "eval")


@pytest.fixture(scope="module")
def answered(vectors) -> dict[str, tuple[dict, dict]]:
    """Each vector with the answer to it, by file/section/name."""
    lines = (vectors / "cel" / "core.jsonl").read_text(encoding="utf-8").splitlines()
    return {
        f"{vector['file']}/{vector['section']}/{vector['name']}": (vector, ask(vector))
        for vector in map(json.loads, lines)
    }


def ask(vector: dict) -> dict:
    line = json.dumps({"expr": vector["expr"], "bindings": vector["bindings"]})
    return json.loads(answer(line.encode(), time.monotonic_ns))


def meets(vector: dict, said: dict) -> bool:
    if "error" in vector["expect"]:
        return said.get("error", {}).get("class") in ANSWERS_TO_ERROR
    return "value" in said and equal(said["value"], vector["expect"]["value"])


def equal(one: dict, other: dict) -> bool:
    """Doubles as numbers, maps without order, and never a bool for an int."""
    ((kind, form),), ((wanted, beside),) = one.items(), other.items()
    if kind != wanted:
        return False
    if kind == "double":
        numbers = float(form), float(beside)
        return numbers[0] == numbers[1] or all(map(math.isnan, numbers))
    if kind == "list":
        return len(form) == len(beside) and all(map(equal, form, beside))
    if kind == "map":
        is_in = (any(equal(k, m) and equal(v, w) for m, w in beside) for k, v in form)
        return len(form) == len(beside) and all(is_in)
    return form == beside


def listed() -> set[str]:
    lines = FAILING.read_text(encoding="utf-8").splitlines()
    return {line for line in lines if not line.startswith("#")}


def test_every_vector_in_the_profile_passes_but_those_listed(answered) -> None:
    in_profile = {name: pair for name, pair in answered.items() if pair[0]["in_profile"]}
    failed = {name for name, pair in in_profile.items() if not meets(*pair)}
    assert failed == listed() & in_profile.keys()
    assert len(in_profile) - len(failed) >= LEAST_IN_PROFILE


def test_the_list_of_failures_only_shrinks() -> None:
    assert len(listed()) <= MOST


def test_no_vector_outside_the_profile_gets_a_wrong_value(answered) -> None:
    wrong = {
        name: said
        for name, (vector, said) in answered.items()
        if not vector["in_profile"] and "value" in said and not meets(vector, said)
    }
    assert wrong == {}


def test_what_the_profile_lacks_is_said_to_be_unsupported(answered) -> None:
    said = [said for vector, said in answered.values() if not vector["in_profile"]]
    others = [one for one in said if "value" not in one]
    assert {one["error"]["class"] for one in others} <= {"unsupported", *ANSWERS_TO_ERROR}
    assert sum(one["error"]["class"] == "unsupported" for one in others) >= 200
