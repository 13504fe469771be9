"""What is this machine's state now, and what of it goes into the chain?

    python -m agent patrol [--only=FACT]… [--cause=start] [--event=NAME=N]…

Facts are read through the host, rules judge them, and what is new is sealed into the outbox; the
results stay here for `dentinel status`. It reads the machine and has no network.

- A machine that has not joined a controller, or has lost its keys, is judged all the same.
- It judges by the rules that the clinic's signed assignment has put in force (agent.packs.rules),
  else by the pack that the package carries.
- Facts that are within their time are not read again, unless they are cheap.
- With settings that cannot be used nobody knows which folders are imaging folders: they are not
  collected, and their rules unknown, until a person has corrected the file.
- Hosts that carry no agent are judged by what the last visit left (agent.errands.remotes), after
  the results of this machine are kept.
- The last line of standard output is for the guard: who this is, and how much waits.
"""

import json
import sqlite3
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial

from agent import settings
from agent.errands import moments, results, ruled, unasked, unreadable
from agent.errands.hosts import Replay
from agent.errands.keeping import keep
from agent.errands.remotes import Remotes
from agent.errands.results import Results
from agent.errands.statements import Speaker
from agent.errands.telling import Telling
from agent.errands.words import Words, read_words
from agent.errors import (
    AgentError,
    CloneReset,
    HomeError,
    IdentityLost,
    LedgerError,
    NotEnrolled,
    OutboxError,
    SettingsError,
)
from agent.facts.base import About
from agent.facts.gather import gather
from agent.facts.host import hardware
from agent.facts.memory import Memory
from agent.host import clocks
from agent.host.base import Host
from agent.host.clocks import Clocks
from agent.host.local import LocalHost
from agent.host.survivors import Survivors
from agent.identity import copy
from agent.identity.machine import Identity
from agent.imaging.ledger import Ledger
from agent.outbox.seal import Sealer
from agent.packs.rules import Rules
from agent.paths import Home, hand_over
from agent.settings import Settings
from evidence import shape
from rules.compiled import builtin
from rules.compiled.rule import Pack
from rules.errors import PackRefused
from rules.facts.form import Json
from rules.facts.index import CATALOGUE

_USAGE = (
    "usage: python -m agent [--home DIR] patrol"
    " [--only=FACT]... [--cause=start] [--event=NAME=N]...\n"
)
_BY_SETTINGS = frozenset({"imaging", "backups"})
"""Facts that mean nothing without the settings."""


def main(home: Home, argv: Sequence[str], carried: Callable[[], Pack] = builtin.pack) -> int:
    """One patrol: 0 when its results are kept and what is due is sealed, 2 for wrong use.

    1 if the built-in pack is damaged and no other is in force: nothing is judged then, and nothing
    is said of the machine.
    """
    words = read_words(argv)
    if words is None:
        sys.stderr.write(_USAGE)
        return 2
    host = LocalHost(Survivors(home.survivors))
    now = clocks.look(host)
    try:
        rules = ruled.by(home, now.at, carried)
    except PackRefused as refused:
        sys.stderr.write(f"patrol: {refused}\n")
        return 1
    _make(home)
    decided = _settings(home)
    policy = shape.to_json(rules.policy)
    about = About(decided or Settings(), home, _memory(home), now.at, kept=now, policy=policy)
    unread = frozenset() if decided else _BY_SETTINGS
    patrol = Patrol(host, about, rules, words, unread)
    before = results.load(home)
    after = patrol.look(before)
    keep(home, after)
    due = list(unasked.due(after.readings.get("listeners")))
    with suppress(HomeError):  # on a full disk the next patrol leaves it
        unasked.leave(home, due)
    line = patrol.report(before, after) | ruled.for_guard(rules)
    sys.stdout.write(json.dumps(line | ({"visit": True} if due else {})) + "\n")
    return 0


