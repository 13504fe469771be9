"""How is this machine, and how is the agent that looks after it?

What `dentinel status` and monitors are told: from the results of the last patrol, the guard's own
file and the outbox. Nothing is collected, nothing is judged, nobody is called.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import IntEnum
from typing import Self

from agent import settings
from agent.cli import alarms
from agent.cli.signed import Signed
from agent.errands import results
from agent.errands.results import Results
from agent.errors import AgentError, CloneReset, IdentityError, IdentityLost, NotEnrolled
from agent.guard import state
from agent.identity.machine import Identity
from agent.outbox import standing
from agent.outbox.contact import Standing
from agent.packs import rules as packs
from agent.paths import Home
from rules.compiled import builtin
from rules.compiled.rule import Rule
from rules.engine import explain
from rules.errors import PackRefused
from rules.facts.base import Why
from rules.facts.form import Json, timestamp
from rules.verdict import Verdict

_UNSENT = timedelta(days=1)
_UNPROVEN = (Verdict.UNKNOWN, Verdict.ERROR)


class Exit(IntEnum):
    """What `dentinel status` ends with; the first that holds, from the last to the first."""

    PROVEN = 0
    """The agent is well, and every rule passes or does not apply."""
    FAILED = 1
    """A rule fails."""
    UNPROVEN = 3
    """No rule fails, but something is unknown or in error."""
    UNWELL = 4
    """The agent itself needs a person: it does not run, has no news, or reports to nobody."""


@dataclass(frozen=True, slots=True)
class HostHealth:
    """How a host stands that is visited: when it was last asked, why in vain, and its verdicts."""

    visited_at: datetime | None
    why: Why | None
    counts: Mapping[Verdict, int]

    @classmethod
    def of(cls, found: Results) -> Self:
        """From what the last patrol found of it."""
        counted = Counter(Verdict(one["verdict"]) for one in found.verdicts.values())
        seen = found.visited
        return cls(
            seen.at if seen else None,
            seen.why if seen else None,
            {verdict: counted[verdict] for verdict in Verdict},
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """The state of a machine and its agent; `faults` are what a person has to see to."""

    is_running: bool
    patrolled_at: datetime | None
    verdicts: dict[str, Verdict]
    because: dict[str, str]
    agent: str | None
    roots: dict[str, bool]
    waits: dict[str, str]
    hosts: dict[str, HostHealth]
    post: Standing
    rules: Signed | None
    faults: tuple[str, ...]

    @classmethod
    def of(cls, home: Home, now: datetime | None = None) -> Self:
        """Look at a home; what cannot be read is a fault."""
        now = now or datetime.now(UTC)
        found, guard = results.load(home), state.read(home)
        is_running = state.is_running(home)
        agent, identity_fault = _agent(home)
        post, post_fault = _post(home)
        hosts = _hosts(home)
        rules, rules_fault = _rules(home, found, now)
        known = _known(home, now)
        patrolled_at = found.clocks.at if found.clocks else None
        faults = (
            None if is_running else "the guard does not run",
            _age_fault(home, rules, patrolled_at, now),
            identity_fault,
            rules_fault or (rules.fault if rules else None),
            post_fault or _post_fault(post, now),
            alarms.of_sealing(home, found.trouble),
            alarms.of_log(home),
            *(_host_fault(name, host) for name, host in hosts.items()),
        )
        return cls(
            is_running=is_running,
            patrolled_at=patrolled_at,
            verdicts={rule: Verdict(one["verdict"]) for rule, one in found.verdicts.items()},
            because={id_: _because(known.get(id_), one) for id_, one in found.verdicts.items()},
            agent=agent,
            roots={label: root["watched"] for label, root in guard["roots"].items()}
            if guard
            else {},
            waits=_waits(guard) if is_running else {},
            hosts=hosts,
            post=post,
            rules=rules,
            faults=tuple(fault for fault in faults if fault),
        )

    def exit(self) -> Exit:
        """What a monitor is told."""
        if self.faults:
            return Exit.UNWELL
        if Verdict.FAIL in self.verdicts.values():
            return Exit.FAILED
        is_unproven = any(verdict in _UNPROVEN for verdict in self.verdicts.values())
        return Exit.UNPROVEN if is_unproven else Exit.PROVEN

    def counts(self) -> dict[Verdict, int]:
        """How many rules have each verdict, in the order of verdicts."""
        counted = Counter(self.verdicts.values())
        return {verdict: counted[verdict] for verdict in Verdict}

    def line(self) -> str:
        """One line, with numbers after a bar as monitoring plug-ins write them."""
        words = ", ".join(f"{n} {verdict}" for verdict, n in self.counts().items() if n)
        faults = "".join(f"; {fault}" for fault in self.faults)
        numbers = " ".join(f"{verdict}={n}" for verdict, n in self.counts().items())
        said = words or "nothing judged yet"
        name = self.exit().name.lower()
        return f"dentinel {name}: {said}{faults} | {numbers} waiting={self.post.waiting}"

    def to_json(self) -> dict[str, Json]:
        """The same as a document."""
        return {
            "status": self.exit().name.lower(),
            "exit": int(self.exit()),
            "faults": list(self.faults),
            "agent": self.agent,
            "running": self.is_running,
            "patrolled_at": self.patrolled_at and timestamp(self.patrolled_at),
            "controller": {
                "state": self.post.state,
                "seen_at": self.post.seen_at and timestamp(self.post.seen_at),
                "waiting": self.post.waiting,
                "said": self.post.said,
            },
            "rules": self.rules.to_json() if self.rules else None,
            "roots": {
                label: {"watched": watched, "sweep_waits": self.waits.get(label)}
                for label, watched in self.roots.items()
            },
            "hosts": {name: _host_json(host) for name, host in self.hosts.items()},
            "verdicts": {rule: str(verdict) for rule, verdict in self.verdicts.items()},
        }


def _waits(guard: state.State | None) -> dict[str, str]:
    """Of the folders whose sweep gives way to others, what it waits for."""
    roots = guard["roots"] if guard else {}
    said = {label: root.get("sweep_waits") for label, root in roots.items()}
    return {label: why for label, why in said.items() if why}


def _hosts(home: Home) -> dict[str, HostHealth]:
    """The hosts that the last patrol judged, by name; none where the settings do not tell."""
    try:
        names = [host.name for host in settings.load(home).hosts]
    except AgentError:
        return {}
    found = {name: results.load_from(home.judged(name)) for name in names}
    return {name: HostHealth.of(one) for name, one in found.items()}


def _host_fault(name: str, host: HostHealth) -> str | None:
    """A changed key is for a person to look at; a host that is off is not."""
    if host.why is Why.UNTRUSTED_HOST:
        return f"the host {name} shows another key than those pinned: compare it there"
    return None


def _host_json(host: HostHealth) -> dict[str, Json]:
    return {
        "visited_at": host.visited_at and timestamp(host.visited_at),
        "why": host.why,
        "verdicts": {str(verdict): n for verdict, n in host.counts.items()},
    }


def _known(home: Home, now: datetime) -> Mapping[str, Rule]:
    """The rules in force by their ids, for their words; none if not even ours can be read."""
    try:
        identity = Identity.load(home)
    except IdentityError:
        identity = None
    try:
        in_force = packs.in_force(home, identity, now, builtin.pack)
    except PackRefused:
        return {}
    return {rule.id: rule for _, rule in in_force.numbered()}


def _because(rule: Rule | None, result: Mapping[str, Json]) -> str:
    """In words, the first thing that failed; a reason code for what is unknown."""
    failed = next((one for one in result["items"] if one["verdict"] == Verdict.FAIL), None)
    if rule is None or failed is None:
        return result["why"] or ""
    return explain.sentence(rule, failed["clause"], failed["seen"])


def _agent(home: Home) -> tuple[str | None, str | None]:
    """The machine's id, or what is wrong with its identity."""
    try:
        identity = Identity.load(home)
    except NotEnrolled:
        return None, _not_enrolled(home)
    except CloneReset as error:
        return None, f"clone_reset: {error.message}"
    except IdentityError as error:
        return None, f"identity_lost: {error.message}"
    return identity.agent, _keys_fault(identity)


