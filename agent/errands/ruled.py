"""By which rules does a patrol judge, and what has it to say of them?

Beside verdicts the chain holds when rules were put in force or refused (`pack_installed`,
`pack_rejected`) and when they began to be past their end (`packs_expired`): each once.
"""

import hashlib
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from agent.errands.results import Results
from agent.errors import IdentityError, OutboxFull
from agent.identity.machine import Identity
from agent.outbox.seal import Sealer
from agent.packs import rules as packs
from agent.packs.record import News
from agent.packs.rules import Rules
from agent.paths import Home
from evidence import shape, strict_json
from rules.compiled.rule import Pack
from rules.facts.form import Json


def by(home: Home, now: datetime, carried: Callable[[], Pack]) -> Rules:
    """The rules in force; PackRefused if there are none but built-in ones, and those are damaged.

    A machine that has lost its keys is judged by the rules of its clinic all the same, as long as
    it can be read whose they are.
    """
    try:
        identity = Identity.load(home)
    except IdentityError:
        identity = None
    rules = packs.in_force(home, identity, now, carried)
    if rules.fault is not None:
        sys.stderr.write(f"patrol: installed rules are not used: {rules.fault}\n")
    return rules


def for_guard(rules: Rules) -> dict[str, Json]:
    """What the guard is told: the period of the assignment, and that rules must be fetched anew."""
    line: dict[str, Json] = {}
    if rules.every is not None:
        line["every"] = int(rules.every.total_seconds())
    if rules.fault is not None:
        line["packs"] = True
    return line


def tell(sealer: Sealer, rules: Rules, results: Results) -> Results:
    """Seal what is new of the rules themselves; the results with what has been said by now."""
    said, news, state = results.said, _digest(rules.news), rules.policy.state
    try:
        if rules.news is not None and news != said.news:
            sealer.event(rules.news.event, code=rules.news.code, n=rules.news.serial)
        if state == "expired" and said.state != "expired":
            sealer.event("packs_expired")
    except OutboxFull:
        return results
    return replace(results, said=replace(said, news=news, state=state))


def _digest(news: News | None) -> str | None:
    if news is None:
        return None
    return hashlib.sha256(strict_json.write(shape.to_json(news))).hexdigest()
