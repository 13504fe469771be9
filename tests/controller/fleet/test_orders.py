"""Directives: one of each word, not too often, and until it is done."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from controller.fleet import orders
from evidence.bodies import LocalEvent
from evidence.words import Directive

MORNING = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
WORDS: tuple[Directive, ...] = ("send_full", "send_facts", "rescan", "rotate_keys")


def order(number: int) -> UUID:
    return UUID(int=number, version=4)


def done(do: str) -> LocalEvent:
    return LocalEvent(event="directive", code=do, ref=None, n=0)  # type: ignore[arg-type]


def test_a_directive_comes_again_under_its_id_until_it_is_done() -> None:
    held = orders.ask((), "rotate_keys", order(1))
    held, first = orders.give(held, MORNING)
    held, early = orders.give(held, MORNING + timedelta(minutes=4))
    held, second = orders.give(held, MORNING + timedelta(minutes=5))
    held = orders.seen(held, done("rotate_keys"))
    _, after = orders.give(held, MORNING + timedelta(hours=1))

    assert [one.id for one in (*first, *second)] == [str(order(1))] * 2
    assert (list(early), list(after)) == ([], [])


def test_a_word_that_waits_is_not_asked_twice() -> None:
    held = orders.ask(orders.ask((), "rescan", order(1)), "rescan", order(2))
    assert [one.id for one in held] == [str(order(1))]


def test_done_and_asked_anew_still_waits_its_time() -> None:
    held, _ = orders.give(orders.ask((), "rescan", order(1)), MORNING)
    held = orders.ask(orders.seen(held, done("rescan")), "rescan", order(2))
    held, soon = orders.give(held, MORNING + timedelta(hours=5, minutes=59))
    _, later = orders.give(held, MORNING + timedelta(hours=6))

    assert list(soon) == []
    assert [one.id for one in later] == [str(order(2))]


@given(
    st.lists(
        st.tuples(
            st.sampled_from(("ask", "done", "give")), st.sampled_from(WORDS), st.integers(0, 400)
        )
    )
)
def test_no_word_is_given_more_often_than_it_may(acts: list[tuple[str, Directive, int]]) -> None:
    held, at = orders.read(orders.NONE), MORNING
    last: dict[str, datetime] = {}
    for number, (act, do, minutes) in enumerate(acts):
        at += timedelta(minutes=minutes)
        if act == "ask":
            held = orders.ask(held, do, order(number))
        elif act == "done":
            held = orders.seen(held, done(do))
        else:
            held, given_now = orders.give(held, at)
            for one in given_now:
                gap = timedelta(hours=6) if one.do == "rescan" else timedelta(minutes=5)
                assert one.do not in last or at - last[one.do] >= gap
                last[one.do] = at
        held = orders.read(orders.write(held))
        assert len({one.do for one in held}) == len(held)
