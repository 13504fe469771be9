"""Hosts without an agent that are not reached, or not known again."""

import pytest

from agent.cli.checks import afar
from agent.errands import results
from agent.errands.results import Results
from agent.errands.visited import Visited
from rules.facts.base import Why

PIN = "SHA256:" + "A" * 43


@pytest.fixture
def nas(seen):
    """The NAS of the practice, and what came of the last visit to it."""

    def visited(why: Why | None, *, pinned: bool = True) -> None:
        pins = f'pins = ["ssh-ed25519 {PIN}"]\n' if pinned else ""
        seen.home.settings.write_text(
            f'[[host]]\nname = "nas"\naddress = "nas.lan"\nuser = "dentinel"\n{pins}'
        )
        found = Results(visited=Visited(seen.now, why))
        results.save_to(seen.home.judged("nas"), found)

    return visited


def test_a_host_that_answered_is_well(nas, is_well, ask) -> None:
    nas(None)

    assert is_well(afar.hosts)
    assert ask(afar.hosts)


@pytest.mark.parametrize(
    ("why", "advice"),
    [(Why.UNREACHABLE, "is it on"), (Why.UNTRUSTED_HOST, "own console"), (Why.TIMEOUT, "hangs")],
)
def test_a_visit_in_vain_says_why(nas, fault, why: Why, advice: str) -> None:
    nas(why)

    assert f"in vain: {why}" in fault(afar.hosts).said
    assert advice in str(fault(afar.hosts).advice)


def test_a_host_without_a_pin_is_not_signed_in_to(nas, fault) -> None:
    nas(None, pinned=False)

    assert "dentinel facts --host ssh://dentinel@nas.lan" in str(fault(afar.hosts).advice)


def test_a_host_that_was_never_visited(nas, seen, fault) -> None:
    nas(None)
    seen.home.judged("nas").unlink()

    assert "has not been visited yet" in fault(afar.hosts).said
