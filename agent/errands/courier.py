"""How do sealed reports reach the controller?

A child that lives for one conversation (agent.outbox.drain): it has the network and needs no
privilege, so it reads the courier key, and neither facts nor images nor the report key. Its last
line on standard output is one JSON object for the guard:

    {"waiting": 0, "next_s": 300, "patrol": false}

It ends with 0 when the controller answered, or when this machine has not joined (`next_s` null);
with 75 (EX_TEMPFAIL) when the controller was not reached or not believed.
"""

import json
import math
import random
import re
import secrets
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from agent import paths
from agent.errands import calling
from agent.errors import AgentError, IdentityError
from agent.identity.machine import Identity
from agent.outbox import backoff
from agent.outbox.drain import Conversation, Ending
from agent.outbox.mailbag import Mailbag, Memory
from agent.outbox.ring import Ring
from agent.outbox.store import Outbox
from agent.packs.store import fetched
from agent.paths import Home

LATER = 75
"""Exit code of a try that is to be repeated (EX_TEMPFAIL of sysexits.h)."""

_RETRY_S = 300
_BOOT = re.compile(r"[0-9a-f]{16}")


def main(home: Home, argv: Sequence[str] = ()) -> int:  # noqa: ARG001 - all errands are called so
    """Send what waits; see the module for what comes out."""
    try:
        identity = Identity.load(home)
    except IdentityError as error:
        _complain(error)
        return _say(0, None)
    try:
        with Outbox(home.outbox) as outbox, Mailbag(home.courier, identity.anchor) as bag:
            ending = _deliver(identity, outbox, bag)
            waiting = outbox.count("waiting")
    except AgentError as error:
        _complain(error)
        _say(0, _RETRY_S)
        return LATER
    return _end(home, waiting, ending)


def _deliver(identity: Identity, outbox: Outbox, bag: Mailbag) -> Ending:
    early = _early(bag.memory(), _now())
    if early is not None:
        return Ending(answered=False, next_in=early)
    ring, boot = Ring.of(identity, bag), _boot(identity.home, bag)
    chance = random.SystemRandom().random
    with calling.controller(identity) as wire:
        return Conversation(
            identity, ring, outbox, bag, wire, boot, _now, chance, packs=fetched(identity.home)
        ).run()


def _early(memory: Memory, now: datetime) -> timedelta | None:
    """How long the last run said to wait still; a clock that was set back does not lengthen it."""
    left = memory.next_at - now if memory.next_at else timedelta(0)
    return left if timedelta(0) < left <= backoff.DAILY else None


def _boot(home: Home, bag: Mailbag) -> str:
    """Which start of the machine this is, as the guard says; else a word of the courier's own."""
    try:
        said = json.loads(home.guard.read_bytes())["boot"]
    except (OSError, ValueError, KeyError, TypeError):
        said = None
    if isinstance(said, str) and _BOOT.fullmatch(said):
        return said
    memory = bag.memory()
    boot = memory.boot or secrets.token_hex(8)
    bag.remember(replace(memory, boot=boot))
    return boot


def _end(home: Home, waiting: int, ending: Ending) -> int:
    if ending.for_patrol:
        paths.write(home.patrol_wanted, b"", mode=0o660, shared=True)
    if ending.for_packs:
        paths.write(home.packs_wanted, b"", mode=0o660, shared=True)
    next_s = math.ceil(ending.next_in.total_seconds())
    _say(waiting, next_s, patrol=ending.for_patrol, packs=ending.for_packs)
    return 0 if ending.answered else LATER


def _say(waiting: int, next_s: int | None, *, patrol: bool = False, packs: bool = False) -> int:
    line = {"waiting": waiting, "next_s": next_s, "patrol": patrol}
    line |= {"packs": True} if packs else {}
    sys.stdout.write(f"{json.dumps(line)}\n")
    sys.stdout.flush()
    return 0


def _complain(error: AgentError) -> None:
    sys.stderr.write(f"{error}\n")


def _now() -> datetime:
    return datetime.now(tz=UTC)
