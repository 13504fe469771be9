"""Open evaluation is CEL without its checker: mistakes are met at run time, and may be absorbed."""

import pytest

TRUE, FALSE = {"bool": True}, {"bool": False}
UNKNOWN = {"unknown": "timeout"}
NOW = "2026-11-22T10:00:00Z"


def whole(*numbers: int) -> dict:
    return {"list": [{"int": str(number)} for number in numbers]}


def half(*numbers: int) -> dict:
    return {**whole(*numbers), "missing": "timeout"}


VOLUME = {"record": {"name": {"string": "C:"}, "cipher": {"null": None}, "size": {"int": "7"}}}
PORTS = {"map": [[{"string": "dicom"}, {"int": "104"}], [{"int": "1"}, {"string": "one"}]]}


# --- mistakes and what absorbs them -------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("nobody", "DL810"),
        ("nobody || true", TRUE),
        ("true || nobody", TRUE),
        ("nobody && false", FALSE),
        ("f(1)", "DL810"),
        ("f(1 / 0) || true", TRUE),
        ("x.while() || true", TRUE),
        ("1 && false", FALSE),
        ("1 && true", "DL801"),
        ("'a' || 'b'", "DL801"),
        ("!1", "DL801"),
        ("-true", "DL801"),
        ("1 ? true : false", "DL801"),
        ("true ? 1 : 1 / 0", {"int": "1"}),
        ("1 + 'a'", "DL801"),
        ("1 / 0", "DL802"),
        ("1 % 0", "DL802"),
        ("-9223372036854775808 / -1", "DL803"),
        ("-9223372036854775808 % -1", "DL803"),
        ("9223372036854775807 + 1", "DL803"),
        ("[1][4611686018427387904]", "DL804"),
        ("int('x')", "DL805"),
        ("[1, 0].map(x, 1 / x)", "DL802"),
        ("[0, 1].exists(x, 1 / x > 0)", TRUE),
        ("[1, 0].exists_one(x, 1 / x > 0)", "DL802"),
        ("[2, 0].filter(x, 1 / x > 0)", "DL802"),
    ],
)
def test_an_error_decides_nothing_and_is_absorbed_by_what_does(ask, text, said) -> None:
    assert ask(text) == said


# --- kinds --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("true == 1", FALSE),
        ("[true] == [1]", FALSE),
        ("1 in [true]", FALSE),
        ("true in [1, true]", TRUE),
        ("1 == 1.0", TRUE),
        ("[1] == [1.0]", TRUE),
        ("1.0 in [3, 2, 1]", TRUE),
        ("1.0 in [3, 'a', 1]", TRUE),
        ("9223372036854775807 < 9223372036854775808.0", FALSE),
        ("9223372036854775807 == 9223372036854775808.0", TRUE),
        ("0.0 / 0.0 == 0.0 / 0.0", FALSE),
        ("0.0 / 0.0 in [0.0 / 0.0]", FALSE),
        ("'1' == 1", FALSE),
        ("null == false", FALSE),
        ("[1, 'a'] == [1, 2]", FALSE),
        ("[1, [2, {'a': 3}]] == [1, [2, {'a': 3.0}]]", TRUE),
        ("{'a': 1} != {'b': 1}", TRUE),
        ("{true: 1} == {1: 1}", FALSE),
        ("false < true", TRUE),
        ("null < null", "DL801"),
        ("[1] < [2]", "DL801"),
        ("'a' < 1", "DL801"),
        ("[1, 'a'] + [null]", {"list": [{"int": "1"}, {"string": "a"}, {"null": None}]}),
        ("[1, 1.0, true, 1, 'a', 'a'].distinct().size()", {"int": "3"}),
        ("[[1], [1.0], [2]].distinct()", {"list": [whole(1), whole(2)]}),
        ("[2, 1, 2].distinct()", whole(2, 1)),
        ("!true in [false]", TRUE),
        ("dyn(1) + dyn(2)", {"int": "3"}),
    ],
)
def test_kinds_are_compared_before_values(ask, text, said) -> None:
    assert ask(text) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("m.dicom", {"int": "104"}),
        ("m['dicom']", {"int": "104"}),
        ("m[1]", {"string": "one"}),
        ("m[1.0]", {"string": "one"}),
        ("m[1.5]", "DL804"),
        ("m[null]", "DL801"),
        ("m.https", "DL804"),
        ("has(m.https)", FALSE),
        ("has(m.dicom)", TRUE),
        ("'https' in m", FALSE),
        ("1.0 in m", TRUE),
        ("[] in m", "DL801"),
        ("m.size()", {"int": "2"}),
        ("m.map(k, k)", {"list": [{"string": "dicom"}, {"int": "1"}]}),
        ("m.exists(k, k == 1)", TRUE),
        ("m.dicom.port", "DL801"),
        ("has(m.dicom.port)", "DL801"),
        ("{1.0: 2}", "DL801"),
        ("{null: 2}", "DL801"),
        ("{'a': 1, 'a': 2}", "DL801"),
        ("{'a': 1 / 0}", "DL802"),
        ("{1: 2, true: 3}[true]", {"int": "3"}),
        ("[7, 8][0.0]", {"int": "7"}),
        ("[7, 8][0.1]", "DL804"),
        ("[7, 8][-1]", "DL804"),
        ("[1, 2, 3].map(x, x > 1, x * 2)", whole(4, 6)),
        ("7.exists(x, x)", "DL801"),
    ],
)
def test_maps_are_asked_by_key(ask, text, said) -> None:
    assert ask(text, m=PORTS) == said