def _not_enrolled(home: Home) -> str:
    """That, and why, if a join string was left and came to nothing."""
    try:
        return f"not enrolled: {home.join_failed.read_text(encoding='utf-8').strip()}"
    except OSError:
        return "not enrolled: dentinel enroll JOIN"


def _keys_fault(identity: Identity) -> str | None:
    """What is wrong with the keys, as far as whoever asks may read them."""
    for key in (identity.report_key, identity.courier_key):
        try:
            key()
        except IdentityLost as error:
            if not isinstance(error.__cause__, PermissionError):
                return f"identity_lost: {error.message}"
    return None


def _post(home: Home) -> tuple[Standing, str | None]:
    try:
        return standing.read(home), None
    except AgentError as error:
        return Standing(), error.message


def _post_fault(post: Standing, now: datetime) -> str | None:
    if post.alarm is not None:
        return post.alarm
    if post.oldest_at is not None and now - post.oldest_at > _UNSENT:
        return f"reports wait for more than a day ({post.said or 'the controller is silent'})"
    return None


def _rules(home: Home, found: Results, now: datetime) -> tuple[Signed | None, str | None]:
    try:
        return Signed.of(home, found.policy, now), None
    except AgentError as error:
        return None, error.message
    except PackRefused as refused:
        return None, str(refused)


def _age_fault(
    home: Home, rules: Signed | None, patrolled_at: datetime | None, now: datetime
) -> str | None:
    try:
        every = (rules and rules.every) or settings.load(home).patrol_every
    except AgentError as error:
        return error.message.partition("\n")[0]
    if patrolled_at is None:
        return "no patrol has ended yet"
    if now - patrolled_at > 2 * every:
        hours = int((now - patrolled_at).total_seconds() // 3600)
        return f"the last patrol ended {hours} h ago"
    return None
