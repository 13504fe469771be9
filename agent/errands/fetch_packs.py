"""How do new rules reach this machine?

    python -m agent fetch-packs

A child that has the network and needs no privilege, as the courier: it reads the repository of the
org with the token of the last answer (agent.packs.fetch), and leaves what it has verified in
`packs/incoming`. What has privilege and no network installs it (agent.errands.install_packs).

It ends with 0 when the newest rules lie there, or when this machine has not joined; with 75
(EX_TEMPFAIL) when they could not be had now; with 1 when what was served is refused, which the
next patrol says to the controller.
"""

import sys
from collections.abc import Sequence
from datetime import UTC, datetime

from agent.errands import calling
from agent.errors import AgentError, IdentityError, PacksRefused, PacksUnreached
from agent.identity.machine import Identity
from agent.outbox.mailbag import Mailbag, Memory
from agent.packs import fetch
from agent.paths import Home
from agent.transport.base import Limits
from evidence import distribution

REFUSED = 1
LATER = 75
"""Exit code of a try that is to be repeated (EX_TEMPFAIL of sysexits.h)."""

_LIMITS = Limits(reply_bytes=max(distribution.MOST_BYTES.values()) + distribution.ASSIGNMENT_BYTES)


def main(home: Home, argv: Sequence[str] = ()) -> int:
    """Fetch; see the module for what comes out."""
    if argv:
        sys.stderr.write("usage: python -m agent [--home DIR] fetch-packs\n")
        return 2
    try:
        identity = Identity.load(home)
    except IdentityError as error:
        return _ended(error, 0)
    try:
        with Mailbag(home.courier, identity.anchor) as bag:
            return _fetch(identity, bag)
    except AgentError as error:
        return _ended(error, LATER)


def _fetch(identity: Identity, bag: Mailbag) -> int:
    token = _token(bag.memory(), datetime.now(tz=UTC))
    try:
        with calling.controller(identity, _LIMITS) as wire:
            assignment = fetch.fetch(identity, wire, token)
    except PacksRefused as error:
        bag.doubt("pack_rejected")
        return _ended(error, REFUSED)
    number = assignment.serial if assignment else "none"
    sys.stdout.write(f"fetch-packs: assignment={number}\n")
    return 0


def _token(memory: Memory, now: datetime) -> str:
    """What the last answer gave to read with; PacksUnreached if it is over, or none was given."""
    if memory.read_token is None or memory.read_until_at is None or memory.read_until_at <= now:
        raise PacksUnreached(
            "the controller has given no leave to read rules, or it is over",
            "it comes with the next answer, if the controller has other rules than this machine",
        )
    return memory.read_token


def _ended(error: AgentError, code: int) -> int:
    sys.stderr.write(f"{error}\n")
    return code
