"""`rules eval --batch`: every line is answered, whatever is in it, and the next one goes on."""

import io
import json
import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from rules.compiled import limits
from rules.workbench.batch import lines

DEEP_VALUE: dict = {"int": "1"}
for _ in range(limits.LEAF_DEPTH):
    DEEP_VALUE = {"list": [DEEP_VALUE]}

CLASSES = {"parse", "check", "eval", "limit", "unsupported", "input", "internal"}


def ask(line) -> dict:
    data = line if isinstance(line, bytes) else json.dumps(line).encode()
    return json.loads(lines.answer(data, time.monotonic_ns))


def error(line) -> tuple[str, str]:
    said = ask(line)["error"]
    return said["class"], said["id"]


def answers(data: bytes) -> list[dict]:
    written: list[str] = []
    lines.run(io.BytesIO(data), written.append, time.monotonic_ns)
    return [json.loads(line) for line in written]


def test_the_page_s_example_is_answered() -> None:
    ports = {"list": [{"record": {"n": {"int": "2"}}}]}
    line = {"id": 1, "expr": "v.all(x, x.n > 1 or x.ok)", "bindings": {"v": ports}}
    assert ask(line) == {"id": 1, "value": {"bool": True}}


def test_what_was_not_read_is_named_with_its_reason() -> None:
    volume = {"record": {"protection": {"unknown": "timeout"}}}
    line = {"expr": "volume.protection == 'x'", "bindings": {"volume": volume}}
    assert ask(line) == {"unknown": [{"at": "volume.protection", "reason": "timeout"}]}


def test_an_error_says_class_id_words_and_stretch() -> None:
    assert ask({"expr": "2 > 1 && 1 / 0 > 2"}) == {
        "error": {
            "class": "eval",
            "id": "DL802",
            "message": "divided by zero: 1 / 0",
            "span": [9, 14],
        }
    }


def test_a_long_expression_is_quoted_in_part() -> None:
    text = " + ".join(["'a long word'"] * 8) + "\n + 1"
    message = ask({"expr": text})["error"]["message"]
    assert message.endswith("…")
    assert "\n" not in message


@pytest.mark.parametrize("id_", [7, "a", None, 1.5, ["a", {"b": 1}], "\ud800"])
def test_the_id_comes_back_as_it_was_given(id_) -> None:
    assert ask({"id": id_, "expr": "1"}) == {"id": id_, "value": {"int": "1"}}
    assert ask({"id": id_, "expr": 1})["id"] == id_


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (b"", ("input", "DL103")),
        (b"nonsense", ("input", "DL103")),
        (b"[]", ("input", "DL103")),
        (b'"expr"', ("input", "DL103")),
        (b"\xff\xfe{}", ("input", "DL001")),
        (b'{"expr": "1", "expr": "2"}', ("input", "DL005")),
        (b'{"expr": "1", "bindings": {"a": {"int": "1"}, "a": {"int": "2"}}}', ("input", "DL005")),
        (b'{"expr": "1", "id": NaN}', ("input", "DL103")),
        (b'{"expr": "1", "id": 1e999}', ("input", "DL103")),
        (b'{"expr": "1", "id": ' + b"9" * 5_000 + b"}", ("input", "DL103")),
        (b"[" * 200_000, ("limit", "DL003")),
        ({}, ("input", "DL102")),
        ({"expr": 1}, ("input", "DL103")),
        ({"expr": None}, ("input", "DL103")),
        ({"expr": "\ud800"}, ("input", "DL103")),
        ({"exp": "1"}, ("input", "DL101")),
        ({"expr": "1", "more": 1}, ("input", "DL101")),
        ({"expr": "1", "typed": 1}, ("input", "DL103")),
        ({"expr": "1", "now": "yesterday"}, ("input", "DL103")),
        ({"expr": "1", "now": 7}, ("input", "DL103")),
        ({"expr": "1", "bindings": []}, ("input", "DL103")),
        ({"expr": "1", "bindings": {"x": 1}}, ("input", "DL103")),
        ({"expr": "1", "bindings": {"": {"int": "1"}}}, ("input", "DL106")),
        ({"expr": "1", "bindings": {"a..b": {"int": "1"}}}, ("input", "DL106")),
        ({"expr": "1", "bindings": {"x": {"uint": "1"}}}, ("unsupported", "DL206")),
        ({"expr": "1", "bindings": {"x": DEEP_VALUE}}, ("limit", "DL003")),
        ({"expr": "1 +"}, ("parse", "DL202")),
        ({"expr": "1 $"}, ("parse", "DL201")),
        ({"expr": "for"}, ("parse", "DL205")),
        ({"expr": "9223372036854775808"}, ("parse", "DL204")),
        ({"expr": r"'\q'"}, ("parse", "DL203")),
        ({"expr": "nobody"}, ("eval", "DL810")),
        ({"expr": "'a'.matches('\\\\bx')"}, ("unsupported", "DL207")),
    ],
)
def test_what_is_wrong_has_its_class_and_id(line, said) -> None:
    assert error(line) == said


