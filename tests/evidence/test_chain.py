"""Does this report follow the one before?"""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from evidence import chain
from evidence.chain import Head, Link, Step

ANCHOR = "a" * 64


def sealed(count: int, epochs: int = 1) -> list[Step]:
    """A whole chain; each epoch after the first begins with its signed gap."""
    steps: list[Step] = []
    for epoch in range(1, epochs + 1):
        prev = ANCHOR
        for seq in range(1, count + 1):
            kind = "gap" if epoch > 1 and seq == 1 else "full"
            sha = f"{epoch:032x}{seq:032x}"
            steps.append(Step(epoch, seq, prev, sha, kind))
            prev = sha
    return steps


def holds(steps: Sequence[Step]) -> bool:
    """Is every step accepted, one after the other?"""
    head = chain.start(ANCHOR)
    for step in steps:
        if chain.link(head, step, ANCHOR, None) is not Link.ACCEPT:
            return False
        head = step.head
    return True


HEAD = Head(1, 2, "c" * 64)
NEXT = Step(1, 3, HEAD.sha, "d" * 64, "full")
NEW_EPOCH = Step(2, 1, ANCHOR, "e" * 64, "gap")


@pytest.mark.parametrize(
    ("step", "stored", "link"),
    [
        (NEXT, None, Link.ACCEPT),
        (replace(NEXT, prev="f" * 64), None, Link.FORK),
        (replace(NEXT, seq=4), None, Link.GAP),
        (replace(NEXT, seq=2), "d" * 64, Link.DUPLICATE),
        (replace(NEXT, seq=2), "f" * 64, Link.FORK),
        (replace(NEXT, seq=2), None, Link.FORK),
        (NEW_EPOCH, None, Link.ACCEPT),
        (replace(NEW_EPOCH, kind="full"), None, Link.GAP),
        (replace(NEW_EPOCH, prev=HEAD.sha), None, Link.GAP),
        (replace(NEW_EPOCH, seq=2), None, Link.GAP),
        (replace(NEW_EPOCH, epoch=3), None, Link.GAP),
    ],
)
def test_the_link_rule(step: Step, stored: str | None, link: Link) -> None:
    assert chain.link(HEAD, step, ANCHOR, stored) is link


def test_an_older_epoch_is_known_or_a_fork() -> None:
    later = Head(2, 1, "9" * 64)

    assert chain.link(later, replace(NEXT, seq=40), ANCHOR, "d" * 64) is Link.DUPLICATE
    assert chain.link(later, replace(NEXT, seq=40), ANCHOR, None) is Link.FORK


def test_the_first_report_hangs_on_the_enrolment() -> None:
    head = chain.start(ANCHOR)
    first = Step(1, 1, ANCHOR, "b" * 64, "full")

    assert head.expected == (1, 1)
    assert chain.link(head, first, ANCHOR, None) is Link.ACCEPT
    assert chain.link(head, replace(first, prev="f" * 64), ANCHOR, None) is Link.FORK


@given(st.integers(1, 8), st.integers(1, 3))
def test_a_whole_chain_holds(count: int, epochs: int) -> None:
    assert holds(sealed(count, epochs))


@pytest.mark.threat("dropped-report")
@given(st.data(), st.integers(2, 8), st.integers(1, 3))
def test_any_loss_repeat_swap_or_edit_is_found(
    data: st.DataObject, count: int, epochs: int
) -> None:
    steps = sealed(count, epochs)
    at = data.draw(st.integers(0, len(steps) - 1))
    other = data.draw(st.integers(0, len(steps) - 1))
    harm = data.draw(st.sampled_from(["lose", "repeat", "swap", "edit"]))
    match harm:
        case "lose":
            # What comes after the last report of an epoch does not lean on it: the log does that.
            assume(at + 1 < len(steps) and steps[at + 1].epoch == steps[at].epoch)
            del steps[at]
        case "repeat":
            steps.insert(other, steps[at])
        case "swap":
            assume(at != other)
            steps[at], steps[other] = steps[other], steps[at]
        case "edit":
            assume(at + 1 < len(steps) and steps[at + 1].epoch == steps[at].epoch)
            steps[at] = replace(steps[at], sha="f" * 64)

    assert not holds(steps)
