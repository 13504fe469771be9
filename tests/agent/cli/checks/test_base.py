"""What never answers holds no doctor."""

import threading

import pytest

from agent.cli.checks.base import within


def test_an_answer_is_handed_on() -> None:
    assert within(lambda: 7) == 7


def test_an_error_is_handed_on() -> None:
    def denied() -> None:
        raise PermissionError(13, "Permission denied")

    with pytest.raises(PermissionError):
        within(denied)


def test_what_hangs_is_left_behind() -> None:
    share_is_back = threading.Event()
    with pytest.raises(TimeoutError, match=r"no answer within 0\.05 s"):
        within(share_is_back.wait, 0.05)
    share_is_back.set()
