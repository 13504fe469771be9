"""What was told is heard, in one go, by whoever asks; what is gone is not taken for nothing."""

from threading import Thread
from uuid import uuid4

from controller.ledger.bus import Bus, Change

ORG = uuid4()


def changes(n: int) -> list[Change]:
    return [Change(ORG, uuid4()) for _ in range(n)]


def test_who_asks_hears_what_was_told_since() -> None:
    bus = Bus()
    bus.tell(changes(3))
    here, _ = bus.since(0)
    told = changes(2)
    bus.tell(told)

    after, heard = bus.since(here)

    assert (after, heard) == (5, frozenset(told))
    assert bus.since(after) == (5, frozenset())


def test_who_is_further_behind_than_the_journal_reaches_is_told_so() -> None:
    bus = Bus(kept=4)
    bus.tell(changes(5))

    assert bus.since(0) == (5, None)
    assert bus.since(1)[1] is not None


def test_a_newcomer_hears_the_last_moments_too() -> None:
    bus = Bus()
    bus.tell(changes(2))

    assert bus.back(60) == 0
    assert bus.back(-1) == 2


def test_nothing_is_lost_between_two_threads() -> None:
    bus = Bus()
    telling = [Thread(target=lambda: [bus.tell(changes(1)) for _ in range(200)]) for _ in range(4)]
    for one in telling:
        one.start()
    for one in telling:
        one.join()

    told, heard = bus.since(0)

    assert (told, heard and len(heard)) == (800, 800)
