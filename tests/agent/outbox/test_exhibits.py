"""Two histories of one log: noticed, said once, kept for ever, and filled in where they lack."""

import pytest

from agent.outbox import exhibits
from agent.outbox.exhibits import Exhibit
from agent.outbox.witness import Sent, holds
from evidence import merkle
from evidence.leaf import ReportLeaf
from evidence.messages import Inclusion
from tests.agent.controller import key
from tests.agent.outbox.test_drain import events
from tests.agent.outbox.test_witness import KEY, ORIGIN, VKEY, lines, signed
from tests.agent.practice import Practice


@pytest.fixture
def split(practice: Practice) -> Practice:
    """OP1, whose controller shows it another tree than the one that it knew."""
    practice.seal(3)
    practice.deliver()
    practice.seal(1)
    practice.controller.lines[1] = b"another history"
    practice.deliver()
    practice.patrol()
    return practice


@pytest.mark.threat("split-view")
def test_a_split_view_is_said_once_and_both_notes_are_kept(split: Practice) -> None:
    for _ in range(3):
        split.deliver()
        split.patrol()
    split.deliver()

    assert events(split).count("log_fork") == 1
    (kept,) = exhibits.load(split.home.exhibits)
    assert kept.old == split.identity.trust.checkpoint
    assert kept.turn == "log_fork"
    assert kept.new != kept.old


def test_after_a_doubt_all_that_is_kept_is_sent_again(split: Practice) -> None:
    assert set(split.states()) == {"waiting"}
    split.deliver()
    assert set(split.states()) == {"stored"}


def test_two_machines_that_compare_their_notes_hold_the_proof(practice: Practice) -> None:
    """Each tree is signed by the log; beside each other they convict it without any of ours."""
    one, other = signed(lines(5)), signed(lines(5, "rewritten"))
    pair = Exhibit(turn="log_fork", at=practice.now, old=one, new=other)
    exhibits.keep(practice.home.exhibits, [pair])

    assert exhibits.load(practice.home.exhibits) == (pair,)
    assert practice.home.exhibits.stat().st_mode & 0o777 == 0o600


def test_a_controller_that_lies_at_every_sync_fills_no_disk(practice: Practice) -> None:
    old = signed(lines(5))
    for count in range(2, 6):
        lie = Exhibit(turn="log_fork", at=practice.now, old=old, new=signed(lines(count, "lie")))
        exhibits.keep(practice.home.exhibits, exhibits.unknown(practice.home.exhibits, [lie]))

    assert len(exhibits.load(practice.home.exhibits)) == 1


def test_a_line_that_cannot_be_read_is_passed_over_and_stays(practice: Practice) -> None:
    practice.home.exhibits.write_bytes(b"rubbish\n")
    pair = Exhibit(turn="log_fork", at=practice.now, old=signed(lines(2)), new=signed(lines(1)))
    exhibits.keep(practice.home.exhibits, [pair])

    assert exhibits.load(practice.home.exhibits) == (pair,)
    assert practice.home.exhibits.read_bytes().startswith(b"rubbish\n")


OP1 = "0f9b1c0e-4f5a-4e7e-9f7e-0a3d6f1f2b11"
SENT = Sent(OP1, 1, 3, "ab" * 32)


def proven(practice: Practice, index: int = 3) -> tuple[Inclusion, str]:
    """OP1's report as the fourth of five lines, with its path."""
    line = ReportLeaf(at=practice.now, agent=OP1, epoch=1, seq=3, rk="full", env="ab" * 32)
    entries = lines(5)
    entries[3] = line.to_line()

    def node(level: int, at: int) -> bytes:
        if level == 0:
            return merkle.leaf_hash(entries[at])
        return merkle.node_hash(node(level - 1, 2 * at), node(level - 1, 2 * at + 1))

    path = tuple(h.hex() for h in merkle.prove_inclusion(index, 5, node))
    return Inclusion(leaf=index, path=path, line=entries[index].decode()), signed(entries)


def test_the_newest_report_is_found_in_the_log(practice: Practice) -> None:
    assert holds(*proven(practice), VKEY, SENT)


def test_the_line_of_another_report_proves_nothing(practice: Practice) -> None:
    inclusion, note = proven(practice)
    assert not holds(inclusion, note, VKEY, Sent(OP1, 1, 4, "ab" * 32))
    assert not holds(inclusion, note, VKEY, Sent(OP1, 1, 3, "cd" * 32))


def test_a_line_that_is_not_in_the_tree_proves_nothing(practice: Practice) -> None:
    inclusion, _ = proven(practice)
    assert not holds(inclusion, signed(lines(5), KEY, ORIGIN), VKEY, SENT)


def test_a_path_without_its_line_proves_nothing(practice: Practice) -> None:
    inclusion, note = proven(practice)
    assert not holds(Inclusion(leaf=3, path=inclusion.path), note, VKEY, SENT)


def test_a_checkpoint_by_a_key_that_nobody_announced_is_odd_and_no_fork(
    practice: Practice,
) -> None:
    """It contradicts nothing that this machine could show to anybody; but why is it there?"""
    practice.seal(2)
    practice.deliver()
    practice.patrol()
    before = practice.identity.trust.checkpoint
    practice.controller.log_key = key(77)
    practice.seal(1)
    practice.deliver()
    practice.patrol()
    practice.deliver()

    assert practice.identity.trust.checkpoint == before
    assert exhibits.load(practice.home.exhibits) == ()
    assert "answer_untrusted" in events(practice)
    assert "log_fork" not in events(practice)