@dataclass(frozen=True, slots=True)
class Patrol:
    """One round through one machine; the facts `unread` are not to be collected now."""

    host: Host
    about: About
    rules: Rules
    words: Words
    unread: frozenset[str] = frozenset()

    def look(self, before: Results) -> Results:
        """Read what is asked for, and judge every rule that reads any of it."""
        before = before.without(self.unread)
        now = clocks.look(self.host)
        found = gather(self.host, self.about, self._to_read(before, now))
        readings = {**before.readings, **found}
        known = before.verdicts if before.rules == self.rules.digest and self.words.only else {}
        judged = self.rules.judge(readings, self.about.now)
        new = tuple(
            result
            for (_, rule), result in zip(self.rules.numbered(), judged, strict=True)
            if self.words.only & {*rule.reads} or rule.id not in known
        )
        read = {**before.read, **dict.fromkeys(found, now)}
        after = replace(
            before, readings=readings, read=read, clocks=clocks.look(self.host), trouble=None
        )
        return after.renewed(self.rules, new)

    def _to_read(self, before: Results, now: Clocks) -> frozenset[str]:
        """The facts asked for with all that their rules read besides, or all facts.

        One that costs something is not read again while it holds, unless the agent has started.
        """
        holds = frozenset() if self.words.is_start else before.fresh(now)
        if self.words.only:
            rules = [rule for _, rule in self.rules.numbered() if self.words.only & {*rule.reads}]
            beside = {name for rule in rules for name in rule.reads}
            return (self.words.only | (beside - holds)) - self.unread
        cheap = {name for name, fact in CATALOGUE.items() if fact.cost == "cheap"}
        return frozenset(CATALOGUE) - (holds - cheap) - self.unread

    def report(self, before: Results, after: Results) -> dict[str, Json]:
        """Seal what is due, keep what has been said by now, judge hosts; the line for the guard."""
        try:
            identity = Identity.load(self.about.home)
            return self._sealed(identity, before, after)
        except NotEnrolled:
            self._hosts(None)
        except IdentityLost as error:
            sys.stderr.write(f"patrol: {error}\n")
            if not isinstance(error, CloneReset):
                unreadable.note(self.about.home)
            self._hosts(None)
        except (OutboxError, HomeError, sqlite3.Error) as error:
            sys.stderr.write(f"patrol: {error}\n")
            said = error.message if isinstance(error, AgentError) else str(error)
            keep(self.about.home, replace(after, trouble=said))
            return {"enrolled": True, "agent": identity.agent, "waiting": 1, "rescan": False}
        return {"enrolled": False, "agent": None, "waiting": 0}

    def _sealed(self, identity: Identity, before: Results, after: Results) -> dict[str, Json]:
        """The line for the guard, once all that is due lies sealed in the outbox."""
        doubt = partial(self._require_original, identity)
        if self.words.is_start:
            doubt()
        moment = partial(moments.moment, self.host)
        with Sealer.open(self.about.home, identity, moment, doubt=doubt) as sealer:
            if sealer.ready:
                sealer.renew_keys()
                unreadable.tell(self.about.home, sealer)
                self._tell_events(sealer, before, after)
                after = ruled.tell(sealer, self.rules, after)
                after = self._telling(sealer, identity).tell(after, is_start=self.words.is_start)
                keep(self.about.home, after)
                self._hosts((sealer, identity))
            else:
                self._hosts(None)
            waits = sealer.waiting if sealer.ready else 1
            line = {"enrolled": True, "agent": identity.agent, "waiting": waits}
            return line | {"rescan": "rescan" in sealer.orders}

    def _require_original(self, identity: Identity) -> None:
        """CloneReset if this computer is a copy of the one that joined."""
        home = self.about.home
        if copy.check(home, identity.anchor, hardware.read(self.host)):
            raise copy.told(home)

    def _hosts(self, sealed: tuple[Sealer, Identity] | None) -> None:
        """Judge what visits left; without usable settings nobody knows of whom."""
        if not self.unread:
            replay = Replay(self.host, self.about, self.rules)
            Remotes(replay, sealed, is_whole=not self.words.only).go(self.about.settings.hosts)

    def _telling(self, sealer: Sealer, identity: Identity) -> Telling:
        speaker = Speaker(
            numbers=self.about.memory.number,
            fact_key=identity.fact_key,
            rules=self.rules,
        )
        return Telling(sealer, speaker, identity.anchor, self.about.now)

    def _tell_events(self, sealer: Sealer, before: Results, after: Results) -> None:
        for event, n in self.words.events:
            sealer.event(event, n=n)
        by = moments.moved(before.clocks, after.clocks) if after.clocks else 0
        if by:
            sealer.event("clock_changed", n=by)
        try:
            with Ledger.open(self.about.home.local) as ledger:
                reveals = ledger.findings.reveals()
                for reveal in reveals:
                    sealer.event("reveal", ref=reveal.finding)
                ledger.findings.revealed([reveal.number for reveal in reveals])
        except LedgerError as error:
            sys.stderr.write(f"patrol: {error}\n")


def _settings(home: Home) -> Settings | None:
    try:
        return settings.load(home)
    except SettingsError as error:
        sys.stderr.write(f"patrol: {error}\n")
        return None


def _make(home: Home) -> None:
    """Its folders. Where they are and nothing can be written, there is judging all the same."""
    try:
        home.create()
    except HomeError as error:
        if not home.run.is_dir():
            raise
        sys.stderr.write(f"patrol: {error}\n")


def _memory(home: Home) -> Memory:
    try:
        memory = Memory.create(home.local)
        hand_over(home.local, 0o600, shared=False)
    except (sqlite3.Error, OSError):
        return Memory.none()
    return memory
