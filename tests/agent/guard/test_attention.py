"""What is said of a root is never newer than what was heard of it."""

import time

import pytest

from agent.guard.attention import Attention
from agent.guard.watch import Missed, Rest, Touched
from agent.settings import RootSetting


class Told:
    """A watcher that tells what a test puts into it, over a root that is whole."""

    def __init__(self) -> None:
        self.next = []

    def watch(self, roots, network):
        return []

    def read(self):
        told, self.next = self.next, []
        return told

    def whole_since(self, label):
        return 1.0


@pytest.fixture
def watcher():
    return Told()


@pytest.fixture
def attention(watcher, tmp_path):
    made = Attention(watcher, ["/bin/true"])
    root = RootSetting(label="sidexis", path=tmp_path, role="store")
    made.take([root], (), 1000.0)
    made.see(1000.0)
    return made


@pytest.mark.parametrize("kind", [Touched, Missed])
def test_what_waits_has_waited_since_we_last_listened(kind, attention, watcher, tmp_path) -> None:
    """A file in a new folder is heard of when the folder is listed, some time after its birth."""
    more = (Rest.OPEN,) if kind is Touched else ()
    watcher.next = [kind("sidexis", str(tmp_path / "lee" / "a.dcm"), *more)]
    attention.see(1009.0)

    pending = attention.standing(1009.0)["sidexis"]["oldest_pending"]
    assert pending == pytest.approx(time.time() - 9.0, abs=2.0)


def test_what_is_told_later_makes_nothing_younger(attention, watcher, tmp_path) -> None:
    one = Touched("sidexis", str(tmp_path / "a.dcm"), Rest.CLOSED)
    for now in (1005.0, 1010.0, 1012.0):
        watcher.next = [one]
        attention.see(now)

    pending = attention.standing(1012.0)["sidexis"]["oldest_pending"]
    assert pending == pytest.approx(time.time() - 12.0, abs=2.0)
