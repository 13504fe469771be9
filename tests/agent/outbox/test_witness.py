"""What a machine makes of the checkpoints that it is shown."""

import pytest

from agent.outbox.witness import Seen, compare
from evidence import checkpoint, merkle, note
from evidence.keys import SigningKey

ORIGIN = "dentinel/controller/log/1"
KEY = SigningKey.from_seed(b"L" * 32)
VKEY = str(note.Verifier(ORIGIN, KEY.public))


def lines(count: int, word: str = "report") -> list[bytes]:
    return [f"{word} {number}".encode() for number in range(count)]


def signed(entries: list[bytes], key: SigningKey = KEY, origin: str = ORIGIN) -> str:
    frontier = merkle.Frontier()
    for line in entries:
        frontier, _ = frontier.append(merkle.leaf_hash(line))
    return checkpoint.Checkpoint(origin, len(entries), frontier.root).sign(key)


def proof(old: int, entries: list[bytes]) -> tuple[str, ...]:
    def node(level: int, index: int) -> bytes:
        if level == 0:
            return merkle.leaf_hash(entries[index])
        return merkle.node_hash(node(level - 1, 2 * index), node(level - 1, 2 * index + 1))

    return tuple(h.hex() for h in merkle.prove_consistency(old, len(entries), node))


OLD = signed(lines(5))


def test_the_first_checkpoint_is_believed_on_the_log_s_key() -> None:
    assert compare(None, OLD, None, VKEY) == Seen(OLD)


def test_a_checkpoint_that_goes_on_from_the_known_one_takes_its_place() -> None:
    newer = signed(lines(9))
    assert compare(OLD, newer, proof(5, lines(9)), VKEY) == Seen(newer)


def test_without_a_proof_the_old_one_stays_and_nothing_is_wrong() -> None:
    assert compare(OLD, signed(lines(9)), None, VKEY) == Seen(OLD)


def test_a_log_that_stood_still_is_the_same() -> None:
    assert compare(OLD, OLD, None, VKEY) == Seen(OLD)


def test_no_checkpoint_changes_nothing() -> None:
    assert compare(OLD, None, None, VKEY) == Seen(OLD)


@pytest.mark.parametrize(
    "stranger",
    [
        signed(lines(9), SigningKey.from_seed(b"X" * 32)),
        "no note at all",
        signed(lines(9), origin="dentinel/controller/another/1"),
    ],
    ids=["another key", "no note", "another log"],
)
def test_what_the_log_did_not_sign_says_nothing(stranger: str) -> None:
    assert compare(OLD, stranger, proof(5, lines(9)), VKEY) == Seen(OLD)


def test_a_smaller_log_is_a_roll_back() -> None:
    assert compare(OLD, signed(lines(3)), None, VKEY) == Seen(OLD, "log_rollback")


def test_a_log_of_other_entries_is_a_fork() -> None:
    other = lines(9, "rewritten")
    assert compare(OLD, signed(other), proof(5, other), VKEY) == Seen(OLD, "log_fork")


def test_two_roots_of_one_size_are_a_fork() -> None:
    assert compare(OLD, signed(lines(5, "rewritten")), None, VKEY) == Seen(OLD, "log_fork")
