"""An expression is checked as a leaf is, and worth what it would be in a rule."""

import time

import pytest

from rules.engine.values import Gap
from rules.errors import Misused, Problem
from rules.facts.base import Status
from rules.workbench.evaluate import Known, check, evaluate


@pytest.fixture
def op1(read, volume):
    """What was read on OP1: a plain data disk, and one that could not be read."""
    d = volume("D:", role="data", protection="unprotected", cipher=None)
    e = volume("E:\u202e", protection={"$unknown": "timeout"})
    return {
        "volumes": read("volumes", [volume(), d, e]),
        "usb_storage": read("usb_storage", None, status=Status.ERROR),
    }


@pytest.fixture
def worth(op1, now):
    return lambda text: evaluate(check(text), op1, now, time.monotonic_ns)


@pytest.mark.parametrize(
    ("text", "said", "of"),
    [
        ("1 + 1", "2", "int"),
        ("1.0 / 3.0 < 1.0", "true", "bool"),
        ('"é" + "a"', '"éa"', "string"),
        ('volumes.exists(v, v.protection == "unprotected")', "true", "bool"),
        ("volumes.map(v, v.cipher)", '["xts_aes_256", null, "xts_aes_256"]', "list<enum?>"),
        ("now", "2026-11-22 10:00 UTC", "timestamp"),
        ('duration("90m")', "1h 30m", "duration"),
        ("volumes[1].cipher", "null", "enum?"),
        ("volumes[1].state_since", "never", "timestamp?"),
        ("[]", "[]", "list<>"),
        ('version("1.2")', "1.2", "version"),
        ("[[1], [2]]", "[[1], [2]]", "list<list<int>>"),
    ],
)
def test_a_value_is_written_with_its_type(worth, text, said, of) -> None:
    assert worth(text) == Known(said, of)


def test_a_record_is_written_whole_and_its_text_does_nothing(worth) -> None:
    said = worth("volumes.filter(v, v.name.startsWith('E'))")
    assert said.type == "list<volume>"
    assert '    "name": "E:\ufffd"' in said.text
    assert '"$unknown": "timeout"' in said.text


def test_what_was_not_read_is_unknown_with_its_path(worth) -> None:
    assert worth('volumes[2].protection == "protected"') == Gap(
        "timeout", at="volumes[2].protection"
    )
    assert worth("host.name") == Gap("not_collected", at="host")


@pytest.mark.parametrize(
    ("text", "id_", "columns"),
    [
        ('true and int("x") > 1', "DL805", (10, 18)),
        ("volumes[9].name == ''", "DL804", (1, 11)),
        ("usb_storage.control == 'blocked'", "DL811", (1, 20)),
    ],
)
def test_what_breaks_has_its_place(worth, text, id_, columns) -> None:
    said = worth(text)
    assert isinstance(said, Problem)
    assert (said.id, said.place.column, said.place.end) == (id_, *columns)


def test_what_costs_too_much_is_told(op1, now) -> None:
    inner = " and ".join(["v.name == y.name"] * 20)
    text = (
        f'volumes.all(v, volumes.all(w, volumes.all(x, volumes.all(y, ({inner}) or x.name != ""))))'
    )
    clock = iter(range(0, 10**15, 10**9))
    said = evaluate(check(text), op1, now, lambda: next(clock))
    assert isinstance(said, Problem)
    assert said.id == "DL808"


def test_a_mistake_is_told_before_anything_is_read() -> None:
    wrong = check("volumes.all(v, v.protecton == 'protected')")
    assert not wrong.is_sound
    assert [problem.id for problem in wrong.problems] == ["DL302"]
    assert wrong.reads == frozenset()
    assert wrong.outcome().counts == {"expressions": 1}


def test_only_the_facts_that_it_names_are_read() -> None:
    assert check("volumes.size() > 1 and host.portable").reads == {"volumes", "host"}
    assert check("now > timestamp(0)").reads == frozenset()


def test_an_expression_that_is_not_sound_has_no_value(op1, now) -> None:
    with pytest.raises(ValueError, match="not sound"):
        evaluate(check("1 +"), op1, now, time.monotonic_ns)


def test_what_is_no_text_is_misused() -> None:
    with pytest.raises(Misused, match="not UTF-8"):
        check("\udcff")
