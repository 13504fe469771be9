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
