"""Which of the rules that were fetched come into force here?

    python -m agent install-packs

A child that has privilege and no network (agent.packs.keep). Its last line on standard output is
one JSON object for the guard: is there anything for a patrol to say or to judge anew?

    {"patrol": true}

It ends with 0 when the newest rules are in force, or when this machine has not joined; with 75
(EX_TEMPFAIL) when nothing newer can be told of, as when metadata has expired; with 1 when rules
were refused: those of before stay in force.
"""

import json
import sys
from collections.abc import Sequence
from datetime import UTC, datetime

from agent.errors import AgentError, IdentityError, PacksRefused
from agent.identity.machine import Identity
from agent.packs import keep
from agent.packs.record import Record
from agent.paths import Home

REFUSED = 1
LATER = 75
"""Exit code of a try that is to be repeated (EX_TEMPFAIL of sysexits.h)."""


def main(home: Home, argv: Sequence[str] = ()) -> int:
    """Install; see the module for what comes out."""
    if argv:
        sys.stderr.write("usage: python -m agent [--home DIR] install-packs\n")
        return 2
    home.create()
    try:
        identity = Identity.load(home)
    except IdentityError as error:
        return _ended(error, 0)
    before = keep.recorded(home)
    code = _install(identity)
    after = keep.recorded(home)
    is_other = (before.news, _of(before)) != (after.news, _of(after))
    sys.stdout.write(json.dumps({"patrol": is_other}) + "\n")
    return code


def _install(identity: Identity) -> int:
    try:
        keep.install(identity, datetime.now(tz=UTC))
    except PacksRefused as error:
        return _ended(error, REFUSED)
    except AgentError as error:
        return _ended(error, LATER)
    return 0


def _of(record: Record) -> str | None:
    return record.rules.assignment if record.rules else None


def _ended(error: AgentError, code: int) -> int:
    sys.stderr.write(f"{error}\n")
    return code
