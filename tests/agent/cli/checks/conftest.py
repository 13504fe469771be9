"""OP1 as the doctor sees it, and what he says of one thing."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from agent.cli.checks.base import Check, Look, Seen
from agent.cli.checks.index import asked
from agent.host.local import LocalHost
from tests.agent.practice import Practice

Ask = Callable[..., list[tuple[str, str | None]]]


@pytest.fixture
def seen(practice: Practice) -> Seen:
    """OP1, which has joined."""
    practice.home.create()
    return Seen(home=practice.home, now=practice.now, host=LocalHost())


@pytest.fixture
def ask(seen: Seen) -> Ask:
    """All that one check says of OP1, or of OP1 with something else about it."""
    return lambda look, **changed: asked(look, replace(seen, **changed))


@pytest.fixture
def fault(ask: Ask) -> Callable[..., Check]:
    """The one fault that a check finds; its advice is never empty."""

    def only(look: Look, **changed: object) -> Check:
        (found,) = [told for told in ask(look, **changed) if told[1] is not None]
        assert found[1]
        return Check("it", *found)

    return only


@pytest.fixture
def is_well(ask: Ask) -> Callable[..., bool]:
    """Does a check find nothing, and say so?"""
    return lambda look, **changed: all(do is None for _, do in ask(look, **changed))
