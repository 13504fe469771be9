"""A sweep that is held gives way to new files, and forgets nothing by it."""

import os

import pytest

from agent.errands.sweeper import Sweeper, Task
from agent.imaging.courtesy import Moment
from agent.imaging.findings import FileId
from tests.agent.imaging.samples.practice import Practice
from tests.agent.imaging.samples.raster import JPEG


class Clock:
    """Each look at it is a second later: a slice ends after two files."""

    def __init__(self) -> None:
        self.now, self.slept = 0.0, []

    def __call__(self) -> float:
        self.now += 1.0
        return self.now


@pytest.fixture
def practice(tmp_path):
    practice = Practice(tmp_path / "home", tmp_path / "images")
    yield practice
    practice.ledger.close()


@pytest.fixture
def sweeper(practice):
    clock = Clock()
    return Sweeper(practice.examiner(), Moment, clock, clock.slept.append)


def known(practice, path):
    return practice.ledger.known(FileId.of(os.lstat(path))) is not None


def to_its_end(sweeper, task):
    slices = 1
    while not (done := sweeper.sweep(task)).is_done:
        task, slices = Task(task.root, task.top, 99.0, goes_on=True), slices + 1
    return done, slices


def test_a_long_sweep_comes_in_slices_to_its_end(practice, sweeper) -> None:
    files = [practice.put(f"{number}.jpg") for number in range(20)]
    done, slices = to_its_end(sweeper, Task(practice.root, None, 5.0))

    assert done.changed
    assert slices > 5
    assert all(known(practice, path) for path in files)
    assert practice.ledger.sweeps.last("images").began_at == 5.0


def test_a_file_that_came_into_a_folder_already_passed_is_not_forgotten(practice, sweeper) -> None:
    for number in range(20):
        practice.put(f"{number}.jpg")
    first = sweeper.sweep(Task(practice.root, None, 5.0))
    new = practice.put("new.jpg")
    sweeper.examiner.path(str(new))
    to_its_end(sweeper, Task(practice.root, None, 5.0, goes_on=True))

    assert not first.is_done
    assert known(practice, new)


def test_a_file_that_moved_from_before_us_to_behind_us_is_not_forgotten(practice, sweeper) -> None:
    for number in range(20):
        practice.put(f"{number}.jpg")
    to_its_end(sweeper, Task(practice.root, None, 1.0))
    sweeper.sweep(Task(practice.root, None, 5.0))
    (practice.images / "passed").mkdir()
    for path in practice.images.glob("*.jpg"):
        path.rename(practice.images / "passed" / path.name)
    to_its_end(sweeper, Task(practice.root, str(practice.images / "passed"), 5.0))
    to_its_end(sweeper, Task(practice.root, None, 5.0, goes_on=True))

    assert all(known(practice, path) for path in (practice.images / "passed").iterdir())


def test_a_new_sweep_begins_at_the_beginning(practice, sweeper) -> None:
    for number in range(20):
        practice.put(f"{number}.jpg")
    sweeper.sweep(Task(practice.root, None, 5.0))
    to_its_end(sweeper, Task(practice.root, None, 7.0))

    assert practice.ledger.sweeps.last("images").began_at == 7.0


def test_what_goes_away_in_the_middle_of_a_sweep_covers_nothing(practice, sweeper) -> None:
    for number in range(20):
        practice.put(f"{number}.jpg")
    sweeper.sweep(Task(practice.root, None, 5.0))
    sweeper.look = lambda: Moment(busy=0.9)
    given_way = sweeper.sweep(Task(practice.root, None, 5.0, goes_on=True))

    assert given_way.waits_for == "busy"
    assert practice.ledger.sweeps.last("images") is None
    sweeper.look = Moment
    to_its_end(sweeper, Task(practice.root, None, 8.0, goes_on=True))
    assert practice.ledger.sweeps.last("images").began_at == 8.0


def test_a_folder_that_events_ask_for_waits_for_nobody(practice, sweeper) -> None:
    practice.put("lee/a.jpg")
    sweeper.look = lambda: Moment(is_capturing=True)

    done, _ = to_its_end(sweeper, Task(practice.root, str(practice.images / "lee"), 5.0))
    assert done.changed


def test_opens_keep_the_pace(practice) -> None:
    slept = []
    sweeper = Sweeper(practice.examiner(), lambda: Moment(busy=1.0), lambda: 0.0, slept.append)
    for number in range(5):
        practice.put(f"{number}.jpg", JPEG + bytes([number]))
    sweeper.sweep(Task(practice.root, None, 5.0, waited_s=1e6))

    assert [round(wait, 2) for wait in slept] == [0.05, 0.1, 0.15, 0.2]
