"""Lines of the service become entries of the event log, and no fault floods it."""

import io

import pytest

from agent.service.journal import MOST, Entries, pour


class Log:
    """What a log was told; its clock is set by hand."""

    def __init__(self) -> None:
        self.now = 0.0
        self.informed: list[str] = []
        self.warned: list[str] = []
        self.entries = Entries(self.informed.append, self.warned.append, lambda: self.now)


@pytest.fixture
def log() -> Log:
    return Log()


def test_the_guards_work_is_information_and_all_else_a_warning(log):
    pour(io.StringIO("guard: the guard has started\n\nno room left\n"), log.entries)

    assert log.informed == ["guard: the guard has started"]
    assert log.warned == ["no room left"]


def test_a_flood_is_cut_and_counted(log):
    for number in range(MOST + 7):
        log.entries.take(f"guard: {number}\n")
    assert len(log.informed) == MOST

    log.now = 3600.0
    log.entries.take("guard: again\n")

    assert log.informed[-1] == "guard: again"
    assert log.warned == ["7 more lines were said within an hour, and are not kept"]
