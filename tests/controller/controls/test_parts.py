"""A control is as good as its worst part; unknown is no pass, and each way that it names counts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from controller.controls.catalogue import catalogue
from controller.controls.checks import CHECKS
from controller.controls.parts import WORST_FIRST, Judged, Part, shown

CONTROLS = {one.id: one for one in catalogue().controls}
numbers = st.integers(0, 4)
states = st.sampled_from(WORST_FIRST)


def test_the_release_names_93_controls_and_ten_figures() -> None:
    assert (len(catalogue().controls), len(catalogue().metrics)) == (93, 10)
    assert len(catalogue().sha256) == 64


@given(st.lists(states, min_size=1, max_size=4))
def test_no_control_is_better_than_any_of_its_parts(said: list[str]) -> None:
    control = CONTROLS["ENC-01"]

    row = shown(control, [Part("rule", str(n), state, "") for n, state in enumerate(said)])

    assert row.state == min(said, key=WORST_FIRST.index)
    assert row.worst == row.parts[0]


@pytest.mark.parametrize(
    ("name", "kinds"),
    [("ENC-01", ["rule"]), ("GOV-01", ["statement"]), ("BAA-01", ["check", "rule", "statement"])],
)
def test_a_way_that_nobody_serves_is_unknown(name: str, kinds: list[str]) -> None:
    row = shown(CONTROLS[name], [])

    assert sorted(part.kind for part in row.parts) == kinds
    assert row.state == "unknown"


def test_what_is_not_covered_has_no_state_and_says_why() -> None:
    row = shown(CONTROLS["PRV-01"], [])

    assert (row.state, row.worst) == ("", None)
    assert "Privacy Rule" in row.control.not_covered


@given(st.builds(Judged, *[numbers] * 7))
def test_a_rule_is_a_pass_only_where_every_machine_proves_it(judged: Judged) -> None:
    assert (judged.state == "pass") == (0 < judged.proven == judged.applies)


def test_a_rule_that_no_machine_judged_is_unknown() -> None:
    assert (Judged().state, Judged().words) == ("unknown", "no machine has judged it")


def test_every_check_is_of_a_control_that_asks_for_one() -> None:
    assert [name for name in CHECKS if "C" not in CONTROLS[name].mode] == []


def test_no_number_of_a_benchmark_or_policy_stands_beside_the_law() -> None:
    lock = CONTROLS["ACC-09"]

    assert lock.in_force == []
    assert lock.benchmark == ["after at most: 15m (CIS, DISA STIG: 900 s)"]
    assert len(lock.policy) == 2
