"""Open evaluation says what another engine says, of expressions that nobody chose."""

import pytest

pytest.importorskip("cel_expr_python")

from benchmarks import oracle

SEED, COUNT = 20_261_122, 3_000


def test_google_s_engine_sees_every_expression_as_we_do() -> None:
    assert list(oracle.differences(COUNT, SEED)) == []


def test_the_expressions_are_of_every_answer() -> None:
    given = [oracle.example(seed) for seed in range(400)]
    assert {oracle.ours(*one) for one in given} == {"true", "false", "error", "value"}


@pytest.mark.parametrize(
    ("text", "answer"),
    [("1 < 2", "true"), ("1 > 2", "false"), ("1 / 0 == 1", "error"), ("nobody", "error")],
)
def test_an_error_is_no_truth_to_either(text, answer) -> None:
    assert (oracle.ours(text, {}), oracle.google()(text, {})) == (answer, answer)


@pytest.mark.parametrize(
    ("text", "is_explained"),
    [
        ("m.map(k, k)[0] == 'b'", True),
        ("m.map(k, k)[0] == 'c'", False),
        ("[1, 2].map(x, x)[0] == 2", False),
    ],
)
def test_another_order_of_keys_is_no_difference_but_of_a_list_it_is(text, is_explained) -> None:
    given = {"m": {"a": 1, "b": 2}}
    assert oracle.ours(text, given) == "false"
    assert oracle.is_of_order(text, given, "true") is is_explained
