"""Jobs are done when they are due, and one that fails takes nothing with it."""

import threading
from datetime import UTC, datetime, timedelta

import pytest

from controller.identity.home import ControllerHome
from controller.jobs.base import Job, Lane, Worker, working

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def home(tmp_path) -> ControllerHome:
    return ControllerHome(tmp_path)


def test_a_job_is_done_at_once_and_then_when_its_interval_has_passed(home) -> None:
    done: list[datetime] = []
    worker = Worker(home, [Job("tally", HOUR, Lane.INSIDE, lambda _home, now: done.append(now))])

    for minutes in (0, 30, 60, 61):
        worker.step(NOON + timedelta(minutes=minutes))

    assert done == [NOON, NOON + HOUR]


def test_a_clock_that_is_set_back_stops_no_job(home) -> None:
    done: list[datetime] = []
    worker = Worker(home, [Job("tally", HOUR, Lane.INSIDE, lambda _home, now: done.append(now))])
    worker.step(NOON)

    worker.step(NOON - timedelta(days=365))

    assert len(done) == 2


@pytest.mark.django_db
def test_a_job_that_fails_is_named_and_does_not_end_the_others(home, caplog) -> None:
    def broken(_home: ControllerHome, _now: datetime) -> None:
        raise RuntimeError("the disk is full")

    done: list[str] = []
    jobs = (
        Job("broken", HOUR, Lane.INSIDE, broken),
        Job("whole", HOUR, Lane.INSIDE, lambda _home, _now: done.append("whole")),
    )
    Worker(home, jobs).step(NOON)

    assert done == ["whole"]
    assert "job=broken" in caplog.text


@pytest.mark.django_db(transaction=True)
def test_lanes_do_not_wait_for_each_other(home) -> None:
    called, released = threading.Event(), threading.Event()
    jobs = (
        Job("calls", HOUR, Lane.OUTSIDE, lambda _home, _now: released.wait(10)),
        Job("asks", HOUR, Lane.INSIDE, lambda _home, _now: called.set()),
    )
    with working(home, jobs):
        assert called.wait(10)
        released.set()
