"""Errands go when they are due, wishes become one patrol, and who fails waits longer."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.guard.schedule import CourierHours, PatrolHours, VisitHours, Wish, until_slot

AGENT = "5b1c4f0e-0000-4000-8000-000000000001"
IMAGING = Wish(frozenset({"imaging"}))


@given(st.uuids(), st.floats(0, 1e10), st.floats(300, 86400))
def test_the_next_turn_is_within_one_period(agent, wall, period):
    assert 0 < until_slot(str(agent), period, wall) <= period


def test_a_machine_keeps_its_minute_of_the_hour():
    first = until_slot(AGENT, 3600.0, 1_000_000.0)

    assert until_slot(AGENT, 3600.0, 1_000_000.0 + first + 7200) == pytest.approx(3600.0)


def test_two_wishes_become_one_patrol_of_both():
    hours = PatrolHours(3600.0, due_at=math.inf)
    hours.want(IMAGING)
    hours.want(Wish(frozenset({"volumes"})))

    assert hours.started(0.0) == Wish(frozenset({"imaging", "volumes"}))


def test_a_patrol_of_everything_takes_the_others_with_it():
    hours = PatrolHours(3600.0, due_at=math.inf)
    hours.want(IMAGING)
    hours.want(Wish(cause="start"))

    assert hours.started(0.0) == Wish(cause="start")


def test_a_patrol_of_one_fact_does_not_move_the_hour():
    hours = PatrolHours(3600.0, due_at=500.0)
    hours.want(IMAGING)
    wish = hours.started(0.0)
    hours.succeeded(wish, 1.0, 3600.0)

    assert hours.next_at() == 500.0


def test_patrols_that_are_wanted_keep_a_gap():
    hours = PatrolHours(3600.0, due_at=math.inf)
    hours.want(IMAGING)
    hours.started(0.0)
    hours.want(IMAGING)

    assert hours.next_at() == 4.0


def test_a_failed_patrol_is_tried_again_later_each_time():
    hours = PatrolHours(3600.0)
    now, pauses = 0.0, []
    for _ in range(12):
        wish = hours.started(now)
        hours.failed(wish, now)
        pauses.append(hours.next_at() - now)
        now = hours.next_at()

    assert pauses[:3] == [5.0, 10.0, 20.0]
    assert pauses[-1] == 3600.0


def test_the_courier_stays_at_home_before_enrolment():
    hours = CourierHours(300.0)
    hours.patrolled(0.0, enrolled=False, waiting=0)

    assert hours.next_at() == math.inf


def test_the_courier_goes_at_once_when_something_waits():
    hours = CourierHours(300.0)
    hours.patrolled(7.0, enrolled=True, waiting=2)

    assert hours.next_at() == 7.0


def test_the_courier_comes_again_when_the_controller_says():
    hours = CourierHours(300.0)
    hours.patrolled(0.0, enrolled=True, waiting=1)
    hours.started()
    hours.succeeded(10.0, 60.0)

    assert hours.next_at() == 70.0


def test_what_was_sealed_while_the_courier_was_out_goes_soon():
    hours = CourierHours(300.0)
    hours.patrolled(0.0, enrolled=True, waiting=1)
    hours.started()
    hours.patrolled(5.0, enrolled=True, waiting=1)
    hours.succeeded(10.0, 300.0)

    assert hours.next_at() == 11.0


def test_a_courier_that_reached_nobody_waits_as_long_as_it_was_told():
    hours = CourierHours(300.0)
    hours.patrolled(0.0, enrolled=True, waiting=1)
    hours.started()
    hours.failed(10.0, 40.0)

    assert hours.next_at() == 50.0


def test_without_hosts_nobody_is_visited_until_a_port_is_met():
    hours = VisitHours()
    hours.decided(math.inf, 0.0)
    assert hours.next_at() == math.inf

    hours.want(10.0)
    assert hours.next_at() == 10.0


def test_hosts_are_visited_at_once_and_then_by_the_hour():
    hours = VisitHours()
    hours.decided(3600.0, 0.0)
    assert hours.next_at() == 0.0

    hours.started()
    assert hours.next_at() == math.inf
    hours.ended(30.0)
    assert hours.next_at() == 3630.0


def test_a_port_that_keeps_silent_starts_no_visit_after_another():
    hours = VisitHours()
    hours.want(0.0)
    hours.started()
    hours.ended(1.0)
    hours.want(2.0)

    assert hours.next_at() == 301.0


def test_a_visit_that_is_killed_is_tried_again_later_each_time():
    hours = VisitHours(3600.0, due_at=0.0)
    pauses = []
    for _ in range(12):
        hours.started()
        hours.failed(0.0)
        pauses.append(hours.next_at())

    assert pauses[0] == 300.0
    assert pauses == sorted(pauses)
    assert pauses[-1] == 3600.0
