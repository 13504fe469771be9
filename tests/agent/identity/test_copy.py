"""A computer that is a copy notices it, stops speaking, and joins by itself."""

import shutil
from dataclasses import replace

import pytest

from agent.enrol import staging
from agent.errors import CloneReset
from agent.identity import copy, keyfile
from agent.identity.binding import Binding
from agent.identity.machine import Identity
from agent.paths import Home
from tests.agent.practice import OP1, Practice

HERE = OP1.binding
ELSEWHERE = Binding("board-2", "b08dfa6083e7567a", "disk-2")


def keys(home: Home) -> list[str]:
    """What is left of private keys in a home."""
    return sorted(path.name for path in home.identity.glob("*.key*"))


@pytest.fixture
def clone(practice: Practice) -> Practice:
    """OP2, whose disk is a copy of OP1's, before its agent has started."""
    practice.seal(2)
    home = Home(practice.home.root.with_name("op2"))
    shutil.copytree(practice.home.root, home.root)
    return replace(practice, home=home)


@pytest.mark.threat("cloned-machine")
def test_a_copy_destroys_its_keys_and_says_what_to_do(clone: Practice) -> None:
    keyfile.next_of(clone.home.report_key).write_bytes(clone.home.report_key.read_bytes())

    assert copy.check(clone.home, clone.identity.anchor, ELSEWHERE)
    assert keys(clone.home) == []
    with pytest.raises(CloneReset, match="copy of one that had joined") as caught:
        Identity.load(clone.home)
    assert "dentinel enroll JOIN" in caught.value.advice


def test_the_computer_that_was_copied_goes_on(practice: Practice, clone: Practice) -> None:
    copy.check(clone.home, clone.identity.anchor, ELSEWHERE)

    assert not copy.check(practice.home, practice.identity.anchor, HERE)
    practice.seal(1)
    practice.deliver()
    assert practice.states() == ["stored"] * 3


def test_a_copy_joins_as_a_machine_of_its_own(practice: Practice, clone: Practice) -> None:
    copy.check(clone.home, clone.identity.anchor, ELSEWHERE)
    joined = clone.join(about=replace(OP1, binding=ELSEWHERE))

    assert joined.agent != practice.identity.agent
    assert not copy.check(clone.home, clone.identity.anchor, ELSEWHERE)
    assert not clone.home.copied.exists()
    request = next(h for h in reversed(clone.door.heard) if h.path == "/v1/enroll")
    assert b'"replaces":null' in request.body
    clone.seal(1)
    clone.deliver()
    assert [r.header.seq for r in clone.machine.reports] == [1]


@pytest.mark.parametrize(
    "now",
    [
        replace(HERE, board="board-2"),
        replace(HERE, disk="disk-2"),
        Binding(),
        Binding(None, None, "disk-2"),
    ],
)
def test_a_repaired_or_silent_computer_is_no_copy(practice: Practice, now: Binding) -> None:
    assert not copy.check(practice.home, practice.identity.anchor, now)
    assert keys(practice.home) == ["courier.key", "report.key"]


def test_a_board_this_year_and_a_disk_the_next_are_no_copy(practice: Practice) -> None:
    new_board = replace(HERE, board="board-2")
    anchor = practice.identity.anchor

    assert not copy.check(practice.home, anchor, new_board)
    assert not copy.check(practice.home, anchor, replace(new_board, disk="disk-2"))
    assert not copy.check(practice.home, anchor, Binding())
    assert Binding.load(practice.home.binding) == replace(new_board, disk="disk-2")


def test_a_crash_in_the_middle_leaves_no_key_that_is_used(
    clone: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    anchor = clone.identity.anchor

    def power_cut(_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(keyfile, "destroy", power_cut)
    with pytest.raises(KeyboardInterrupt):
        copy.check(clone.home, anchor, ELSEWHERE)
    monkeypatch.undo()
    assert keys(clone.home)

    with pytest.raises(CloneReset):
        Identity.load(clone.home)
    assert keys(clone.home) == []


@pytest.mark.threat("cloned-machine")
def test_two_agents_with_one_home_end_in_one_and_a_copy_that_waits(
    practice: Practice, clone: Practice
) -> None:
    """The copy spoke before anybody looked; the fork makes it look, and nothing goes round."""
    clone.seal(1)
    clone.deliver()
    practice.seal(2)
    for _ in range(3):
        practice.now += 2 * (practice.deliver().next_in)
        practice.patrol()
    heard = len(clone.door.heard)

    def doubt() -> None:
        if copy.check(clone.home, clone.identity.anchor, ELSEWHERE):
            raise copy.told(clone.home)

    clone.now = practice.now
    clone.patrol()
    clone.deliver()
    with pytest.raises(CloneReset), clone.sealer(doubt=doubt):
        pass
    with pytest.raises(CloneReset):
        clone.deliver()

    assert len(clone.door.heard) - heard <= 4
    assert not staging.folder(clone.home).root.exists()
    practice.seal(1)
    practice.deliver()
    assert practice.states()[-1] == "stored"