# --- unknown ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("v.name == 'C:'", TRUE),
        ("v.protection", "unknown: v.protection not_collected"),
        ("has(v.protection)", "unknown: v.protection not_collected"),
        ("has(v.name)", TRUE),
        ("has(v.cipher)", FALSE),
        ("v.protection == 'x' && false", FALSE),
        ("v == v", TRUE),
        ("v == 1", FALSE),
        ("v['name']", "DL801"),
        ("u == 1", "unknown: u timeout"),
        ("u != u", "unknown: u timeout"),
        ("u && 1 / 0 > 0", "unknown: u timeout"),
        ("1 / 0 > 0 || u", "unknown: u timeout"),
        ("u + 1 / 0", "DL802"),
        ("[u, 1 / 0]", "DL802"),
        ("!u", "unknown: u timeout"),
        ("u ? 1 : 2", "unknown: u timeout"),
        ("u in [1]", "unknown: u timeout"),
        ("1 in [u]", "unknown: u timeout"),
        ("[1, 2].map(x, x + u)", "unknown: u timeout"),
        ("{'a': u}", "unknown: u timeout"),
        ("u.name", "unknown: u timeout"),
        ("u.size()", "unknown: u timeout"),
        ("l.exists(x, x == 2)", TRUE),
        ("l == [1, 2, 3]", "unknown: l[0] timeout"),
        ("2 in l", TRUE),
        ("3 in l", "unknown: l[0] timeout"),
        ("l.distinct()", "unknown: l[0] timeout"),
        ("l.size()", {"int": "2"}),
        ("[l, [1]].distinct()", "unknown: l[0] timeout"),
        ("m == m", "unknown: m['dicom'] timeout"),
        ("l", {"list": [UNKNOWN, {"int": "2"}]}),
        ("m", {"map": [[{"string": "dicom"}, UNKNOWN]]}),
    ],
)
def test_what_was_not_read_is_unknown(ask, text, said) -> None:
    two = {"list": [UNKNOWN, {"int": "2"}]}
    ports = {"map": [[{"string": "dicom"}, UNKNOWN]]}
    assert ask(text, v=VOLUME, u=UNKNOWN, l=two, m=ports) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("h.all(x, x > 0)", "unknown: h timeout"),
        ("h.all(x, x > 1)", FALSE),
        ("h.exists(x, x > 1)", TRUE),
        ("h.exists(x, x > 2)", "unknown: h timeout"),
        ("1 in h", TRUE),
        ("3 in h", "unknown: h timeout"),
        ("'a' in h", "unknown: h timeout"),
        ("h.filter(x, x > 1)", half(2)),
        ("h.map(x, x * 2)", half(2, 4)),
        ("h.distinct()", half(1, 2)),
        ("h + [3]", half(1, 2, 3)),
        ("h.size()", "unknown: h timeout"),
        ("h[0]", "unknown: h timeout"),
        ("h[0.0]", "unknown: h timeout"),
        ("h == h", "unknown: h timeout"),
        ("h.exists_one(x, x == 1)", "unknown: h timeout"),
    ],
)
def test_half_a_list_proves_less_than_a_whole_one(ask, text, said) -> None:
    assert ask(text, h=half(1, 2)) == said


# --- names --------------------------------------------------------------------------------------


def test_the_longest_dotted_name_that_is_bound_wins(ask) -> None:
    inner = {"map": [[{"string": "c"}, {"int": "2"}]]}
    assert ask("a.b.c", **{"a.b.c": {"int": "1"}, "a.b": inner}) == {"int": "1"}
    assert ask("a.b.c", **{"a.b": inner, "a": {"int": "3"}}) == {"int": "2"}
    assert ask("a.b.c", a={"int": "3"}) == "DL801"
    assert ask("has(a.b.c)", **{"a.b": inner}) == TRUE