def test_a_misspelt_key_is_suggested() -> None:
    assert 'did you mean "expr"?' in ask({"exp": "1"})["error"]["message"]


# --- checked first ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("d <= '15m'", {"value": {"bool": True}}),
        ("v < '10.0.22000'", {"value": {"bool": True}}),
        ("w == 'protected'", {"value": {"bool": False}}),
        ("w", {"value": {"enum": "off"}}),
        ("d in ['15m', '1h']", {"value": {"bool": True}}),
        ("n == null", {"value": {"bool": True}}),
        ("u == 'x' or true", {"value": {"bool": True}}),
        ("u <= '15m'", {"unknown": [{"at": "u", "reason": "timeout"}]}),
        ("r.after <= '15m'", {"unknown": [{"at": "r.after", "reason": "timeout"}]}),
        ("u.all(x, x.ok and d <= '15m')", {"unknown": [{"at": "u", "reason": "timeout"}]}),
        ("l.all(x, x.ok)", {"unknown": [{"at": "l[1].ok", "reason": "not_collected"}]}),
        ("l.filter(x, x.n == 1).map(x, x.n)", {"value": {"list": [{"int": "1"}]}}),
        ("l.exists(x, x.n == 2)", {"value": {"bool": True}}),
        ("p.exists(x, x == 104)", {"value": {"bool": True}}),
        ("p.all(x, x == 104)", {"unknown": [{"at": "p[0]", "reason": "timeout"}]}),
        ("[]", {"value": {"list": []}}),
        ("e.exists(x, x == 'off')", {"value": {"bool": True}}),
        ("k.filter(x, x != null and x > 1)", {"value": {"list": [{"int": "2"}]}}),
        ("ll.all(x, x.size() < 2)", {"value": {"bool": True}}),
        ("ll[1][0] == 1", {"value": {"bool": True}}),
        ("q.all(x, x.on == null or x.on)", {"value": {"bool": True}}),
        ("l[0]", {"value": {"record": {"ok": {"bool": True}, "n": {"int": "1"}}}}),
    ],
)
def test_typed_a_literal_is_read_as_what_stands_beside_it(text, said) -> None:
    bound = {
        "d": {"duration": "900s"},
        "v": {"version": "10.0.19045"},
        "w": {"enum": "off"},
        "n": {"null": None},
        "u": {"unknown": "timeout"},
        "r": {"record": {"after": {"unknown": "timeout"}, "name": {"string": "C:"}}},
        "e": {"list": [{"enum": "on"}, {"enum": "off"}]},
        "k": {"list": [{"int": "2"}, {"null": None}]},
        "ll": {"list": [{"list": []}, {"list": [{"int": "1"}]}]},
        "q": {
            "list": [{"record": {"on": {"null": None}}}, {"record": {"on": {"bool": True}}}],
        },
        "p": {"list": [{"unknown": "timeout"}, {"int": "104"}]},
        "l": {
            "list": [
                {"record": {"ok": {"bool": True}, "n": {"int": "1"}}},
                {"record": {"n": {"int": "2"}}},
            ]
        },
    }
    assert ask({"expr": text, "bindings": bound, "typed": True}) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("1 + 'a'", ("check", "DL304")),
        ("nobody", ("check", "DL301")),
        ("x.all(y, y)", ("check", "DL308")),
        ("{1: 2}", ("unsupported", "DL206")),
        ("dyn(1)", ("unsupported", "DL206")),
        ("1 +", ("parse", "DL202")),
        ("x[7]", ("eval", "DL804")),
        ("(" * 100, ("limit", "DL003")),
        ("'\\t'", ("parse", "DL203")),
    ],
)
def test_typed_a_mistake_is_met_before_it_runs(text, said) -> None:
    bound = {"x": {"list": [{"int": "1"}]}}
    assert error({"expr": text, "bindings": bound, "typed": True}) == said


@pytest.mark.parametrize(
    ("name", "form", "said"),
    [
        ("m", {"map": []}, ("unsupported", "DL206")),
        ("l", {"list": [{"int": "1"}, {"string": "a"}]}, ("check", "DL304")),
        ("l", {"list": [{"int": "1"}, {"list": []}]}, ("check", "DL304")),
        ("a.b", {"int": "1"}, ("input", "DL106")),
    ],
)
def test_typed_a_value_has_a_type_of_rules(name, form, said) -> None:
    assert error({"expr": "1", "bindings": {name: form}, "typed": True}) == said


def test_typed_so_much_that_was_not_read_is_not_supposed_for_ever() -> None:
    hole = {"unknown": "timeout"}
    record = {"record": {f"f{number}": hole for number in range(20_000)}}
    line = {"expr": "r.f7 == 'x' and r.f9", "bindings": {"r": record}, "typed": True}
    assert ask(line) == {"unknown": [{"at": "r.f7", "reason": "timeout"}]}


# --- limits -------------------------------------------------------------------------------------


