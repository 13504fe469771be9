"""What the guard makes of the last line of an errand that somebody has taken over."""

from types import SimpleNamespace

import pytest

from agent.guard import rounds

ODD = (b"[" * 60_000, b'{"next_s": ' + b"9" * 5000 + b"}", b"\xff\xfe", b"", b"null", b"7")


@pytest.mark.parametrize("line", ODD)
def test_a_line_that_says_nothing_is_nothing_said(line: bytes) -> None:
    assert rounds._last_line(SimpleNamespace(out=bytearray(line))) == {}


@pytest.mark.parametrize(
    "next_s", [float("nan"), float("inf"), 10**400, -1, 86_401, "300", None, [300]]
)
def test_no_courier_sends_the_guard_to_sleep_for_ever(next_s: object) -> None:
    assert rounds._pause(next_s) is None


@pytest.mark.parametrize("next_s", [0, 0.5, 300, 86_400])
def test_a_pause_of_a_day_at_most_is_kept(next_s: float) -> None:
    assert rounds._pause(next_s) == next_s
