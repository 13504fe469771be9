"""How is a machine asked, in as few rounds as can be?

The first round fetches what every collector is known to need. The collectors then run on what has
come; what they ask besides goes out in one more, and in a third what that leads to. What is open
then is `timeout`: a round costs a second, and a machine that leads on for ever gets no fourth.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias, TypeVar

from agent.host.base import Host
from agent.host.recording import Call
from agent.host.ssh.needs import NEEDS, RUNS
from agent.host.ssh.script import script
from agent.host.ssh.sections import parse
from agent.host.ssh.snapshot import Snapshot
from rules.facts.base import Why

T = TypeVar("T")

MOST_ROUNDS = 3


@dataclass(frozen=True, slots=True)
class Heard:
    """What a script wrote; `why` it did not come to its end, where the line itself knows."""

    out: bytes
    why: Why | None = None


Ask: TypeAlias = Callable[[str], Heard]
"""Sends a script to `sh -s`, and gives what it wrote; never raises for the machine's sake."""


def through(ask: Ask, look: Callable[[Host], T]) -> tuple[T, int]:
    """What `look` makes of the machine, and the number of rounds that it took."""
    snapshot = Snapshot()
    calls = [Call("run", program, args) for program, args in RUNS]
    for number in range(1, MOST_ROUNDS + 1):
        _round(ask, snapshot, calls, first=number == 1)
        seen = look(snapshot)
        calls = list(snapshot.missing)
        if not calls:
            break
    return seen, number


def _round(ask: Ask, snapshot: Snapshot, calls: list[Call], *, first: bool) -> None:
    nonce = secrets.token_hex(8)
    heard = ask(script(nonce, NEEDS if first else (), calls))
    snapshot.missing.clear()
    ended = snapshot.learn(parse(heard.out, nonce), calls)
    # An answer that has come is found before it is looked for here.
    snapshot.close(calls, Why.PARSE_ERROR if ended else heard.why or Why.PARSE_ERROR)
    if not ended:
        snapshot.end(heard.why or Why.PARSE_ERROR, "the script did not come to its end")