def test_a_line_of_one_mebibyte_is_read_and_a_longer_one_is_not() -> None:
    line = b'{"expr": "1"' + b" " * (limits.BATCH_LINE - 13) + b"}"
    assert len(line) == limits.BATCH_LINE
    said = answers(line + b"\n" + line + b" \n" + b"x" * (3 * limits.BATCH_LINE) + b"\n" + line)
    assert [next(iter(one)) for one in said] == ["value", "error", "error", "value"]
    assert said[1]["error"]["class"] == said[2]["error"]["class"] == "limit"


def test_lines_are_answered_one_by_one_in_their_order() -> None:
    data = b'{"id":1,"expr":"1"}\nx\n\n{"id":2,"expr":"2"}\r\n{"id":3,"expr":"3"}'
    assert [one.get("id") for one in answers(data)] == [1, None, None, 2, 3]
    assert answers(b"") == []


DEEP = "[1]" + "".join(f".map(x, {'[' * (55 - n)}x{']' * (55 - n)})" for n in range(3))


@pytest.mark.parametrize(
    ("text", "id_"),
    [
        ("(" * 2_000, "DL003"),
        ("!" * 4_000 + "true", "DL003"),
        ("a" + "[0]" * 1_000, "DL003"),
        (" && ".join(["a"] * 600), "DL003"),
        (" && ".join(["a"] * 20_000), "DL003"),
        ("l.all(a, l.all(b, l.all(c, l.all(d, l.all(e, a + b + c + d + e >= 0)))))", "DL806"),
        ("['aaaaaaaaaa']" + ".map(x, x + x + x + x + x + x + x + x)" * 8, "DL807"),
        ("[l]" + ".map(x, x + x + x + x + x + x + x + x)" * 8, "DL807"),
        ("[1]" + ".map(x, [x, x])" * 20, "DL807"),
        ("l.map(x, s)", "DL807"),
        (DEEP, "DL807"),
        (f"{DEEP} == {DEEP}", "DL807"),
        ("mixed.all(x, x in mixed)", "DL806"),
        ("mixed.distinct()", "DL806"),
        ("l.all(x, l.all(y, s < s + 'a'))", "DL806"),
    ],
)
def test_what_costs_too_much_is_a_limit(text, id_) -> None:
    numbers = [{"int": str(number)} for number in range(30)]
    bound = {
        "l": {"list": numbers},
        "s": {"string": "a" * 60_000},
        "mixed": {"list": [*numbers, *({"string": f"port {n}"} for n in range(5_000))]},
    }
    line = json.dumps({"expr": text, "bindings": bound}).encode()
    said = json.loads(lines.answer(line, lambda: 0))["error"]
    assert (said["class"], said["id"]) == ("limit", id_)


def test_what_takes_too_long_is_a_limit() -> None:
    clock = iter(range(0, 10**12, 10**9))
    line = json.dumps({"expr": "l.all(x, l.all(y, x >= y or true))", "bindings": LONG}).encode()
    assert json.loads(lines.answer(line, lambda: next(clock)))["error"]["id"] == "DL808"


LONG = {"l": {"list": [{"int": str(number)} for number in range(100)]}}


def test_a_fault_of_ours_ends_one_line_and_is_told_as_such() -> None:
    def broken() -> int:
        raise ZeroDivisionError

    said = json.loads(lines.answer(b'{"id":1,"expr":"1"}', broken))
    assert (said["id"], said["error"]["class"], said["error"]["id"]) == (1, "internal", "DL809")


# --- anything -----------------------------------------------------------------------------------

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)
SIGNS = "()[]{}.,?:!-+*/%<>=&|'\"\\ "
WORDS = ("x", "1", "1.5", "'a'", "true", "null", " in ", " and ", "not ", "now", "0x", "1e9", "//")
CALLS = (".all(x, ", ".map(x, ", "has(", "size(", "int(", "age(", ".matches(", ".filter(x, ")
PIECES = st.sampled_from([*SIGNS, *WORDS, *CALLS])
VALUES = st.one_of(
    st.builds(lambda n: {"int": str(n)}, st.integers(-9, 9)),
    st.just({"unknown": "timeout"}),
    st.builds(lambda n: {"list": n}, st.lists(st.just({"int": "1"}), max_size=2)),
    st.just({"record": {"x": {"bool": True}}}),
    st.just({"map": [[{"string": "x"}, {"null": None}]]}),
    JSON,
)


def is_answer(said: dict) -> bool:
    found = said.keys() & {"value", "unknown", "error"}
    if found == {"error"}:
        return said["error"]["class"] in CLASSES - {"internal"}
    return len(found) == 1


@given(st.binary(max_size=64))
@example(b"\x00")
@example(b"{")
def test_any_bytes_are_answered(data) -> None:
    assert is_answer(ask(data))


@given(JSON)
def test_any_json_is_answered(form) -> None:
    assert is_answer(ask(json.dumps(form).encode()))


@given(st.lists(PIECES, max_size=24).map("".join), VALUES, st.booleans())
def test_any_expression_is_answered(text, form, typed) -> None:
    line = {"expr": text, "bindings": {"x": form}, "typed": typed, "now": "2026-11-22T10:00:00Z"}
    assert is_answer(ask(line)), text