def test_the_variable_of_a_loop_hides_a_dotted_name(ask) -> None:
    bound = {"y.z": {"int": "42"}, "y": {"int": "7"}}
    assert ask("[{'z': 0}].exists(y, y.z == 0)", **bound) == TRUE
    assert ask("[1].map(y, y)[0] + y", **bound) == {"int": "8"}


def test_constants_are_never_bound_over(ask) -> None:
    assert ask("true", true={"bool": False}) == TRUE


# --- times --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("d == duration('900s')", TRUE),
        ("d == 900000000000", FALSE),
        ("d + d", {"duration": "1800s"}),
        ("d * 2", "DL801"),
        ("d <= '15m'", "DL801"),
        ("t - d", {"timestamp": "2026-11-22T08:45:00Z"}),
        ("d + t > t", TRUE),
        ("t - t == duration('0')", TRUE),
        ("age(t)", {"duration": "3600s"}),
        ("now - t", {"duration": "3600s"}),
        ("string(d)", {"string": "900s"}),
        ("string(t)", {"string": "2026-11-22T09:00:00Z"}),
        ("int(t) == 1795338000", TRUE),
        ("timestamp(1795338000) == t", TRUE),
        ("duration('-1.5h') == duration('-90m')", TRUE),
        ("duration('1.5')", "DL805"),
        ("v < version('1.10')", TRUE),
        ("v == '1.9'", FALSE),
        ("e == 'protected'", TRUE),
        ("e in ['protected']", TRUE),
        ("e + '!'", {"string": "protected!"}),
        ("[t, d, v, e, 7].distinct().size()", {"int": "5"}),
        (
            "timestamp('9999-12-31T23:59:59Z') - timestamp('0001-01-01T00:00:00Z')",
            "DL803",
        ),
    ],
)
def test_times_versions_and_words_know_their_kind(ask, text, said) -> None:
    bound = {
        "d": {"duration": "900s"},
        "t": {"timestamp": "2026-11-22T09:00:00Z"},
        "v": {"version": "1.9"},
        "e": {"enum": "protected"},
    }
    assert ask(text, now=NOW, **bound) == said


def test_without_an_instant_nothing_asks_for_the_time(ask) -> None:
    at = {"timestamp": NOW}
    assert (ask("age(t)", t=at), ask("now", t=at)) == ("DL810", "DL810")
    assert ask("age(t)", typed=True, t=at) == "DL810"


def test_a_name_that_is_bound_comes_before_the_instant(send) -> None:
    line = {"expr": "now", "now": NOW, "bindings": {"now": {"int": "1"}}}
    assert send(line) == {"value": {"int": "1"}}


# --- functions ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("'résumé'.size()", {"int": "6"}),
        ("size('🐱')", {"int": "1"}),
        ("'abc'.matches('^a.c$')", TRUE),
        ("'abc'.matches('(?i)ABC')", "DL207"),
        ("'abc'.matches(p)", FALSE),
        ("'C:/x'.glob('C:*')", TRUE),
        ("'abc'.startsWith(1)", "DL801"),
        ("startsWith('abc', 'a')", "DL810"),
        ("'abc'.size(1)", "DL810"),
        ("size()", "DL810"),
        ("size(1)", "DL801"),
        ("[1].all(x)", "DL810"),
        ("bool('TrUe')", "DL805"),
        ("string(-4.5e-3)", {"string": "-0.0045"}),
        ("int(9223372036854775807.0)", "DL803"),
        ("int('0000000000000000000000007')", {"int": "7"}),
    ],
)
def test_functions_are_those_of_rules(ask, text, said) -> None:
    assert ask(text, p={"string": "x+"}) == said


@pytest.mark.parametrize(
    "text",
    ["type(1)", "uint(1)", "1u", "b'a'", "bytes('a')", "optional.none()", "t.getFullYear()", "T{}"],
)
def test_what_cel_has_beyond_the_profile_is_told_as_unsupported(send, text) -> None:
    assert send({"expr": f"({text}) || true"})["error"]["class"] == "unsupported"


@pytest.mark.parametrize("text", ["has(x)", "has(x[0])", "[1].all(x.y, true)", "[1].map(1, 2)"])
def test_a_macro_that_is_misused_is_no_expression(send, text) -> None:
    error = send({"expr": text})["error"]
    assert (error["class"], error["id"]) == ("parse", "DL311")
